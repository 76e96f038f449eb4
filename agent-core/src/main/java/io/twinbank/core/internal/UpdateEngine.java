// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal;

import static io.twinbank.core.UpdateState.ARMED;
import static io.twinbank.core.UpdateState.COMMITTING;
import static io.twinbank.core.UpdateState.DOWNLOADING;
import static io.twinbank.core.UpdateState.IDLE;
import static io.twinbank.core.UpdateState.STAGED;
import static io.twinbank.core.UpdateState.TRIAL;
import static io.twinbank.core.UpdateState.VERIFYING;

import io.twinbank.core.AgentEvent;
import io.twinbank.core.Cause;
import io.twinbank.core.OtaAgentConfig;
import io.twinbank.core.Outcome;
import io.twinbank.core.Rejection;
import io.twinbank.core.UpdateState;
import io.twinbank.core.internal.pipeline.FrameDecoders;
import io.twinbank.core.internal.record.StandingOrders;
import io.twinbank.core.policy.Decision;
import io.twinbank.core.policy.Forecast;
import io.twinbank.core.spi.PayloadSource;
import io.twinbank.core.spi.Scheduler;
import io.twinbank.core.spi.Scheduler.Lane;
import io.twinbank.core.suit.InstallPlan;
import io.twinbank.core.suit.ManifestVerifier;
import io.twinbank.hal.BootStatus;
import io.twinbank.hal.HalException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What happens: each event leads to a row of {@link UpdateTable}, each start to one of {@link BootTable}, and {@link RowRunner}
 * carries the row out. Everything here runs on the agent thread. After a device fault, or when a task threw, the engine looks
 * again, as after a start: the start-up rows know the way from every state.
 */
final class UpdateEngine implements Steps.Activities, Installation.Judge, TrialRun.Judge, RowRunner.Owner {
    static final String ENVELOPE_LOST = "the stored envelope of the update was lost";
    private static final Duration RESET_AGAIN = Duration.ofSeconds(30);

    private final OtaAgentConfig config;
    private final Scheduler scheduler;
    private final Consumer<AgentEvent> events;
    private final Records records;
    private final Board board;
    private final Components components;
    private final Trust trust;
    private final StateMachine machine;
    private final Outbox outbox;
    private final Answers answers;
    private final Steps steps;
    private final RowRunner rows;
    private final StartUp startUp;
    private final TrustWatch trustWatch;
    private final Arming arming;
    private final Installation installation;
    private final TrialGuard guard;
    private final Strangers strangers;
    private final Offers offers;
    private final Acceptance acceptance;
    private final Commands commands;
    private final Permits permits;
    private final Routes routes;
    private final Holding holding;
    private @Nullable TrialRun trial;
    private boolean started;
    private long securityVersion;

    UpdateEngine(
            OtaAgentConfig config,
            Scheduler scheduler,
            List<PayloadSource> sources,
            TimeFloor timeFloor,
            ManifestVerifier verifier,
            Consumer<AgentEvent> events) {
        this.config = config;
        this.scheduler = scheduler;
        this.events = events;
        records = new Records(config.platform().stateStore());
        trust = new Trust(config.platform(), records, verifier);
        board = new Board(config.platform(), config.components().keySet(), records, verifier);
        components = new Components(config.components(), board);
        machine = new StateMachine(records, events);
        SuitReports suitReports = new SuitReports(config.suitReports(), board, records, verifier, events);
        outbox = new Outbox(
                records,
                config.transport(),
                scheduler,
                events,
                suitReports,
                config.platform().identity().name());
        answers = new Answers(
                config.transport(), scheduler, config.platform().identity().name());
        BoundSecurity security = new BoundSecurity(records, config.platform().rootOfTrust());
        steps = new Steps(
                config, board, components, trust, records, security, machine, outbox, suitReports, events, this);
        rows = new RowRunner(machine, steps, scheduler, events, this);
        startUp = new StartUp(board, components, records, security, trust, machine, steps, outbox, events);
        trustWatch = new TrustWatch(trust, board, machine, steps, rows, this::end);
        FrameDecoders decoders = new FrameDecoders(config.maxFrameBytes());
        routes = new Routes(board, scheduler, sources, decoders);
        permits = new Permits(config, board, routes, records, timeFloor, steps, this::orders, events);
        arming = new Arming(machine, steps, rows, new ArmCheck(board), board, permits, trustWatch, events, this);
        installation =
                new Installation(config, board, components, records, scheduler, sources, routes, permits, events, this);
        holding = new Holding(machine, rows, installation, permits, routes, scheduler, events, this);
        guard = new TrialGuard(config, scheduler);
        strangers = new Strangers(board.clock(), events);
        OfferJudge judge =
                new OfferJudge(config, board, components, records, verifier, trust, timeFloor, sources, decoders);
        acceptance = new Acceptance(machine, rows, outbox, this);
        offers = new Offers(
                judge,
                verifier.limits(),
                machine,
                steps,
                outbox,
                suitReports,
                board,
                strangers,
                scheduler,
                events,
                acceptance,
                trustWatch);
        commands = new Commands(
                config,
                trust,
                records,
                timeFloor,
                steps::security,
                strangers,
                scheduler,
                events,
                new CommandDeeds(machine, rows, installation, offers, this));
    }

