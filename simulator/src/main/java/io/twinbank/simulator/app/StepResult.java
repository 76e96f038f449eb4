// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.app;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.util.List;
import java.util.Locale;

/**
 * What a step came to.
 *
 * @param name the step
 * @param expected what it should come to
 * @param outcome what it came to
 * @param seconds how long it took
 */
record StepResult(String name, String expected, String outcome, double seconds) {
    boolean ok() {
        return outcome.equals(expected);
    }

    /** Writes the closing table. */
    static String table(List<StepResult> results) {
        int name = width(results.stream().map(StepResult::name).toList());
        int expected = width(results.stream().map(StepResult::expected).toList());
        int outcome = width(results.stream().map(StepResult::outcome).toList());
        String row = "  %-" + name + "s  %-" + expected + "s  %-" + outcome + "s  %-4s  %s%n";
        StringBuilder table = new StringBuilder(String.format(row, "step", "expected", "outcome", "", "seconds"));
        for (StepResult result : results) {
            table.append(String.format(
                    row,
                    result.name,
                    result.expected,
                    result.outcome,
                    result.ok() ? "ok" : "BAD",
                    String.format(Locale.ROOT, "%7.2f", result.seconds)));
        }
        return table.toString();
    }

    private static int width(List<String> column) {
        return column.stream().mapToInt(String::length).max().orElse(1);
    }

    /** Writes one line: {@code {"ok","steps":[{"name","expected","outcome","ok","seconds"}]}}. */
    static String json(boolean ok, List<StepResult> results) throws IOException {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
            json.writeStartObject();
            json.writeBooleanField("ok", ok);
            json.writeArrayFieldStart("steps");
            for (StepResult result : results) {
                json.writeStartObject();
                json.writeStringField("name", result.name);
                json.writeStringField("expected", result.expected);
                json.writeStringField("outcome", result.outcome);
                json.writeBooleanField("ok", result.ok());
                json.writeFieldName("seconds");
                json.writeNumber(String.format(Locale.ROOT, "%.3f", result.seconds));
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        return text.toString();
    }
}
