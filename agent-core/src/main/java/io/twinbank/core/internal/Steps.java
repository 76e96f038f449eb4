// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal;

import io.twinbank.core.AgentEvent;
import io.twinbank.core.Cause;
import io.twinbank.core.OtaAgentConfig;
import io.twinbank.core.Outcome;
import io.twinbank.core.UpdateState;
import io.twinbank.core.internal.record.Journal;
import io.twinbank.core.internal.record.OutcomeRecord;
import io.twinbank.core.internal.record.OutcomeRing;
import io.twinbank.core.internal.record.Security;
import io.twinbank.core.suit.Digest;
import io.twinbank.core.suit.InstallPlan;
import io.twinbank.hal.BankId;
import io.twinbank.hal.BootStatus;
import io.twinbank.hal.ComponentId;
import io.twinbank.hal.HalException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out the steps of a row, one after another, in the row's order. Each durable step may be the last one before a power
 * cut; what then follows is a start-up row's business.
 */
final class Steps {
    /** What goes on after a row: the steps that aren't done when they return. */
    interface Activities {
        void journalled(Incoming offer);

        void download(InstallPlan plan) throws HalException;

        void readBack() throws HalException;

        void askGate() throws HalException;

        /** Activates the components; false if the trial ends here. */
        boolean activate() throws HalException;

        void selfTest() throws HalException;

        void resume() throws HalException;

        void reset() throws HalException;

        void again();

        void rest() throws HalException;

        void notArmed() throws HalException;

        void condemn(Cause cause, String detail) throws HalException;

        void review() throws HalException;

        /** Tells whether a fault may pass yet. */
        boolean patient();
    }

    private static final Logger LOG = LoggerFactory.getLogger(Steps.class);

    private final OtaAgentConfig config;
    private final Board board;
    private final Components components;
    private final Endings endings;
    private final Trust trust;
    private final Records records;
    private final BoundSecurity boundSecurity;
    private final StateMachine machine;
    private final Outbox outbox;
    private final SuitReports suitReports;
    private final Consumer<AgentEvent> events;
    private final Activities activities;
    private BootStatus status = new BootStatus(BankId.A, Optional.empty(), BootStatus.Trial.NONE, 0, 0);
    private Security security = Security.rebuilt(Optional.empty(), 0);

    Steps(
            OtaAgentConfig config,
            Board board,
            Components components,
            Trust trust,
            Records records,
            BoundSecurity boundSecurity,
            StateMachine machine,
            Outbox outbox,
            SuitReports suitReports,
            Consumer<AgentEvent> events,
            Activities activities) {
        this.config = config;
        this.board = board;
        this.components = components;
        this.endings = new Endings(board, components);
        this.trust = trust;
        this.records = records;
        this.boundSecurity = boundSecurity;
        this.machine = machine;
        this.outbox = outbox;
        this.suitReports = suitReports;
        this.events = events;
        this.activities = activities;
    }

    BootStatus status() {
        return status;
    }

    Security security() {
        return security;
    }

    BankId running() {
        return status.running();
    }

    /** Takes over what was read at a start. */
    void adopt(BootStatus newStatus, Security newSecurity) {
        status = newStatus;
        security = newSecurity;
    }

    /** Carries out a row. */
    void run(Row row, Deed deed) throws HalException {
        LOG.debug("row {}: {}", row.id(), row.steps());
        endings.begin();
        for (Step step : row.steps()) {
            if (!perform(row, step, deed)) {
                return;
            }
        }
    }

