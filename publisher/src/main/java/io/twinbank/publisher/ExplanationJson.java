// SPDX-License-Identifier: Apache-2.0
package io.twinbank.publisher;

import com.fasterxml.jackson.core.JsonGenerator;
import io.twinbank.core.Rejection;
import io.twinbank.core.suit.Explanation;
import io.twinbank.core.suit.InstallPlan;
import io.twinbank.core.suit.InstallStep;
import io.twinbank.core.suit.Requirement;
import io.twinbank.core.suit.SuitVersion;
import io.twinbank.hal.BankId;
import java.io.IOException;
import java.util.Optional;

/** Writes what a manifest would come to on a device, for programs. */
final class ExplanationJson {
    private final JsonGenerator json;

    ExplanationJson(JsonGenerator json) {
        this.json = json;
    }

    void write(BankId bank, Explanation explanation) throws IOException {
        json.writeStartObject();
        json.writeStringField("bank", bank.name());
        json.writeArrayFieldStart("conditions");
        for (Explanation.Followed checked : explanation.checked()) {
            json.writeStartObject();
            json.writeStringField("condition", checked.command().name());
            json.writeStringField("section", checked.section().toString());
            json.writeStringField("component", checked.component().toString());
            json.writeBooleanField("fails", checked.failed().isPresent());
            rejection(checked.failed());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeBooleanField("accepted", explanation.plan().isPresent());
        rejection(explanation.rejection());
        if (explanation.plan().isPresent()) {
            plan(explanation.plan().get());
        }
        json.writeEndObject();
    }

    private void rejection(Optional<Rejection> rejection) throws IOException {
        if (rejection.isPresent()) {
            json.writeStringField("reason", rejection.get().reason().name());
            json.writeStringField("detail", rejection.get().detail());
            json.writeStringField("found", rejection.get().found());
            json.writeStringField("expected", rejection.get().expected());
        }
    }

    private void plan(InstallPlan plan) throws IOException {
        json.writeArrayFieldStart("requirements");
        for (Requirement requirement : plan.requirements()) {
            json.writeString(requirement.toString());
        }
        json.writeEndArray();
        json.writeArrayFieldStart("steps");
        for (InstallStep step : plan.steps()) {
            json.writeStartObject();
            json.writeStringField("component", step.component().toString());
            json.writeStringField("payload", step.payload().toString());
            json.writeStringField("encoding", step.encoding().toString());
            json.writeNumberField("payloadBytes", step.encoding().encodedBytes(step.sizeBytes()));
            json.writeNumberField("sizeBytes", step.sizeBytes());
            json.writeStringField("digest", step.digest().toString());
            json.writeNumberField("securityVersion", step.securityVersion());
            RouteCost.write(json, RouteCost.of(step));
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeNumberField("rollout", plan.rollout());
        json.writeBooleanField("emergency", plan.emergency());
        json.writeStringField(
                "version", plan.version().map(SuitVersion::toString).orElse(null));
    }
}
