// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal;

import io.twinbank.core.AgentEvent;
import io.twinbank.core.Outcome;
import io.twinbank.core.RejectReason;
import io.twinbank.core.Rejection;
import io.twinbank.core.UpdateState;
import io.twinbank.core.internal.record.Journal;
import io.twinbank.core.internal.record.OutcomeRecord;
import io.twinbank.core.internal.record.Security;
import io.twinbank.core.spi.Scheduler;
import io.twinbank.core.spi.Scheduler.Cancellable;
import io.twinbank.core.spi.Scheduler.Lane;
import io.twinbank.core.suit.Digest;
import io.twinbank.core.suit.InstallPlan;
import io.twinbank.core.suit.InstallStep;
import io.twinbank.core.suit.Limits;
import io.twinbank.core.suit.TrustManifest;
import io.twinbank.hal.ComponentId;
import io.twinbank.hal.HalException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What becomes of an offer: rows 1 to 2e and 5. Everything runs on the agent thread. */
final class Offers {
    /** What an offer may lead to. */
    interface Port {
        /** Whether a row has been carried out since the start, so that the state is known. */
        boolean ready();

        /** Whether a command said that no update may begin. */
        boolean paused();

        /** What an update of this plan has to wait for before it begins; empty if it may. */
        Optional<String> held(InstallPlan plan) throws HalException;

        void accept(Incoming offer, InstallPlan plan);

        void supersede(Incoming offer, InstallPlan plan);

        void refuse(Incoming offer, OutcomeRecord outcome) throws HalException;
    }

    /** How long after the first, second, and any later unsuccessful try the same manifest may be tried again. */
    private static final List<Duration> RETRY_AFTER =
            List.of(Duration.ofHours(1), Duration.ofHours(6), Duration.ofHours(24));

    /**
     * Refusals that may not hold for ever: a date, an operator, or a power supply was against it. They are given before anything
     * is erased, so judging anew wears nothing.
     */
    private static final Set<String> MAY_PASS =
            Set.of(RejectReason.CONDITION_FAILED.name(), RejectReason.EXPIRED.name(), RejectReason.UNSUPPORTED.name());

    private static final Duration UNTIL_READY = Duration.ofSeconds(1);

    /** How often the agent may throw at the same offer before it is dropped. */
    private static final int MAX_THROWS = 5;

    private final OfferJudge judge;
    private final Limits limits;
    private final StateMachine machine;
    private final Steps steps;
    private final Outbox outbox;
    private final SuitReports suitReports;
    private final Board board;
    private final Strangers strangers;
    private final Scheduler scheduler;
    private final Consumer<AgentEvent> events;
    private final Port port;
    private final TrustWatch trustWatch;
    private final Map<String, List<CompletableFuture<Outcome>>> waiting = new LinkedHashMap<>();
    private final Map<String, Duration> endedAt = new LinkedHashMap<>();
    private Optional<Incoming> parked = Optional.empty();
    private Optional<Incoming> parkedTrust = Optional.empty();
    /** What the parked offer comes to, if it is the site that it waits for. */
    private Optional<InstallPlan> held = Optional.empty();

    private Optional<Incoming> threw = Optional.empty();
    private int throwsInARow;
    private Optional<Incoming> underWay = Optional.empty();
    private String underWayId = "";
    private @Nullable Cancellable retryTimer;

    Offers(
            OfferJudge judge,
            Limits limits,
            StateMachine machine,
            Steps steps,
            Outbox outbox,
            SuitReports suitReports,
            Board board,
            Strangers strangers,
            Scheduler scheduler,
            Consumer<AgentEvent> events,
            Port port,
            TrustWatch trustWatch) {
        this.judge = judge;
        this.limits = limits;
        this.machine = machine;
        this.steps = steps;
        this.outbox = outbox;
        this.suitReports = suitReports;
        this.board = board;
        this.strangers = strangers;
        this.scheduler = scheduler;
        this.events = events;
        this.port = port;
        this.trustWatch = trustWatch;
    }

    /** Takes an offer. A device fault while it is judged parks it: it is judged again when the device has recovered. */
    void offered(Incoming offer) throws HalException {
        try {
            take(offer);
        } catch (HalException e) {
            park(offer);
            throw e;
        }
    }