    /** Carries out one step; false ends the row here. */
    private boolean perform(Row row, Step step, Deed deed) throws HalException {
        Journal journal = machine.journal();
        switch (step) {
            case CHECKPOINT_NONE -> records.deleteCheckpoint();
            case MANIFEST_TARGET ->
                records.storeManifest(
                        deed.plan().orElseThrow().bank(),
                        deed.offer().orElseThrow().envelope());
            case MANIFEST_COMPONENTS ->
                records.storeComponentsManifest(deed.offer().orElseThrow().envelope());
            case JOURNAL_DOWNLOADING -> {
                machine.transition(row, begun(deed.plan().orElseThrow()));
                activities.journalled(deed.offer().orElseThrow());
            }
            case INVALIDATE_TARGET -> board.boot().invalidate(journal.target());
            case BEGIN -> board.begin(deed.plan().orElseThrow());
            case DOWNLOAD, STAGE -> activities.download(deed.plan().orElseThrow());
            case SYNC -> board.sync(journal.target());
            case END -> board.end(journal.target());
            case JOURNAL_VERIFYING -> machine.transition(row, journal.with(UpdateState.VERIFYING));
            case READ_BACK -> activities.readBack();
            case JOURNAL_STAGED -> machine.transition(row, journal.with(UpdateState.STAGED));
            case ASK_GATE -> activities.askGate();
            case JOURNAL_ARMED -> machine.transition(row, journal.armed(freshTrialId()));
            case ARM_TRIAL -> {
                return armTrial(journal);
            }
            case RESET -> activities.reset();
            case JOURNAL_TRIAL_STARTED -> machine.transition(row, journal.trialStarted());
            case JOURNAL_TRIED -> machine.transition(row, journal.tried(freshTrialId()));
            case ACTIVATE -> {
                return activities.activate();
            }
            case SELF_TEST -> activities.selfTest();
            case JOURNAL_OVER -> machine.transition(row, journal.over(deed.cause(), deed.detail()));
            case JOURNAL_COMMITTING -> machine.transition(row, journal.with(UpdateState.COMMITTING));
            case DIGEST_RUNNING -> {
                return digestRunning(journal);
            }
            case VERIFY -> {
                return verify(journal);
            }
            case SECURITY_FLOORS ->
                store(security.raised(components.changed(journal), journal.sequence(), components.handled()));
            case CONFIRM -> board.boot().confirm();
            case STATUS_NONE -> trialOver(row);
            case SECURITY_CONFIRMED ->
                store(security.confirmed(running(), Optional.of(journal.imageDigest()), journal.sequence())
                        .raised(components.changed(journal), journal.sequence(), components.handled()));
            case ADVANCE_COUNTER -> board.advanceCounter(running());
            case OUTCOME_INSTALLED ->
                outbox.add(outcomeOf(
                        journal, new Outcome.Installed(!journal.componentsAlone() && board.counterPending(running()))));
            case DISCARD -> components.discard(journal);
            case OUTCOME -> outbox.add(outcomeOf(journal, deed.outcome().orElseThrow()));
            case REVERT_IF_OVER -> revertIfOver(journal);
            case REVERT -> endings.revert(tried(journal), activities.patient());
            case OUTCOME_BY_CAUSE -> outbox.add(outcomeOf(journal, endings.rolledBack(journal)));
            case OUTCOME_NO_FALLBACK ->
                outbox.add(outcomeOf(journal, endings.noFallback(tried(journal), activities.patient())));
            case OUTCOME_ROLLED_BACK_UNKNOWN -> outbox.add(outcomeOf(journal, endings.rolledBackUnknown()));
            case OUTCOME_UNKNOWN_IMAGE -> outbox.add(outcomeOf(journal, endings.unknownImage()));
            case OUTCOME_BANK_CHANGED -> outbox.add(outcomeOf(journal, endings.bankChanged()));
            case OUTCOME_STATE_LOST -> once(endings.stateLost());
            case OUTCOME_UNEXPECTED_IMAGE -> once(new Outcome.UnexpectedImage(found()));
            case QUARANTINE -> quarantine(journal);
            case SECURITY_FOUND -> store(asFound());
            case JOURNAL_IDLE -> machine.transition(row, journal.ended(status.lastTrialId()));
            case DISARM -> disarm(row);
            case ARM_FALLBACK -> board.boot().armTrial(running().other(), config.trialAttempts(), freshTrialId());
            case SAY_NO_FALLBACK ->
                events.accept(new AgentEvent.Trouble(
                        "NO_FALLBACK: bank " + running() + " isn't what was confirmed, and no other bank can boot"));
            case TRUST_STORED -> trust.store(deed.trust().orElseThrow());
            case ADVANCE_TRUST -> trust.advanceCounter();
            case OUTCOME_TRUST -> outbox.add(trustUpdated());
            case SECURITY_TRUST ->
                store(security.trusting(
                        trust.version(), trust.set().orElseThrow().issued()));
            case OUTCOME_REVOKED -> reportRevoked();
            case REVIEW -> activities.review();
            case RESUME -> activities.resume();
            case AGAIN -> activities.again();
            case REST -> activities.rest();
            case JOURNAL_NEW, SECURITY_REBUILT, CHECKPOINT, ORDERS, ANSWER, PARK ->
                throw new IllegalStateException("step '" + step + "' of row " + row + " is done elsewhere");
        }
        return true;
    }

