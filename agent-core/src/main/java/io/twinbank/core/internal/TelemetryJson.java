// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.twinbank.core.HealthReport;
import io.twinbank.core.suit.InstallPlan;
import io.twinbank.core.suit.InstallStep;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Map;

/** Writes the inventory and the health as docs/wire-format.md describes them. */
final class TelemetryJson {
    private static final int SCHEMA = 1;
    private static final int DIGITS = 6;
    private static final JsonFactory JSON = new JsonFactory();

    private interface Content {
        void write(JsonGenerator json) throws IOException;
    }

    private TelemetryJson() {}

    static byte[] inventory(Inventory inventory) {
        return object(json -> {
            json.writeNumberField("schema", SCHEMA);
            json.writeStringField("device", inventory.device().name());
            json.writeStringField("vendorId", inventory.device().vendorId().toString());
            json.writeStringField("classId", inventory.device().classId().toString());
            json.writeStringField("deviceId", inventory.device().deviceId().toString());
            json.writeStringField("agentVersion", inventory.agentVersion());
            json.writeStringField("running", inventory.running().name());
            json.writeArrayFieldStart("banks");
            for (Inventory.Bank bank : inventory.banks()) {
                json.writeStartObject();
                json.writeStringField("bank", bank.bank().name());
                if (bank.plan().isPresent()) {
                    plan(json, bank, bank.plan().get());
                }
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeNumberField("securityVersion", inventory.securityVersion());
            json.writeNumberField("trustVersion", inventory.trustVersion());
            json.writeStringField("bootCause", inventory.bootCause().name());
            json.writeStringField("enforcement", inventory.enforcement().name());
            if (inventory.freeBytes().isPresent()) {
                json.writeNumberField("freeBytes", inventory.freeBytes().getAsLong());
            }
            json.writeArrayFieldStart("groups");
            for (String group : inventory.groups()) {
                json.writeString(group);
            }
            json.writeEndArray();
            json.writeObjectFieldStart("facts");
            for (Map.Entry<String, String> fact : inventory.facts().entrySet()) {
                json.writeStringField(fact.getKey(), fact.getValue());
            }
            json.writeEndObject();
        });
    }

    private static void plan(JsonGenerator json, Inventory.Bank bank, InstallPlan plan) throws IOException {
        if (bank.version().isPresent()) {
            json.writeStringField("version", bank.version().get());
        }
        json.writeNumberField("sequence", plan.sequence());
        json.writeNumberField("securityVersion", plan.securityVersion());
        json.writeStringField("manifestDigest", plan.manifestDigest().toString());
        json.writeArrayFieldStart("images");
        for (InstallStep image : plan.images()) {
            json.writeStartObject();
            json.writeStringField("component", image.component().toString());
            json.writeNumberField("bytes", image.sizeBytes());
            json.writeStringField("digest", image.digest().toString());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    static byte[] health(String device, HealthReport report) {
        return object(json -> {
            json.writeNumberField("schema", SCHEMA);
            json.writeStringField("device", device);
            json.writeStringField("phase", report.phase().name());
            json.writeStringField("verdict", report.verdict().name());
            json.writeNumberField("observedSeconds", report.observed().toSeconds());
            json.writeArrayFieldStart("gauges");
            for (HealthReport.Gauge gauge : report.gauges()) {
                json.writeStartObject();
                json.writeStringField("name", gauge.name());
                json.writeStringField("kind", gauge.counter() ? "COUNTER" : "LEVEL");
                json.writeStringField("verdict", gauge.verdict().name());
                json.writeNumberField("after", number(gauge.after()));
                if (gauge.verdict() != HealthReport.Verdict.NO_BASELINE) {
                    json.writeNumberField("before", number(gauge.before()));
                    json.writeNumberField("spread", number(gauge.spread()));
                    json.writeNumberField("deviations", number(gauge.deviations()));
                }
                json.writeEndObject();
            }
            json.writeEndArray();
        });
    }

    private static BigDecimal number(double value) {
        return new BigDecimal(value, new MathContext(DIGITS));
    }

    private static byte[] object(Content content) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            json.writeStartObject();
            content.write(json);
            json.writeEndObject();
        } catch (IOException e) {
            throw new IllegalStateException("writing to memory can't fail", e);
        }
        return bytes.toByteArray();
    }
}