    private void take(Incoming offer) throws HalException {
        if (!port.ready()) {
            park(offer);
            return;
        }
        boolean ofTrust = TrustManifest.isIn(offer.envelope(), limits);
        List<byte[]> links = TrustManifest.links(offer.envelope(), limits);
        if (trying() && (ofTrust || !links.isEmpty())) {
            begin(UpdateTable.PARKED);
            park(offer); // an agent on trial may be rolled back, and a trust set isn't
            return;
        }
        try {
            for (byte[] link : links) {
                takeLink(link);
            }
            if (!port.ready()) {
                park(offer);
                return;
            }
            OfferJudge.Verdict verdict =
                    judge.judge(offer.envelope(), steps.running().other(), steps.security());
            if (verdict instanceof OfferJudge.NewTrust believed) {
                trustWatch.believe(believed.next());
                answerTrust(offer, believed.next().set().version());
            } else if (verdict instanceof OfferJudge.SameTrust same) {
                trustWatch.believeStill();
                answerTrust(offer, same.version());
            } else if (verdict instanceof OfferJudge.NotAuthentic refused) {
                notAuthentic(offer, refused.rejection());
            } else if (verdict instanceof OfferJudge.Unacceptable refused) {
                unacceptable(offer, refused);
            } else {
                authentic(offer, ((OfferJudge.Acceptable) verdict).plan());
            }
            threw = Optional.empty();
            throwsInARow = 0;
        } catch (RuntimeException | Error e) {
            threw(offer, e);
            throw e;
        }
    }

    /** An offer at which the agent threw may have had bad luck; when it threw again and again, it is the offer. */
    private void threw(Incoming offer, Throwable thrown) {
        throwsInARow = threw.equals(Optional.of(offer)) ? throwsInARow + 1 : 1;
        threw = Optional.of(offer);
        if (throwsInARow < MAX_THROWS) {
            park(offer);
        } else {
            offer.settled().run();
            offer.asker().ifPresent(answer -> answer.completeExceptionally(thrown));
        }
    }

    private boolean trying() {
        return machine.state() == UpdateState.TRIAL || machine.state() == UpdateState.COMMITTING;
    }

    /** A trust manifest that came along for devices that missed it; what it isn't good for, nobody is told. */
    private void takeLink(byte[] link) throws HalException {
        if (TrustManifest.isIn(link, limits) && judge.judgeTrust(link) instanceof OfferJudge.NewTrust missed) {
            trustWatch.believe(missed.next());
        }
    }

    private static void answerTrust(Incoming offer, long version) {
        offer.answer(new Outcome.TrustUpdated(version));
    }

    /** An envelope that couldn't be fetched, or isn't the one that was meant. */
    void refuseUnread(Incoming offer, Rejection rejection) {
        notAuthentic(offer, rejection);
    }

    boolean trustWaits() {
        return parkedTrust.isPresent();
    }

    /** Takes up the trust manifest that had to wait, if there is one. */
    void takeParkedTrust() throws HalException {
        if (parkedTrust.isPresent()) {
            Incoming trust = parkedTrust.get();
            parkedTrust = Optional.empty();
            offered(trust);
        }
    }

    /** Takes up what had to wait, trust first: firmware is judged by it. */
    void takeParked() throws HalException {
        takeParkedTrust();
        if (parked.isPresent()) {
            Incoming firmware = parked.get();
            parked = Optional.empty();
            held = Optional.empty();
            offered(firmware);
        }
    }

    /** An offer became the update under way; it is kept, because one that fails may be due again and nobody offers it then. */
    void journalled(String outcomeId, Incoming offer) {
        underWayId = outcomeId;
        underWay = Optional.of(offer);
        await(outcomeId, offer);
    }

    /** Tells who asked, if somebody did, when the update under way ends. */
    private void await(String outcomeId, Incoming offer) {
        offer.asker()
                .ifPresent(answer -> waiting.computeIfAbsent(outcomeId, id -> new ArrayList<>())
                        .add(answer));
    }

