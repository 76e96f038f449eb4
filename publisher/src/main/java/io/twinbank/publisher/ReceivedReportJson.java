// SPDX-License-Identifier: Apache-2.0
package io.twinbank.publisher;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.twinbank.core.cbor.Slice;
import io.twinbank.core.suit.Capabilities;
import io.twinbank.core.suit.SuitReport;
import io.twinbank.hal.ComponentId;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Writes a SUIT_Report for programs, as one object. */
final class ReceivedReportJson {
    private final JsonGenerator json;

    private ReceivedReportJson(JsonGenerator json) {
        this.json = json;
    }

    static String of(Path file, ReceivedReport received) throws IOException {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
            json.writeStartObject();
            json.writeStringField("file", file.toString());
            new ReceivedReportJson(json).report(received);
            json.writeEndObject();
        }
        return text.toString();
    }

    private void report(ReceivedReport received) throws IOException {
        SuitReport report = received.report();
        json.writeStringField("manifestDigest", report.manifestDigest().toString());
        json.writeStringField("referenceUri", report.referenceUri().orElse(null));
        json.writeStringField("nonce", received.nonce());
        json.writeStringField(
                "kid", received.signature().map(ReceivedReport.Signature::keyId).orElse(null));
        json.writeStringField(
                "alg",
                received.signature().map(ReceivedReport.Signature::algorithm).orElse(null));
        json.writeBooleanField("ok", report.failure().isEmpty());
        json.writeArrayFieldStart("records");
        for (SuitReport.Entry entry : report.entries()) {
            json.writeStartObject();
            if (entry instanceof SuitReport.Step step) {
                step(step);
            } else if (entry instanceof SuitReport.Properties properties) {
                json.writeStringField("properties", properties.component().toString());
                measured(properties.measured());
            }
            json.writeEndObject();
        }
        json.writeEndArray();
        if (report.failure().isPresent()) {
            SuitReport.Failure why = report.failure().get();
            json.writeObjectFieldStart("failure");
            json.writeStringField("meaning", ReceivedReport.meaning(why.ending()));
            json.writeNumberField("code", why.ending().code());
            json.writeNumberField("reason", why.ending().reason().number());
            step(why.step());
            json.writeEndObject();
        }
        if (report.capabilities().isPresent()) {
            capabilities(report.capabilities().get());
        }
    }

    private void step(SuitReport.Step step) throws IOException {
        json.writeNumberField("section", step.section());
        json.writeNumberField("offset", step.offset());
        json.writeNumberField("component", step.component());
        measured(step.measured());
    }

    private void measured(Map<Integer, Slice> values) throws IOException {
        json.writeObjectFieldStart("measured");
        for (Map.Entry<Integer, Slice> value : values.entrySet()) {
            json.writeStringField(ReceivedReportText.name(value.getKey()), ReceivedReport.value(value.getValue()));
        }
        json.writeEndObject();
    }

    private void capabilities(Capabilities able) throws IOException {
        json.writeObjectFieldStart("capabilities");
        json.writeArrayFieldStart("components");
        for (ComponentId component : able.components()) {
            json.writeString(component.toString());
        }
        json.writeEndArray();
        for (Map.Entry<Capabilities.Kind, List<Long>> numbers : able.numbers().entrySet()) {
            json.writeArrayFieldStart(numbers.getKey().name().toLowerCase(Locale.ROOT));
            for (long number : numbers.getValue()) {
                json.writeNumber(number);
            }
            json.writeEndArray();
        }
        json.writeEndObject();
    }
}
