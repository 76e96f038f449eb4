// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.twinbank.core.AgentStatus;
import io.twinbank.core.ComponentState;
import io.twinbank.core.Rejection;
import io.twinbank.core.command.Command;
import io.twinbank.core.internal.record.OutcomeRecord;
import io.twinbank.core.internal.record.StandingOrders;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Writes the reports as docs/wire-format.md describes them. */
final class ReportJson {
    private static final int SCHEMA = 1;
    private static final JsonFactory JSON = new JsonFactory();

    private interface Content {
        void write(JsonGenerator json) throws IOException;
    }

    private ReportJson() {}

    static byte[] outcome(String device, OutcomeRecord outcome, Optional<byte[]> suitReport) {
        return object(json -> {
            json.writeNumberField("schema", SCHEMA);
            json.writeStringField("id", outcome.id());
            json.writeStringField("device", device);
            json.writeStringField("outcome", outcome.name());
            optional(json, "reason", outcome.reason());
            optional(json, "cause", outcome.cause());
            optional(json, "detail", outcome.detail());
            if (!outcome.components().isEmpty()) {
                components(json, outcome.components());
            } else if (!outcome.folded().isEmpty()) {
                folded(json, outcome.folded());
            } else {
                optional(json, "found", outcome.found());
            }
            optional(json, "expected", outcome.expected());
            optional(json, "manifestDigest", outcome.manifestDigest());
            if (!outcome.manifestDigest().isEmpty()) {
                json.writeNumberField("sequence", outcome.sequence());
                json.writeNumberField("securityVersion", outcome.securityVersion());
            }
            if (outcome.name().equals("Installed")) {
                json.writeBooleanField("counterPending", outcome.counterPending());
            }
            json.writeStringField("running", outcome.running().name());
            if (suitReport.isPresent()) {
                json.writeBinaryField("suitReport", suitReport.get());
            }
        });
    }

    static byte[] status(String device, AgentStatus status) {
        return object(json -> {
            json.writeNumberField("schema", SCHEMA);
            json.writeBooleanField("online", true);
            json.writeStringField("device", device);
            json.writeStringField("state", status.state().name());
            if (status.running().isPresent()) {
                json.writeStringField("running", status.running().get().name());
            }
            json.writeNumberField("sequence", status.sequence());
            json.writeNumberField("securityVersion", status.securityVersion());
            json.writeNumberField("trustVersion", status.trustVersion());
            if (status.paused()) {
                json.writeBooleanField("paused", true);
            }
            if (status.commandSequence() != 0) {
                unsigned(json, "command", status.commandSequence());
            }
            optional(json, "waitingFor", status.waitingFor());
            if (status.totalBytes() > 0) {
                json.writeObjectFieldStart("progress");
                json.writeNumberField("done", status.doneBytes());
                json.writeNumberField("total", status.totalBytes());
                json.writeEndObject();
            }
        });
    }

    static byte[] answer(String device, String command, CommandAnswer answer, StandingOrders inForce) {
        return object(json -> {
            json.writeNumberField("schema", SCHEMA);
            json.writeStringField("device", device);
            json.writeStringField("command", command);
            if (answer.order().isPresent()) {
                unsigned(json, "sequence", answer.order().get().sequence());
            }
            json.writeStringField("result", answer.result().name().toLowerCase(Locale.ROOT));
            if (answer.rejection().isPresent()) {
                Rejection rejection = answer.rejection().get();
                json.writeStringField("reason", rejection.reason().name());
                optional(json, "detail", rejection.detail());
                optional(json, "found", rejection.found());
                optional(json, "expected", rejection.expected());
            }
            json.writeObjectFieldStart("inForce");
            unsigned(json, "sequence", inForce.sequence());
            json.writeBooleanField("paused", inForce.paused());
            json.writeArrayFieldStart("settings");
            for (String name : inForce.settings().keySet()) {
                json.writeString(name);
            }
            json.writeEndArray();
            json.writeObjectFieldStart("rollouts");
            for (Command.Rollout rollout : inForce.rollouts()) {
                json.writeNumberField(rollout.manifest().toString(), rollout.perTenThousand());
            }
            json.writeEndObject();
            json.writeEndObject();
        });
    }

    private static void unsigned(JsonGenerator json, String name, long value) throws IOException {
        json.writeNumberField(name, new BigInteger(Long.toUnsignedString(value)));
    }

    private static void components(JsonGenerator json, List<ComponentState> states) throws IOException {
        json.writeArrayFieldStart("components");
        for (ComponentState state : states) {
            json.writeStartObject();
            json.writeStringField("component", state.component());
            json.writeStringField("holds", state.holds().name());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void folded(JsonGenerator json, Map<String, Integer> counts) throws IOException {
        json.writeObjectFieldStart("folded");
        for (Map.Entry<String, Integer> each : counts.entrySet()) {
            json.writeNumberField(each.getKey(), each.getValue());
        }
        json.writeEndObject();
    }

    private static void optional(JsonGenerator json, String name, String value) throws IOException {
        if (!value.isEmpty()) {
            json.writeStringField(name, value);
        }
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