    /** Completes the answers of an update that ended, and has it judged once more: that tells whether and when it is due again. */
    void ended(String outcomeId, Outcome outcome) {
        endedAt.put(outcomeId, board.clock().sinceBoot());
        endedAt.keySet().removeIf(id -> outbox.ring().find(id).isEmpty());
        List<CompletableFuture<Outcome>> answers = waiting.remove(outcomeId);
        if (answers != null) {
            answers.forEach(answer -> answer.complete(outcome));
        }
        if (outcomeId.equals(underWayId)) {
            underWay.map(Incoming::again).ifPresent(offer -> scheduler.execute(Lane.AGENT, () -> retry(offer)));
            underWay = Optional.empty();
        }
    }

    private void notAuthentic(Incoming offer, Rejection rejection) {
        strangers.tell(rejection);
        offer.answer(new Outcome.Rejected(rejection));
    }

    private void unacceptable(Incoming offer, OfferJudge.Unacceptable refused) throws HalException {
        if (known(offer, refused.manifestDigest(), Optional.of(refused.rejection()))) {
            return;
        }
        Outcome outcome = new Outcome.Rejected(refused.rejection());
        OutcomeRecord record = OutcomeRecord.of(
                steps.outcomeId(refused.manifestDigest()),
                refused.manifestDigest().toString(),
                refused.sequence(),
                refused.securityVersion(),
                steps.running(),
                outcome);
        port.refuse(offer, suitReports.refused(record, outcome, offer.envelope()));
    }

    private void authentic(Incoming offer, InstallPlan plan) throws HalException {
        if (known(offer, plan.manifestDigest(), Optional.empty())) {
            return;
        }
        Journal journal = machine.journal();
        UpdateState state = machine.state();
        if (port.paused()) {
            begin(UpdateTable.PAUSED);
            // A pause may last for months: the message isn't held back for so long, a retained one comes again anyway.
            park(offer.acknowledged());
            events.accept(new AgentEvent.Waiting(Commands.PAUSED));
        } else if (trying()) {
            begin(UpdateTable.PARKED);
            park(offer);
        } else if (state == UpdateState.IDLE) {
            acceptOrHold(offer, plan, () -> port.accept(offer, plan));
        } else if (!plan.bringsImage() && !(journal.componentsAlone() && changesMeanwhile(plan))) {
            begin(UpdateTable.WAITS);
            park(offer);
        } else if (plan.sequence() <= journal.sequence() && changesMeanwhile(plan)) {
            offer.answer(new Outcome.Rejected(Rejection.of(
                    RejectReason.SEQUENCE_TOO_LOW,
                    "an update that is at least as new is under way",
                    plan.sequence(),
                    "more than " + journal.sequence())));
        } else {
            acceptOrHold(offer, plan, () -> port.supersede(offer, plan));
        }
    }

    /** What the site doesn't allow yet may wait for weeks: its message isn't held back, a retained one comes again anyway. */
    private void acceptOrHold(Incoming offer, InstallPlan plan, Runnable accept) throws HalException {
        Optional<String> why = port.held(plan);
        if (why.isEmpty()) {
            accept.run();
            return;
        }
        begin(UpdateTable.HELD);
        park(offer.acknowledged());
        held = Optional.of(plan);
        events.accept(new AgentEvent.Waiting(why.get()));
    }

    /** Returns what is offered and waits for the site. */
    Optional<InstallPlan> held() {
        return held;
    }

    /** Tells whether the update under way changes one of a plan's components. One whose envelope is lost changes any. */
    private boolean changesMeanwhile(InstallPlan plan) throws HalException {
        List<ComponentId> written = components(plan);
        return board.storedPlan(machine.journal())
                .map(underWay -> components(underWay).stream().anyMatch(written::contains))
                .orElse(true);
    }

    private static List<ComponentId> components(InstallPlan plan) {
        return plan.steps().stream().map(InstallStep::component).toList();
    }

    /** Row 1a: an offer that is installed, pending, judged before or quarantined changes nothing. */
    private boolean known(Incoming offer, Digest manifest, Optional<Rejection> now) throws HalException {
        boolean known = isKnown(offer, manifest, now);
        if (known) {
            begin(UpdateTable.KNOWN);
        }
        return known;
    }