    /** Replaces the Security record. */
    void store(Security next) throws HalException {
        boundSecurity.store(next);
        security = next;
    }

    /** Row 0a. Its id comes from the hardware, for the ring of outcomes may have been copied back as well. */
    void reportUnbound(Digest missed) throws HalException {
        outbox.add(OutcomeRecord.of(
                "unbound-" + brief(missed),
                "",
                0,
                0,
                running(),
                new Outcome.StateLost(
                        "the Security record isn't the one that was bound to the hardware last: it was lost, or an"
                                + " older flash was copied back")));
    }

    private Journal begun(InstallPlan plan) {
        Journal idle = machine.journal();
        boolean image = plan.bringsImage();
        return Journal.downloading(
                image ? plan.bank() : running(),
                image ? plan.imageDigest() : Journal.NONE,
                plan.sizeBytes(),
                plan.manifestDigest(),
                Math.max(idle.trialId(), status.lastTrialId()),
                outcomeId(plan.manifestDigest()),
                plan.sequence(),
                plan.securityVersion(),
                // A bank that wasn't the last one to be written has run, so it was written to the end.
                idle.target() != plan.bank() || idle.wholeBank(),
                plan.others().size());
    }

    /** Returns an id that no other update has: the serial moves on with each outcome. */
    String outcomeId(Digest manifest) {
        return brief(manifest) + "-" + outbox.ring().serial();
    }

    private static String brief(Digest manifest) {
        return HexFormat.of().formatHex(manifest.bytes()).substring(0, 16);
    }

    private long freshTrialId() {
        return Math.max(Math.max(machine.journal().trialId(), status.lastTrialId()), security.lastCountedTrial()) + 1;
    }

    /** A throw doesn't tell whether the trial is armed; the boot loader does. */
    private boolean armTrial(Journal journal) throws HalException {
        try {
            board.boot().armTrial(journal.target(), config.trialAttempts(), journal.trialId());
        } catch (HalException e) {
            LOG.warn("armTrial threw, asking the boot loader: {}", e.toString());
            status = board.boot().status();
            if (status.trial() != BootStatus.Trial.ARMED) {
                activities.notArmed();
                return false;
            }
        }
        return true;
    }

    private boolean digestRunning(Journal journal) throws HalException {
        Optional<InstallPlan> plan = board.named(running());
        if (!plan.map(InstallPlan::imageDigest).equals(Optional.of(journal.imageDigest()))) {
            activities.condemn(Cause.READ_BACK, "the running bank no longer holds the image");
            return false;
        }
        Optional<ComponentId> inactive = components.inactive(journal);
        if (inactive.isPresent()) {
            activities.condemn(Cause.COMPONENT, noLongerActive(inactive.get()));
            return false;
        }
        return true;
    }

    /**
     * Once Security has the floors they are installed, whatever becomes of them. Before that a component that keeps on failing is
     * an answer, as nothing else ends this trial.
     */
    private boolean verify(Journal journal) throws HalException {
        Optional<InstallPlan> plan = board.storedPlan(journal);
        if (plan.isPresent() && Components.isInstalled(plan.get(), security)) {
            return true;
        }
        try {
            Optional<ComponentId> inactive = components.inactive(journal);
            if (inactive.isEmpty()) {
                return true;
            }
            activities.condemn(Cause.COMPONENT, noLongerActive(inactive.get()));
        } catch (HalException e) {
            if (activities.patient()) {
                throw e;
            }
            activities.condemn(Cause.COMPONENT, "given up: " + e.getMessage());
        }
        return false;
    }

    private static String noLongerActive(ComponentId component) {
        return "component " + component + " no longer holds what was activated";
    }

    /** A boot loader that says it is done, and isn't, is a device fault: to go on would be to ask it again and again. */
    private void trialOver(Row row) throws HalException {
        status = board.boot().status();
        if (status.trial() != BootStatus.Trial.NONE) {
            String asked = row.steps().contains(Step.CONFIRM) ? "confirm" : "disarm";
            throw new HalException(
                    HalException.Kind.OUTCOME_UNKNOWN,
                    asked + " returned, but the boot loader still says " + status.trial());
        }
    }