    RowRunner rows() {
        return rows;
    }

    StateMachine machine() {
        return machine;
    }

    Steps steps() {
        return steps;
    }

    Outbox outbox() {
        return outbox;
    }

    Offers offers() {
        return offers;
    }

    Strangers strangers() {
        return strangers;
    }

    Permits permits() {
        return permits;
    }

    Commands commands() {
        return commands;
    }

    /** Returns the row that was carried out last. */
    String row() {
        return rows.row();
    }

    Trust trust() {
        return trust;
    }

    Holding holding() {
        return holding;
    }

    private StandingOrders orders() {
        return commands.standing();
    }

    Installation installation() {
        return installation;
    }

    /** Returns the anti-rollback floor as it was read last. */
    long securityVersion() {
        return securityVersion;
    }

    // Events

    void start() {
        again();
    }

    void offered(Incoming offer) {
        rows.judge(() -> offers.offered(offer), offers::takeParked);
    }

    void commanded(Commands.Incoming command) {
        rows.judge(() -> commands.commanded(command), () -> {});
    }

    void answer(byte[] command, CommandAnswer answer) {
        answers.answer(command, answer, commands.standing());
    }

    void online(boolean now) {
        outbox.online(now);
        answers.online(now);
        if (now) {
            installation.wake();
        }
    }

    /** Rows 9, 9b and 9c. */
    void cancel() {
        Outcome outcome = new Outcome.Cancelled(Cause.OPERATOR);
        switch (ready() ? machine.state() : IDLE) {
            case DOWNLOADING, VERIFYING, STAGED -> end(UpdateTable.CANCEL, outcome);
            case ARMED -> end(UpdateTable.CALL_OFF, outcome);
            case IDLE, TRIAL, COMMITTING -> rows.note(UpdateTable.CANCEL_LATE);
        }
    }

    /** Somebody at the site agrees to what waits for consent. */
    void consent() {
        rows.run(() -> {
            if (permits.consent()) {
                holding.siteChanged();
            }
        });
    }

    /** Somebody at the site postpones what waits for consent. */
    void defer(Duration by) throws HalException {
        permits.defer(by);
        holding.siteChanged();
    }

    /** When the update that waits, or is under way, would happen; or one of so many bytes that were offered now. */
    Forecast forecast(Duration ahead, long bytes) throws HalException {
        Optional<InstallPlan> plan = machine.state() == IDLE ? offers.held() : board.storedPlan(machine.journal());
        long left = 0;
        if (plan.isPresent() && (machine.state() == IDLE || machine.state() == DOWNLOADING)) {
            left = machine.state() == IDLE ? routes.of(plan.get()).fetchedBytes() : installation.bytesLeft(plan.get());
        }
        return permits.forecast(plan, left, bytes, ahead);
    }

    /** An update ended. */
    void ended(String manifestDigest) {
        permits.ended(manifestDigest);
        routes.end(manifestDigest);
    }

    void confirm() {
        if (trial != null) {
            trial.confirm();
        }
    }

    void close() {
        rows.close();
        holding.close();
        stopActivities();
    }

    @Override
    public void journalled(Incoming offer) {
        acceptance.journalled(offer);
    }