    private boolean isKnown(Incoming offer, Digest manifest, Optional<Rejection> now) throws HalException {
        Journal journal = machine.journal();
        if (journal.state() != UpdateState.IDLE && journal.manifestDigest().equals(manifest)) {
            offer.settled().run();
            await(journal.outcomeId(), offer);
            return true;
        }
        Security security = steps.security();
        if (security.isQuarantined(manifest)) {
            offer.answer(new Outcome.Rejected(Rejection.of(
                    RejectReason.QUARANTINED, "this manifest failed on this device; publish a newer one")));
            return true;
        }
        Optional<InstallPlan> installed = board.storedPlan(steps.running());
        if (installed.map(InstallPlan::manifestDigest).equals(Optional.of(manifest))) {
            offer.answer(new Outcome.Installed(board.counterPending(steps.running())));
            return true;
        }
        Optional<InstallPlan> alone = board.componentsPlan(steps.running());
        if (alone.map(InstallPlan::manifestDigest).equals(Optional.of(manifest))
                && Components.isInstalled(alone.get(), security)) {
            offer.answer(new Outcome.Installed(false));
            return true;
        }
        Optional<OutcomeRecord> judged = outbox.ring().latestOf(manifest.toString());
        if (judged.isEmpty() || judgedAnew(offer, manifest, judged.get(), now)) {
            return false;
        }
        offer.settled().run();
        judged.get().outcome().ifPresent(offer::tell);
        return true;
    }

    /** Tells whether what was judged before counts no more. What is refused as it was before isn't told twice. */
    private boolean judgedAnew(Incoming offer, Digest manifest, OutcomeRecord last, Optional<Rejection> now) {
        if (now.isPresent()) {
            if (last.name().equals("TrustUpdated")) {
                return true; // it took effect once, and does no more
            }
            return !now.get().reason().name().equals(last.reason()) && retryDue(offer, manifest, last);
        }
        return (last.name().equals("Rejected") && MAY_PASS.contains(last.reason())) || retryDue(offer, manifest, last);
    }

    /**
     * Tells whether a manifest that didn't make it may be tried again; if not yet, it is kept and offered again then. Counted by
     * the monotonic clock from when it ended, or from the boot if that was before, so that no wrong date can hurry or prevent it.
     */
    private boolean retryDue(Incoming offer, Digest manifest, OutcomeRecord last) {
        int tries;
        if (last.name().equals("RolledBack") && steps.security().retries(manifest) > 0) {
            tries = steps.security().retries(manifest);
        } else if (last.name().equals("Failed")
                || last.reason().startsWith("PAYLOAD_")
                || last.reason().equals(RejectReason.DECRYPTION_FAILED.name())) {
            // Else tampering with the payload would be a way to block a fix.
            tries = (int) outbox.ring().entries().stream()
                    .filter(entry -> entry.manifestDigest().equals(manifest.toString()))
                    .count();
        } else {
            return false;
        }
        Duration wait = RETRY_AFTER.get(Math.min(tries, RETRY_AFTER.size()) - 1);
        Duration since = board.clock().sinceBoot().minus(endedAt.getOrDefault(last.id(), Duration.ZERO));
        Duration left = wait.minus(since);
        if (left.isZero() || left.isNegative()) {
            return true;
        }
        if (retryTimer != null) {
            retryTimer.cancel();
        }
        retryTimer = scheduler.after(Lane.AGENT, left, () -> retry(offer.again()));
        return false;
    }

    /** It doesn't take the place of what was offered since and waits. */
    private void retry(Incoming offer) {
        if (!port.ready()) {
            scheduler.after(Lane.AGENT, UNTIL_READY, () -> retry(offer));
            return;
        }
        try {
            take(offer);
        } catch (HalException e) {
            if (parked.isEmpty()) {
                park(offer);
            }
            events.accept(new AgentEvent.Trouble("an offer is due again, but can't be judged: " + e.getMessage()));
        }
    }

    private void begin(Row row) {
        events.accept(new AgentEvent.RowBegun(row.id()));
    }

    /** Keeps an offer until it can be judged, the latest of each kind. */
    void park(Incoming offer) {
        if (TrustManifest.isIn(offer.envelope(), limits)) {
            parkedTrust.ifPresent(Offers::displaced);
            parkedTrust = Optional.of(offer);
        } else {
            parked.ifPresent(Offers::displaced);
            parked = Optional.of(offer);
            held = Optional.empty();
        }
    }

    private static void displaced(Incoming older) {
        older.answer(new Outcome.Superseded());
    }
}
