// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal;

import io.twinbank.core.HealthReport;
import io.twinbank.core.json.JsonWriter;
import io.twinbank.core.suit.InstallPlan;
import io.twinbank.core.suit.InstallStep;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Map;
import java.util.function.Consumer;

/** Writes the inventory and the health as docs/wire-format.md describes them. */
final class TelemetryJson {
    private static final int SCHEMA = 1;
    private static final int DIGITS = 6;

    private TelemetryJson() {}

    static byte[] inventory(Inventory inventory) {
        return object(json -> {
            json.field("schema", SCHEMA);
            json.field("device", inventory.device().name());
            json.field("vendorId", inventory.device().vendorId().toString());
            json.field("classId", inventory.device().classId().toString());
            json.field("deviceId", inventory.device().deviceId().toString());
            json.field("agentVersion", inventory.agentVersion());
            json.field("running", inventory.running().name());
            json.beginArray("banks");
            for (Inventory.Bank bank : inventory.banks()) {
                json.beginObject();
                json.field("bank", bank.bank().name());
                if (bank.plan().isPresent()) {
                    plan(json, bank, bank.plan().get());
                }
                json.endObject();
            }
            json.endArray();
            json.field("securityVersion", inventory.securityVersion());
            json.field("trustVersion", inventory.trustVersion());
            json.field("bootCause", inventory.bootCause().name());
            json.field("enforcement", inventory.enforcement().name());
            if (inventory.freeBytes().isPresent()) {
                json.field("freeBytes", inventory.freeBytes().getAsLong());
            }
            json.beginArray("groups");
            for (String group : inventory.groups()) {
                json.value(group);
            }
            json.endArray();
            json.beginObject("facts");
            for (Map.Entry<String, String> fact : inventory.facts().entrySet()) {
                json.field(fact.getKey(), fact.getValue());
            }
            json.endObject();
        });
    }

    private static void plan(JsonWriter json, Inventory.Bank bank, InstallPlan plan) {
        if (bank.version().isPresent()) {
            json.field("version", bank.version().get());
        }
        json.field("sequence", plan.sequence());
        json.field("securityVersion", plan.securityVersion());
        json.field("manifestDigest", plan.manifestDigest().toString());
        json.beginArray("images");
        for (InstallStep image : plan.images()) {
            json.beginObject();
            json.field("component", image.component().toString());
            json.field("bytes", image.sizeBytes());
            json.field("digest", image.digest().toString());
            json.endObject();
        }
        json.endArray();
    }

    static byte[] health(String device, HealthReport report) {
        return object(json -> {
            json.field("schema", SCHEMA);
            json.field("device", device);
            json.field("phase", report.phase().name());
            json.field("verdict", report.verdict().name());
            json.field("observedSeconds", report.observed().toSeconds());
            json.beginArray("gauges");
            for (HealthReport.Gauge gauge : report.gauges()) {
                json.beginObject();
                json.field("name", gauge.name());
                json.field("kind", gauge.counter() ? "COUNTER" : "LEVEL");
                json.field("verdict", gauge.verdict().name());
                json.field("after", number(gauge.after()));
                if (gauge.verdict() != HealthReport.Verdict.NO_BASELINE) {
                    json.field("before", number(gauge.before()));
                    json.field("spread", number(gauge.spread()));
                    json.field("deviations", number(gauge.deviations()));
                }
                json.endObject();
            }
            json.endArray();
        });
    }

    private static BigDecimal number(double value) {
        return new BigDecimal(value, new MathContext(DIGITS));
    }

    private static byte[] object(Consumer<JsonWriter> content) {
        JsonWriter json = new JsonWriter().beginObject();
        content.accept(json);
        return json.endObject().toBytes();
    }
}
