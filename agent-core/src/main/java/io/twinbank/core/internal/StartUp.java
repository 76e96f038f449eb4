// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal;

import io.twinbank.core.AgentEvent;
import io.twinbank.core.UpdateState;
import io.twinbank.core.internal.record.Journal;
import io.twinbank.core.internal.record.Security;
import io.twinbank.core.suit.Digest;
import io.twinbank.core.suit.InstallPlan;
import io.twinbank.core.suit.InstallStep;
import io.twinbank.hal.BootStatus;
import io.twinbank.hal.ComponentId;
import io.twinbank.hal.HalException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Reads everything, as after a reset, and finds the row that follows. */
final class StartUp {
    private final Board board;
    private final Components components;
    private final Records records;
    private final BoundSecurity boundSecurity;
    private final Trust trust;
    private final StateMachine machine;
    private final Steps steps;
    private final Outbox outbox;
    private final Consumer<AgentEvent> events;

    StartUp(
            Board board,
            Components components,
            Records records,
            BoundSecurity boundSecurity,
            Trust trust,
            StateMachine machine,
            Steps steps,
            Outbox outbox,
            Consumer<AgentEvent> events) {
        this.board = board;
        this.components = components;
        this.records = records;
        this.boundSecurity = boundSecurity;
        this.trust = trust;
        this.machine = machine;
        this.steps = steps;
        this.outbox = outbox;
        this.events = events;
    }

    /**
     * Looks.
     *
     * @param firstLook whether this is the first look since the board's reset
     * @param patient whether a running bank that can't be read is a fault that may pass, and not yet another image
     * @param measured told what the boot loader says, before anything else can fail
     * @return the first start-up row that matches
     */
    Row look(boolean firstLook, boolean patient, Consumer<BootStatus> measured) throws HalException {
        BootStatus status = board.boot().status();
        measured.accept(status);
        Records.Slot<Journal> journal = records.journal();
        BoundSecurity.Found found = boundSecurity.load();
        Records.Slot<Security> security = found.slot();
        outbox.load();
        machine.adopt(journal.value().orElse(Journal.idle(status.running().other(), false, status.lastTrialId())));
        steps.adopt(status, security.value().orElse(Security.rebuilt(Optional.empty(), 0)));
        Optional<Digest> missed = found.missed();
        boolean newDevice = journal.isAbsent() && security.isAbsent() && missed.isEmpty();
        if (security.value().isEmpty() || missed.isPresent()) {
            rebuildSecurity(newDevice, missed, status, facts(status, journal, !newDevice, firstLook, patient));
        }
        trust.load(steps.security());
        if (!trust.isKnownTo(steps.security())) {
            events.accept(new AgentEvent.RowBegun(UpdateTable.TRUST_CUT.id()));
            steps.run(UpdateTable.TRUST_CUT, Deed.none());
        }
        return BootTable.match(facts(status, newDevice ? records.journal() : journal, !newDevice, firstLook, patient));
    }

    private StartFacts facts(
            BootStatus status,
            Records.Slot<Journal> journal,
            boolean securityExisted,
            boolean firstLook,
            boolean patient) {
        return new StartFacts(
                board, status, journal, steps.security(), securityExisted, outbox.ring(), firstLook, patient);
    }

    /**
     * The floors are those of the running bank's envelope, and of the last update of components alone, of each component that
     * holds what that brought: it isn't kept anywhere else whether that was installed.
     *
     * <p>Row 0: the journal first, so that a cut between the two is a new device again and not a lost journal. Row 0a: the outcome
     * first, for once the record is rebuilt and bound nothing tells any more that it was missed.
     */
    private void rebuildSecurity(boolean newDevice, Optional<Digest> missed, BootStatus status, StartFacts facts)
            throws HalException {
        Row row = missed.isPresent() ? UpdateTable.UNBOUND_SECURITY : UpdateTable.NO_SECURITY;
        events.accept(new AgentEvent.RowBegun(row.id()));
        if (missed.isPresent()) {
            steps.reportUnbound(missed.get());
        }
        if (newDevice) {
            machine.transition(UpdateTable.NO_SECURITY, machine.journal());
        }
        Optional<InstallPlan> plan = facts.runningPlan();
        UpdateState state = machine.state();
        boolean trying = !machine.journal().componentsAlone()
                && (state == UpdateState.ARMED || state == UpdateState.TRIAL || state == UpdateState.COMMITTING);
        boolean permanent = status.trial() == BootStatus.Trial.NONE
                && (newDevice || isUntouched(status, plan) || (plan.isPresent() && !trying));
        Optional<Security.Confirmed> confirmed = permanent
                ? Optional.of(new Security.Confirmed(status.running(), plan.map(InstallPlan::imageDigest)))
                : Optional.empty();
        Security rebuilt = steps.security()
                .rebuiltOn(confirmed, plan.map(InstallPlan::sequence).orElse(0L));
        if (plan.isPresent() && !trying) {
            rebuilt = raised(
                    rebuilt,
                    plan.get().others().stream().map(InstallStep::component).toList(),
                    plan.get());
        }
        // One that is under way, or may be, was told nothing of yet: it must not be taken for one that was installed.
        boolean mayBeUnderWay = facts.journal().isEmpty() || facts.alone();
        Optional<InstallPlan> last =
                newDevice || mayBeUnderWay ? Optional.empty() : board.componentsPlan(status.running());
        if (last.isPresent()) {
            rebuilt = raised(rebuilt, components.holding(last.get()), last.get());
        }
        steps.store(rebuilt);
    }

    /** A device from the factory, whose first start was cut behind its journal: nothing was ever tried, and no update brought what runs. */
    private boolean isUntouched(BootStatus status, Optional<InstallPlan> plan) throws HalException {
        return machine.state() == UpdateState.IDLE
                && machine.journal().trialId() == 0
                && status.lastTrialId() == 0
                && plan.isEmpty()
                && board.hasNoManifest(status.running());
    }

    private Security raised(Security security, List<ComponentId> which, InstallPlan by) {
        return security.raised(which, by.sequence(), components.handled());
    }
}