    /** Here a handler that throws holds up nothing: the row that tells the outcome reverts again. */
    private void revertIfOver(Journal journal) throws HalException {
        boolean over = journal.cause().isPresent()
                || outbox.ring().find(journal.outcomeId()).isPresent();
        if (over) {
            components.revert(tried(journal), false);
        }
    }

    private Components.Tried tried(Journal journal) {
        return new Components.Tried(journal, running(), security);
    }

    private OutcomeRecord outcomeOf(Journal journal, Outcome outcome) {
        if (journal.outcomeId().isEmpty()) {
            return OutcomeRecord.of("trial-" + status.lastTrialId(), "", 0, 0, running(), outcome);
        }
        OutcomeRecord record = OutcomeRecord.of(
                journal.outcomeId(),
                journal.manifestDigest().toString(),
                journal.sequence(),
                journal.securityVersion(),
                running(),
                outcome);
        return suitReports.ended(record, outcome, journal);
    }

    /** Stores an outcome that belongs to no update; a power cut after it must not make two of it. */
    private void once(Outcome outcome) throws HalException {
        OutcomeRing ring = outbox.ring();
        if (!ring.latest().flatMap(OutcomeRecord::outcome).equals(Optional.of(outcome))) {
            outbox.add(OutcomeRecord.of("device-" + ring.serial(), "", 0, 0, running(), outcome));
        }
    }

    private OutcomeRecord trustUpdated() {
        Digest manifest = trust.manifest().orElseThrow();
        return OutcomeRecord.of(
                "trust-" + trust.version() + "-" + brief(manifest),
                manifest.toString(),
                trust.version(),
                0,
                running(),
                new Outcome.TrustUpdated(trust.version()));
    }

    /** Its id tells that it was reported. */
    private void reportRevoked() throws HalException {
        Optional<InstallPlan> revoked = runningRevoked();
        if (revoked.isPresent()) {
            InstallPlan installed = revoked.get();
            outbox.add(OutcomeRecord.of(
                    "revoked-" + brief(installed.manifestDigest()),
                    installed.manifestDigest().toString(),
                    installed.sequence(),
                    installed.securityVersion(),
                    running(),
                    new Outcome.InstalledRevoked("bank " + running() + " runs a manifest that trust set "
                            + trust.version() + " revokes; install another")));
        }
    }

    /** Returns what runs, if the trust set revokes its manifest. */
    Optional<InstallPlan> runningRevoked() throws HalException {
        return trust.revokesNothing()
                ? Optional.empty()
                : board.storedPlan(running()).filter(installed -> trust.revokes(installed.manifestDigest()));
    }

    private String found() throws HalException {
        return "bank " + running() + " holds "
                + board.named(running())
                        .map(plan -> "an image with the digest " + plan.imageDigest())
                        .orElse("an image that no stored envelope names");
    }

    private Security asFound() throws HalException {
        Optional<InstallPlan> plan = board.named(running());
        return security.confirmed(
                running(),
                plan.map(InstallPlan::imageDigest),
                plan.map(InstallPlan::sequence).orElse(0L));
    }

    /** A trial counts once, and only if its update didn't end otherwise. */
    private void quarantine(Journal journal) throws HalException {
        boolean endedOtherwise = outbox.ring()
                .find(journal.outcomeId())
                .map(outcome -> !outcome.name().equals("RolledBack"))
                .orElse(false);
        if (journal.state() == UpdateState.IDLE
                || journal.trialId() == 0
                || journal.trialId() == security.lastCountedTrial()
                || endedOtherwise) {
            return;
        }
        Cause cause = journal.cause().orElse(Cause.ATTEMPTS_EXHAUSTED);
        boolean testFailed =
                cause == Cause.SELF_TEST_FAILED || cause == Cause.SELF_TEST_TIMEOUT || cause == Cause.TOO_MANY_STARTS;
        store(
                testFailed
                        ? security.quarantined(journal.manifestDigest(), journal.trialId())
                        : security.counted(journal.manifestDigest(), journal.trialId()));
    }

    /** Before a reset into the fallback a disarm that throws doesn't matter: the reset alone uses up an attempt. */
    private void disarm(Row row) throws HalException {
        try {
            board.boot().disarm();
        } catch (HalException e) {
            if (!row.steps().contains(Step.RESET)) {
                throw e;
            }
            events.accept(new AgentEvent.Trouble("disarm failed before a reset: " + e.getMessage()));
        }
    }
}