    /** Tells whether a row has been carried out since the start, so that the state is known. */
    boolean ready() {
        return rows.ready();
    }

    /** Tells whether a command said that no update may begin. */
    boolean paused() {
        return commands.standing().paused();
    }

    // The download and the read-back

    @Override
    public void downloaded() {
        rows.run(() -> {
            boolean alone = machine.journal().componentsAlone();
            try {
                rows.carryOut(alone ? UpdateTable.DOWNLOADED_ALONE : UpdateTable.DOWNLOADED, Deed.none());
            } catch (HalException e) {
                failed(Cause.FLASH, Optional.empty(), e.toString());
            }
        });
    }

    @Override
    public void held() {
        rows.run(() -> {
            Optional<InstallPlan> plan = board.storedPlan(machine.journal());
            Optional<Decision.Wait> wait = plan.isPresent()
                    ? permits.download(plan.get(), installation.bytesLeft(plan.get()))
                    : Optional.empty();
            holding.hold(wait.map(Decision.Wait::sentence).orElse("the bytes that come next"));
        });
    }

    @Override
    public void verified() {
        arming.verified();
        if (machine.state() == STAGED) {
            rows.run(this::askGate);
        } else {
            rows.run(() -> rows.carryOut(UpdateTable.VERIFIED, Deed.none()));
        }
    }

    @Override
    public void failed(Cause cause, Optional<Rejection> rejection, String detail) {
        Optional<Outcome> refused =
                rejection.filter(wrong -> cause == Cause.PAYLOAD).map(Outcome.Rejected::new);
        end(
                machine.state() == STAGED ? UpdateTable.UNFIT : UpdateTable.FAIL,
                refused.orElseGet(() -> new Outcome.Failed(cause, rejection, detail)));
    }

    void end(Row how, Outcome outcome) {
        stopActivities();
        rows.run(() -> rows.carryOut(how, Deed.end(outcome)));
    }

    // The trial

    @Override
    public void passed() {
        boolean alone = machine.journal().componentsAlone();
        rows.run(() -> rows.carryOut(alone ? UpdateTable.COMMIT_ALONE : UpdateTable.COMMIT, Deed.none()));
    }

    @Override
    public void condemned(Cause cause, String detail) {
        rows.run(() -> condemn(cause, detail));
    }

    @Override
    public void condemn(Cause cause, String detail) throws HalException {
        Row how = machine.state() == TRIAL ? UpdateTable.CONDEMN : UpdateTable.CONDEMN_COMMIT;
        if (machine.journal().componentsAlone()) {
            rows.givenUp(); // no reset comes before what was activated is reverted
        }
        rows.carryOut(how, Deed.condemn(cause, detail));
    }

    /** What must hold before anything of the new image is tried. */
    private boolean isTriable() throws HalException {
        if (!trustWatch.believesUpdate()) {
            condemn(Cause.REVOKED, "the trust set doesn't believe this manifest any more");
            return false;
        }
        if (machine.journal().starts() > config.maxTrialStarts()) {
            condemn(Cause.TOO_MANY_STARTS, machine.journal().starts() + " agent starts in one trial");
            return false;
        }
        return true;
    }

    @Override
    public boolean activate() throws HalException {
        if (!isTriable()) {
            return false;
        }
        try {
            components.activate(machine.journal());
            return true;
        } catch (HalException e) {
            if (patient()) {
                throw e;
            }
            condemn(Cause.COMPONENT, "given up: " + e.getMessage());
            return false;
        }
    }

    @Override
    public boolean patient() {
        return !rows.faultsPersist();
    }

    // What steps begin

    @Override
    public void download(InstallPlan plan) throws HalException {
        installation.download(plan, Optional.empty(), machine.journal().wholeBank());
        holding.watch(plan);
    }

    @Override
    public void readBack() throws HalException {
        if (!installation.readBack(machine.journal())) {
            failed(Cause.UNKNOWN, Optional.empty(), ENVELOPE_LOST);
        }
    }

    @Override
    public void askGate() throws HalException {
        arming.askGate();
    }

    @Override
    public void notArmed() throws HalException {
        events.accept(new AgentEvent.Trouble("the boot loader didn't take the trial"));
        rows.carryOut(UpdateTable.NOT_ARMED, Deed.none());
    }

