// SPDX-License-Identifier: Apache-2.0
package io.twinbank.agentd;

import io.twinbank.core.Cause;
import io.twinbank.core.EventText;
import io.twinbank.core.Outcome;
import io.twinbank.core.Rejection;
import io.twinbank.core.json.JsonWriter;
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

    static void write(JsonWriter json, Outcome outcome) {
        json.field("outcome", outcome.name());
        Optional<Rejection> rejection = Optional.empty();
        if (outcome instanceof Outcome.Installed installed) {
            json.field("counterPending", installed.counterPending());
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
            json.field("trustVersion", trust.version());
        }
        if (rejection.isPresent()) {
            json.field("reason", rejection.get().reason().name());
            json.field("found", rejection.get().found());
            json.field("expected", rejection.get().expected());
        }
        json.field("detail", of(outcome));
    }

    private static void cause(JsonWriter json, Cause cause) {
        json.field("cause", cause.name());
    }
}
