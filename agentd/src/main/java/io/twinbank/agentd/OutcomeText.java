// SPDX-License-Identifier: Apache-2.0
package io.twinbank.agentd;

import com.fasterxml.jackson.core.JsonGenerator;
import io.twinbank.core.Cause;
import io.twinbank.core.Outcome;
import io.twinbank.core.Rejection;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;

/** An outcome in words and in JSON, with the names that reports have. */
final class OutcomeText {
    private OutcomeText() {}

    static boolean isGood(Outcome outcome) {
        return outcome instanceof Outcome.Installed || outcome instanceof Outcome.TrustUpdated;
    }

    static String of(Outcome outcome) {
        if (outcome instanceof Outcome.Installed installed) {
            return "installed" + (installed.counterPending() ? "; the anti-rollback counter still has to follow" : "");
        } else if (outcome instanceof Outcome.Rejected rejected) {
            return "rejected: " + rejected.rejection();
        } else if (outcome instanceof Outcome.RolledBack rolledBack) {
            return "rolled back: " + because(rolledBack.cause(), rolledBack.detail());
        } else if (outcome instanceof Outcome.Inconsistent inconsistent) {
            return "inconsistent: " + because(inconsistent.cause(), inconsistent.detail()) + "; "
                    + inconsistent.components();
        } else if (outcome instanceof Outcome.Failed failed) {
            return "failed: "
                    + failed.rejection()
                            .map(Rejection::toString)
                            .orElseGet(() -> because(failed.cause(), failed.detail()));
        } else if (outcome instanceof Outcome.Cancelled cancelled) {
            return "cancelled: " + because(cancelled.cause(), "");
        } else if (outcome instanceof Outcome.Superseded) {
            return "superseded by a newer update";
        } else if (outcome instanceof Outcome.UnexpectedImage unexpected) {
            return "somebody else installed what runs: " + unexpected.detail();
        } else if (outcome instanceof Outcome.StateLost lost) {
            return "the records were lost: " + lost.detail();
        } else if (outcome instanceof Outcome.TrustUpdated trust) {
            return "trust set " + trust.version() + " is believed";
        } else if (outcome instanceof Outcome.InstalledRevoked revoked) {
            return "what runs was revoked: " + revoked.detail();
        }
        return outcome.toString();
    }

    private static String because(Cause cause, String detail) {
        String words = cause.name().toLowerCase(Locale.ROOT).replace('_', ' ');
        return detail.isEmpty() ? words : words + ": " + detail;
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
