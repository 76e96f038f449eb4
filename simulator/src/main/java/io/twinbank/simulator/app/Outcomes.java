// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.app;

import io.twinbank.core.AgentEvent;
import io.twinbank.core.Outcome;
import io.twinbank.core.Rejection;

/** How outcomes are written: short, to be compared; and with their numbers, for people. */
final class Outcomes {
    private Outcomes() {}

    /** Writes an outcome with its reason, such as {@code Rejected(WRONG_CLASS)}. */
    static String brief(Outcome outcome) {
        if (outcome instanceof Outcome.Rejected rejected) {
            return rejected(rejected.rejection());
        } else if (outcome instanceof Outcome.RolledBack rolledBack) {
            return outcome.name() + "(" + rolledBack.cause() + ")";
        } else if (outcome instanceof Outcome.Failed failed) {
            return outcome.name()
                    + "("
                    + failed.rejection()
                            .map(rejection -> rejection.reason().name())
                            .orElse(failed.cause().name())
                    + ")";
        } else if (outcome instanceof Outcome.Cancelled cancelled) {
            return outcome.name() + "(" + cancelled.cause() + ")";
        }
        return outcome instanceof Outcome.Inconsistent inconsistent
                ? outcome.name() + inconsistent.components()
                : outcome.name();
    }

    /** An offer that isn't authentic has no outcome that is stored or reported: only the event tells of it. */
    static String brief(AgentEvent.NotAuthentic event) {
        return rejected(event.rejection());
    }

    private static String rejected(Rejection rejection) {
        return "Rejected(" + rejection.reason() + ")";
    }

    /** Writes an outcome with what led to it. */
    static String words(Outcome outcome) {
        if (outcome instanceof Outcome.Rejected rejected) {
            return "Rejected, " + rejected.rejection();
        } else if (outcome instanceof Outcome.RolledBack rolledBack) {
            return "RolledBack, " + rolledBack.cause() + ": " + rolledBack.detail();
        } else if (outcome instanceof Outcome.Failed failed) {
            return "Failed, "
                    + failed.rejection().map(Rejection::toString).orElse(failed.cause() + ": " + failed.detail());
        }
        return brief(outcome);
    }
}
