// SPDX-License-Identifier: Apache-2.0
package io.twinbank.agentd;

import com.fasterxml.jackson.core.JsonGenerator;
import io.twinbank.core.Cause;
import io.twinbank.core.EventText;
import io.twinbank.core.Outcome;
import io.twinbank.core.Rejection;
import java.io.IOException;
import java.util.Optional;

/** An outcome in words and in JSON, with the names that reports have. */
final class OutcomeText {
    private OutcomeText() {}

    static boolean isGood(Outcome outcome) {
        return outcome instanceof Outcome.Installed || outcome instanceof Outcome.TrustUpdated;
    }

    static String of(Outcome outcome) {
        return EventText.of(outcome);
    }

    static void write(JsonGenerator json, Outcome outcome) throws IOException {
        json.writeStringField("outcome", outcome.name());
        Optional<Rejection> rejection = Optional.empty();
        if (outcome instanceof Outcome.Installed installed) {
            json.writeBooleanField("counterPending", installed.counterPending());
        } else if (outcome instanceof Outcome.Rejected rejected) {
            rejection = Optional.of(rejected.rejection());
        } else if (outcome instanceof Outcome.RolledBack rolledBack) {
            cause(json, rolledBack.cause());
        } else if (outcome instanceof Outcome.Inconsistent inconsistent) {
            cause(json, inconsistent.cause());
        } else if (outcome instanceof Outcome.Failed failed) {
            cause(json, failed.cause());
            rejection = failed.rejection();
        } else if (outcome instanceof Outcome.Cancelled cancelled) {
            cause(json, cancelled.cause());
        } else if (outcome instanceof Outcome.TrustUpdated trust) {
            json.writeNumberField("trustVersion", trust.version());
        }
        if (rejection.isPresent()) {
            json.writeStringField("reason", rejection.get().reason().name());
            json.writeStringField("found", rejection.get().found());
            json.writeStringField("expected", rejection.get().expected());
        }
        json.writeStringField("detail", of(outcome));
    }

    private static void cause(JsonGenerator json, Cause cause) throws IOException {
        json.writeStringField("cause", cause.name());
    }
}
