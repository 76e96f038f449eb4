// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.report;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Collection;
import java.util.List;

/** Writes a report as JSON, as {@code docs/report.schema.json} describes it. */
public final class JsonReport {
    private static final JsonFactory JSON = new JsonFactory();
    private static final int DECIMALS = 3;

    /** Something that writes itself into JSON. */
    @FunctionalInterface
    interface Content {
        void write(JsonGenerator json) throws IOException;
    }

    private JsonReport() {}

    /**
     * Returns what a script wants to know: the figures, and of each run its identity, figures and violations.
     *
     * @param report the report
     * @return one line without its end
     */
    public static String line(SweepReport report) {
        return text(json -> {
            figures(json, report);
            array(json, "runs", report.runs(), run -> new RunJson(run).brief(json));
        });
    }

    /**
     * Writes the whole report, with every cell and timeline.
     *
     * @param report the report
     * @param out where to; flushed, not closed
     * @throws IOException if that fails
     */
    public static void write(SweepReport report, Writer out) throws IOException {
        object(out, json -> {
            origin(json, report);
            figures(json, report);
            array(json, "runs", report.runs(), run -> new RunJson(run).whole(json));
        });
    }

    /** Where the report comes from. */
    static void origin(JsonGenerator json, SweepReport report) throws IOException {
        json.writeStringField("title", report.title());
        json.writeStringField("command", report.command());
        json.writeStringField("build", report.build());
        json.writeStringField("machine", report.machine());
        json.writeNumberField("seed", report.seed());
    }

    /** The figures of all runs together. */
    static void figures(JsonGenerator json, SweepReport report) throws IOException {
        json.writeBooleanField("ok", report.ok());
        json.writeNumberField("violations", report.violations());
        json.writeNumberField("cuts", report.cuts());
        json.writeNumberField("distinctStates", report.distinctStates());
        json.writeNumberField("operations", report.operations());
        json.writeNumberField("uncovered", report.uncovered());
        decimal(json, "cutsPerSecond", report.cutsPerSecond());
        decimal(json, "seconds", report.seconds());
        Coverage coverage = report.coverage();
        json.writeObjectFieldStart("rows");
        array(json, "taken", coverage.taken(), json::writeString);
        array(json, "missed", coverage.missed(), json::writeString);
        array(json, "beyond", coverage.beyond(), json::writeString);
        json.writeEndObject();
        vacuity(json, coverage.vacuity());
    }

    static void vacuity(JsonGenerator json, List<VacuityReport> facts) throws IOException {
        array(json, "vacuity", facts, fact -> {
            json.writeStartObject();
            json.writeStringField("id", fact.id());
            json.writeStringField("text", fact.text());
            json.writeBooleanField("holds", fact.holds());
            json.writeEndObject();
        });
    }

    static void decimal(JsonGenerator json, String name, double value) throws IOException {
        json.writeNumberField(
                name,
                BigDecimal.valueOf(value)
                        .setScale(DECIMALS, RoundingMode.HALF_UP)
                        .stripTrailingZeros());
    }

    /** Something of which an array has many. */
    @FunctionalInterface
    interface Item<T> {
        void write(T item) throws IOException;
    }

    static <T> void array(JsonGenerator json, String name, Collection<T> items, Item<? super T> item)
            throws IOException {
        json.writeArrayFieldStart(name);
        for (T each : items) {
            item.write(each);
        }
        json.writeEndArray();
    }

    static String text(Content content) {
        StringWriter text = new StringWriter();
        try {
            object(text, content);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return text.toString();
    }

    static void object(Writer out, Content content) throws IOException {
        JsonGenerator json = JSON.createGenerator(out).disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
        json.enable(JsonGenerator.Feature.WRITE_BIGDECIMAL_AS_PLAIN);
        try (json) {
            json.writeStartObject();
            content.write(json);
            json.writeEndObject();
        }
    }
}
