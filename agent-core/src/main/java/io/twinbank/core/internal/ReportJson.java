// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal;

import io.twinbank.core.AgentStatus;
import io.twinbank.core.ComponentState;
import io.twinbank.core.Rejection;
import io.twinbank.core.command.Command;
import io.twinbank.core.internal.record.OutcomeRecord;
import io.twinbank.core.internal.record.StandingOrders;
import io.twinbank.core.json.JsonWriter;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Writes the reports as docs/wire-format.md describes them. */
final class ReportJson {
    private static final int SCHEMA = 1;

    private ReportJson() {}

    static byte[] outcome(String device, OutcomeRecord outcome, Optional<byte[]> suitReport) {
        return object(json -> {
            json.field("schema", SCHEMA);
            json.field("id", outcome.id());
            json.field("device", device);
            json.field("outcome", outcome.name());
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
                json.field("sequence", outcome.sequence());
                json.field("securityVersion", outcome.securityVersion());
            }
            if (outcome.name().equals("Installed")) {
                json.field("counterPending", outcome.counterPending());
            }
            json.field("running", outcome.running().name());
            if (suitReport.isPresent()) {
                json.field("suitReport", Base64.getEncoder().encodeToString(suitReport.get()));
            }
        });
    }

    static byte[] status(String device, AgentStatus status) {
        return object(json -> {
            json.field("schema", SCHEMA);
            json.field("online", true);
            json.field("device", device);
            json.field("state", status.state().name());
            if (status.running().isPresent()) {
                json.field("running", status.running().get().name());
            }
            json.field("sequence", status.sequence());
            json.field("securityVersion", status.securityVersion());
            json.field("trustVersion", status.trustVersion());
            if (status.paused()) {
                json.field("paused", true);
            }
            if (status.commandSequence() != 0) {
                json.unsignedField("command", status.commandSequence());
            }
            optional(json, "waitingFor", status.waitingFor());
            if (status.totalBytes() > 0) {
                json.beginObject("progress");
                json.field("done", status.doneBytes());
                json.field("total", status.totalBytes());
                optional(json, "route", status.route());
                json.endObject();
            }
        });
    }

    static byte[] answer(String device, String command, CommandAnswer answer, StandingOrders inForce) {
        return object(json -> {
            json.field("schema", SCHEMA);
            json.field("device", device);
            json.field("command", command);
            if (answer.order().isPresent()) {
                json.unsignedField("sequence", answer.order().get().sequence());
            }
            json.field("result", answer.result().name().toLowerCase(Locale.ROOT));
            if (answer.rejection().isPresent()) {
                Rejection rejection = answer.rejection().get();
                json.field("reason", rejection.reason().name());
                optional(json, "detail", rejection.detail());
                optional(json, "found", rejection.found());
                optional(json, "expected", rejection.expected());
            }
            json.beginObject("inForce");
            json.unsignedField("sequence", inForce.sequence());
            json.field("paused", inForce.paused());
            json.beginArray("settings");
            for (String name : inForce.settings().keySet()) {
                json.value(name);
            }
            json.endArray();
            json.beginObject("rollouts");
            for (Command.Rollout rollout : inForce.rollouts()) {
                json.field(rollout.manifest().toString(), rollout.perTenThousand());
            }
            json.endObject();
            json.endObject();
        });
    }

    private static void components(JsonWriter json, List<ComponentState> states) {
        json.beginArray("components");
        for (ComponentState state : states) {
            json.beginObject();
            json.field("component", state.component());
            json.field("holds", state.holds().name());
            json.endObject();
        }
        json.endArray();
    }

    private static void folded(JsonWriter json, Map<String, Integer> counts) {
        json.beginObject("folded");
        for (Map.Entry<String, Integer> each : counts.entrySet()) {
            json.field(each.getKey(), each.getValue());
        }
        json.endObject();
    }

    private static void optional(JsonWriter json, String name, String value) {
        if (!value.isEmpty()) {
            json.field(name, value);
        }
    }

    private static byte[] object(Consumer<JsonWriter> content) {
        JsonWriter json = new JsonWriter().beginObject();
        content.accept(json);
        return json.endObject().toBytes();
    }
}
