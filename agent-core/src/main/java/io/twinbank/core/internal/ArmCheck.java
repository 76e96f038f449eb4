// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal;

import io.twinbank.core.Cause;
import io.twinbank.core.Outcome;
import io.twinbank.core.internal.record.Journal;
import io.twinbank.core.internal.record.Security;
import io.twinbank.hal.HalException;
import java.util.Optional;
import java.util.OptionalLong;

/** Rows 10 and 10c: what must hold, besides the open gate and the digest, before a bank is armed or components are activated. */
final class ArmCheck {
    /** How often a trial is armed that never begins. */
    private static final int MAX_ARMS = 3;

    private final Board board;

    ArmCheck(Board board) {
        this.board = board;
    }

    /** Returns how the update ends if it must not be tried. */
    Optional<Outcome> unfit(Journal journal, Security security) throws HalException {
        if (security.isQuarantined(journal.manifestDigest())) {
            return Optional.of(new Outcome.Cancelled(Cause.QUARANTINED));
        }
        if (journal.componentsAlone()) {
            return Optional.empty();
        }
        OptionalLong version = board.boot().securityVersion(journal.target());
        if (!version.equals(OptionalLong.of(journal.securityVersion()))) {
            return failed(
                    Cause.SECURITY_VERSION,
                    "the boot loader reads "
                            + (version.isPresent() ? "security version " + version.getAsLong() : "no image")
                            + " in bank " + journal.target() + ", the manifest says " + journal.securityVersion());
        }
        long step = journal.securityVersion() - board.counter().read();
        if (step < 0 || step > board.counter().remaining()) {
            return failed(Cause.COUNTER, "the anti-rollback counter can't go to " + journal.securityVersion());
        }
        if (journal.arms() >= MAX_ARMS) {
            return failed(Cause.BOOT_CONTROL, "the trial was armed " + journal.arms() + " times and never began");
        }
        return Optional.empty();
    }

    private static Optional<Outcome> failed(Cause cause, String detail) {
        return Optional.of(new Outcome.Failed(cause, Optional.empty(), detail));
    }
}
