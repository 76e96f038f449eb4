// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal;

import io.twinbank.core.internal.record.Journal;
import io.twinbank.core.internal.record.OutcomeRing;
import io.twinbank.core.internal.record.Security;
import io.twinbank.core.suit.Digest;
import io.twinbank.core.suit.InstallPlan;
import io.twinbank.hal.BankId;
import io.twinbank.hal.BootControl;
import io.twinbank.hal.BootStatus;
import io.twinbank.hal.HalException;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** The facts of one start, read from the board when they are asked, and then remembered for this start. */
final class StartFacts implements BootFacts {
    private final Board board;
    private final BootStatus status;
    private final Records.Slot<Journal> journal;
    private final Security security;
    private final boolean securityExisted;
    private final OutcomeRing outcomes;
    private final boolean firstLook;
    private final boolean patient;
    private Optional<InstallPlan> runningPlan = Optional.empty();
    private boolean runningAsked;
    private @Nullable Boolean fallbackOk;

    StartFacts(
            Board board,
            BootStatus status,
            Records.Slot<Journal> journal,
            Security security,
            boolean securityExisted,
            OutcomeRing outcomes,
            boolean firstLook,
            boolean patient) {
        this.board = board;
        this.status = status;
        this.journal = journal;
        this.security = security;
        this.securityExisted = securityExisted;
        this.outcomes = outcomes;
        this.firstLook = firstLook;
        this.patient = patient;
    }

    @Override
    public BootStatus status() {
        return status;
    }

    @Override
    public Optional<Journal> journal() {
        return journal.value();
    }

    @Override
    public boolean journalUnreadable() {
        return journal.unreadable().isPresent();
    }

    @Override
    public boolean securityExisted() {
        return securityExisted;
    }

    @Override
    public boolean over() {
        return journal()
                .map(j -> j.cause().isPresent()
                        || outcomes.find(j.outcomeId())
                                .map(outcome -> !outcome.name().equals("Installed"))
                                .orElse(false))
                .orElse(false);
    }

    /** Returns the plan whose image the running bank holds; to be patient is to wait for a bank that can't be read just now. */
    Optional<InstallPlan> runningPlan() throws HalException {
        if (!runningAsked) {
            runningPlan = patient ? board.namedOrFault(status.running()) : board.named(status.running());
            runningAsked = true;
        }
        return runningPlan;
    }

    @Override
    public boolean named() throws HalException {
        return runningPlan().isPresent();
    }

    @Override
    public boolean same() throws HalException {
        if (!runsTarget()) {
            return false;
        }
        Optional<Digest> expected = journal().map(Journal::imageDigest);
        return runningPlan().map(InstallPlan::imageDigest).equals(expected);
    }

    @Override
    public boolean confirmed() throws HalException {
        Optional<Security.Confirmed> confirmed = security.confirmed();
        return confirmed.isPresent()
                && confirmed.get().bank() == status.running()
                && confirmed.get().image().equals(runningPlan().map(InstallPlan::imageDigest));
    }

    @Override
    public boolean committed() {
        Optional<Security.Confirmed> target =
                journal().map(j -> new Security.Confirmed(j.target(), Optional.of(j.imageDigest())));
        return target.isPresent() && security.confirmed().equals(target);
    }

    @Override
    public boolean fallbackOk() throws HalException {
        if (fallbackOk == null) {
            BankId other = status.running().other();
            OptionalLong version = board.boot().securityVersion(other);
            fallbackOk = status.fallback().equals(Optional.of(other))
                    && version.isPresent()
                    && version.getAsLong() >= board.counter().read()
                    && (board.named(other).isPresent() || (knownOtherwise(other) && !refusedAlready()));
        }
        return fallbackOk;
    }

    /**
     * A boot loader that verifies needs no envelope of ours to tell a good bank. And one that no update brought, the factory's, was
     * permanent at a start, and no agent has written to it since: it would have an envelope then, or another would be confirmed.
     */
    private boolean knownOtherwise(BankId other) throws HalException {
        return board.boot().enforcement() == BootControl.Enforcement.BOOT_LOADER
                || (security.confirmed().equals(Optional.of(new Security.Confirmed(other, Optional.empty())))
                        && board.hasNoManifest(other));
    }

    /** Where a bank comes up although it has no attempts left the other was tried; asking it again would go on for ever. */
    private boolean refusedAlready() {
        return firstLook && status.attemptsLeft() == 0;
    }
}