    @Override
    public void selfTest() {
        trial = new TrialRun(config, scheduler, events, this, machine.journal().componentsAlone());
        trial.start();
    }

    @Override
    public void review() throws HalException {
        trustWatch.review();
    }

    /** Row 23c. */
    @Override
    public void resume() throws HalException {
        UpdateState found = machine.state();
        if (!trustWatch.believesUpdate()) {
            trustWatch.review();
            if (machine.state() == found) {
                again(); // the envelope was only read wrong
            }
            return;
        }
        switch (found) {
            case DOWNLOADING -> {
                if (paused()) {
                    events.accept(new AgentEvent.Waiting(Commands.PAUSED));
                } else {
                    resumeDownload();
                }
            }
            case VERIFYING -> readBack();
            case STAGED -> askGate();
            case IDLE, ARMED, TRIAL, COMMITTING -> throw new IllegalStateException("nothing to resume");
        }
    }

    private void resumeDownload() throws HalException {
        Optional<InstallPlan> plan = board.storedPlan(machine.journal());
        if (plan.isEmpty()) {
            failed(Cause.UNKNOWN, Optional.empty(), ENVELOPE_LOST);
            return;
        }
        holding.download(
                plan.get(),
                installation.bytesLeft(plan.get()),
                () -> installation.resume(machine.journal(), plan.get()));
    }

    /** May return before the reset comes; then no other step of an update is begun, and it is asked for again. */
    @Override
    public void reset() throws HalException {
        rows.notReady();
        events.accept(new AgentEvent.Waiting("reset"));
        board.platform().resetControl().reset();
        rows.later(RESET_AGAIN, this::again);
    }

    /** Reads everything again, as after a start, and carries out the first start-up row that matches. */
    @Override
    public void again() {
        rows.notReady();
        stopActivities();
        scheduler.execute(Lane.AGENT, () -> rows.run(this::look));
    }

    private void look() throws HalException {
        Row first = startUp.look(!started, !rows.faultsPersist(), status -> {
            if (status.trial() == BootStatus.Trial.RUNNING) {
                guard.arm();
            }
        });
        securityVersion = board.counter().read();
        commands.load();
        holding.load();
        if (!started) {
            started = true;
            events.accept(new AgentEvent.Started(steps.running(), first.id()));
            trust.awaited()
                    .ifPresent(what -> events.accept(new AgentEvent.Trouble(
                            "the trust set is gone: no firmware is believed until the device gets " + what)));
        }
        rows.carryOut(first, Deed.none());
        if (offers.trustWaits()) { // firmware waits for rest, trust doesn't
            scheduler.execute(Lane.AGENT, () -> rows.judge(offers::takeParkedTrust, offers::takeParkedTrust));
        }
    }

    /** Nothing under way: take up what had to wait. */
    @Override
    public void rest() throws HalException {
        if (steps.status().trial() == BootStatus.Trial.NONE) {
            guard.disarm();
        }
        scheduler.execute(Lane.AGENT, () -> rows.judge(offers::takeParked, offers::takeParked));
    }

    // When the device fails

    @Override
    public Runnable interrupted(Throwable fault, boolean persistent) {
        stopActivities();
        boolean late = board.clock().sinceBoot().compareTo(config.confirmWithin()) > 0;
        boolean writing = machine.state() == DOWNLOADING || machine.state() == VERIFYING;
        if (writing && persistent) {
            // Later, for the record of the failure may not be storable either.
            Cause cause = fault instanceof HalException ? Cause.FLASH : Cause.UNKNOWN;
            return () -> failed(cause, Optional.empty(), fault.toString());
        }
        if (machine.state() == COMMITTING && late && triesTarget()) {
            return () -> condemned(Cause.BOOT_CONTROL, "the confirm didn't take: " + fault.getMessage());
        }
        return this::again;
    }

    private boolean triesTarget() {
        return steps.status().trial() == BootStatus.Trial.RUNNING
                && steps.running() == machine.journal().target();
    }

    @Override
    public void stopActivities() {
        arming.stop();
        installation.stop();
        if (trial != null) {
            trial.stop();
            trial = null;
        }
        rows.cancelTimer();
    }
}
