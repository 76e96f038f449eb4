// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal;

import io.twinbank.core.Cause;
import io.twinbank.core.Outcome;
import io.twinbank.core.suit.InstallPlan;
import java.util.Optional;

/**
 * What a row's steps need to know besides the journal.
 *
 * @param offer the offer that led to the row
 * @param plan what it asks for
 * @param trust the trust set that takes effect
 * @param outcome how the update ends
 * @param cause why a trial is condemned
 * @param detail the same for people
 */
record Deed(
        Optional<Incoming> offer,
        Optional<InstallPlan> plan,
        Optional<Trust.Next> trust,
        Optional<Outcome> outcome,
        Cause cause,
        String detail) {
    static Deed none() {
        return new Deed(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Cause.UNKNOWN, "");
    }

    static Deed accept(Incoming offer, InstallPlan plan) {
        return new Deed(Optional.of(offer), Optional.of(plan), Optional.empty(), Optional.empty(), Cause.UNKNOWN, "");
    }

    static Deed trust(Trust.Next next) {
        return new Deed(Optional.empty(), Optional.empty(), Optional.of(next), Optional.empty(), Cause.UNKNOWN, "");
    }

    static Deed end(Outcome outcome) {
        return new Deed(Optional.empty(), Optional.empty(), Optional.empty(), Optional.of(outcome), Cause.UNKNOWN, "");
    }

    static Deed condemn(Cause cause, String detail) {
        return new Deed(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), cause, detail);
    }
}
