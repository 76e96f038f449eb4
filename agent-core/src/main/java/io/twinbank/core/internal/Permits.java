// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal;

import io.twinbank.core.AgentEvent;
import io.twinbank.core.OtaAgentConfig;
import io.twinbank.core.internal.pipeline.Rates;
import io.twinbank.core.internal.record.StandingOrders;
import io.twinbank.core.policy.Decision;
import io.twinbank.core.policy.Forecast;
import io.twinbank.core.policy.Link;
import io.twinbank.core.policy.Phase;
import io.twinbank.core.policy.Power;
import io.twinbank.core.policy.Rollout;
import io.twinbank.core.policy.SitePolicy;
import io.twinbank.core.policy.Situation;
import io.twinbank.core.policy.Standing;
import io.twinbank.core.policy.Update;
import io.twinbank.core.spi.InstallGate;
import io.twinbank.core.suit.Digest;
import io.twinbank.core.suit.InstallPlan;
import io.twinbank.core.suit.InstallStep;
import io.twinbank.hal.FlashBank;
import io.twinbank.hal.HalException;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Asks the site's policy whether a phase of an update may begin or go on, and keeps what it has to remember over restarts. Its
 * record is stored when another update is waited for, when somebody answers, before bytes of the month are used, and once in a
 * while for the time that was counted; a cut before it makes waits longer, and never a budget larger. Where the policy restricts
 * nothing nothing is stored.
 */
final class Permits {
    /** How much counted time a restart may cost while an update waits. */
    private static final Duration STORE_EVERY = Duration.ofHours(1);
    /** The same while none does: less wear. */
    private static final Duration STORE_IDLE_EVERY = Duration.ofHours(6);

    private static final String INSTALL_GATE = "install gate";
    /** What is fetched beyond a piece that was only begun. */
    private static final long HEADROOM_BYTES = 128 << 10;

    private static final Duration LOAD_EVERY = Duration.ofMinutes(5);

    private final OtaAgentConfig config;
    private final Board board;
    private final Routes routes;
    private final Records records;
    private final TimeFloor timeFloor;
    private final Steps steps;
    private final Supplier<StandingOrders> orders;
    private final Consumer<AgentEvent> events;
    private final SitePolicy policy;
    private final LoadHours load;
    private Standing standing = Standing.none();
    private boolean loaded;
    private Duration storedAt = Duration.ZERO;
    /** What was granted last and isn't told to be used yet. */
    private long granted;

    Permits(
            OtaAgentConfig config,
            Board board,
            Routes routes,
            Records records,
            TimeFloor timeFloor,
            Steps steps,
            Supplier<StandingOrders> orders,
            Consumer<AgentEvent> events) {
        this.config = config;
        this.board = board;
        this.routes = routes;
        this.records = records;
        this.timeFloor = timeFloor;
        this.steps = steps;
        this.orders = orders;
        this.events = events;
        this.policy = config.sitePolicy();
        this.load = new LoadHours(policy);
    }

    /** Reads what was remembered, once: from then on memory knows more than the record. */
    void load() throws HalException {
        if (restricts() && !loaded) {
            // at once, for a boot that is looked at late isn't recognised as one
            standing = policy.advance(records.standing(), situation(Optional.empty()));
            storedAt = sinceBoot();
            loaded = true;
        }
    }

    /** Tells whether there is anything to ask but gates and rollouts. */
    boolean restricts() {
        // Objects, as it looks at the instance first: the comparison of records is made when it is first needed, at
        // some 10 ms.
        return !Objects.equals(policy, SitePolicy.open());
    }

    /** Tells whether what was allowed may end while it goes on. */
    boolean mayStop() {
        return restricts() || config.gates().stream().anyMatch(gate -> gate.phase() == Phase.DOWNLOAD);
    }

    /** Tells whether bytes have to be granted before they are fetched. */
    boolean countsBytes() {
        return policy.budget().isPresent();
    }

    /** What is left of the month's bytes, as far as it was looked at; empty without a budget. */
    OptionalLong bytesLeft() {
        return policy.budget()
                .map(budget -> OptionalLong.of(Math.max(0, budget.perMonth() - standing.bytesThisMonth())))
                .orElse(OptionalLong.empty());
    }

    /** How fast a download may be; 0 for as fast as it can. */
    long bytesPerSecond() {
        return Math.min(policy.bytesPerSecond(), Rates.FASTEST);
    }

    /** How often {@link #tick} is due while the agent runs; empty if never. */
    Optional<Duration> ticks() {
        if (policy.quiet().isPresent()) {
            return Optional.of(LOAD_EVERY);
        }
        return countsBytes() ? Optional.of(STORE_EVERY) : Optional.empty();
    }

    /** Learns how busy the device is, and counts the time, for a device whose clock is never trusted. */
    void tick() throws HalException {
        Situation now = situation(Optional.empty());
        standing = policy.advance(standing, now);
        if (policy.quiet().isPresent()) {
            standing = load.sample(standing, now, sampled());
        }
        storeNowAndThen();
    }

    /** Tells what the download waits for, or its next part; it is this update that is waited for from now on. */
    Optional<Decision.Wait> download(InstallPlan plan, long bytesLeft) throws HalException {
        Update update = update(plan, bytesLeft);
        waitFor(update, situation(Optional.empty()));
        return ask(Phase.DOWNLOAD, plan, update);
    }

    /** Tells what an update would wait for that is offered while another one is under way; nothing is remembered. */
    Optional<Decision.Wait> downloadLater(InstallPlan plan) throws HalException {
        return ask(Phase.DOWNLOAD, plan, update(plan, routes.of(plan).fetchedBytes()));
    }

    /** Tells what the trial waits for: an image is armed only where it may be reset into at once, for any power cut does. */
    Optional<Decision.Wait> trial(InstallPlan plan) throws HalException {
        Update update = update(plan, 0);
        waitFor(update, situation(Optional.empty()));
        Optional<Decision.Wait> install = ask(Phase.INSTALL, plan, update);
        return install.isPresent() || !plan.bringsImage() ? install : ask(Phase.RESET, plan, update);
    }

    /** Tells what the reset into an armed image waits for. */
    Optional<Decision.Wait> reset(InstallPlan plan) throws HalException {
        return ask(Phase.RESET, plan, update(plan, 0));
    }

    private Optional<Decision.Wait> ask(Phase phase, InstallPlan plan, Update update) throws HalException {
        Decision decision = policy.decide(phase, update, situation(shutGate(phase, plan)), standing);
        if (decision instanceof Decision.Wait wait) {
            return Optional.of(wait);
        }
        ((Decision.Go) decision).passed().forEach(sentence -> events.accept(new AgentEvent.Passed(sentence)));
        return Optional.empty();
    }

    private void waitFor(Update update, Situation now) throws HalException {
        if (!restricts()) {
            return;
        }
        Standing next = policy.waitFor(standing, update, now);
        boolean another = !next.waitingFor().equals(standing.waitingFor());
        standing = next;
        if (another) {
            store();
        } else {
            storeNowAndThen();
        }
    }

    /**
     * Grants bytes of the month, which is durable before it returns.
     *
     * @return how many, 0 for none
     */
    long grant(InstallPlan plan, long bytesLeft, long wanted) throws HalException {
        long grant = Math.min(wanted, policy.allowance(update(plan, bytesLeft), situation(Optional.empty()), standing));
        if (grant > 0) {
            standing = standing.reserve(grant);
            granted = grant;
            store();
        }
        return grant;
    }

    /** What was granted and not used comes back; in memory, for a cut may cost a checkpoint's worth. */
    void giveBack(long unused) {
        if (granted > 0) {
            standing = standing.fetched(granted - Math.min(granted, unused));
            granted = 0;
        }
    }

    /** Bytes came that nobody asked the policy for; in memory, until the next is stored. */
    void came(long bytes) {
        if (countsBytes()) {
            standing = standing.came(bytes);
        }
    }

    /** What came back counts after a power cut as well. */
    void storeBytes() throws HalException {
        store();
    }

    /** The update that is waited for, if it is this one, has ended. */
    void ended(String manifestDigest) {
        if (standing.waitingFor().map(Object::toString).equals(Optional.of(manifestDigest))) {
            standing = standing.settled();
            storedAt =
                    sinceBoot().minus(STORE_IDLE_EVERY); // with the next that is stored, at the latest at the next tick
        }
    }

    /** Somebody at the site agrees; false if nothing is waited for. */
    boolean consent() throws HalException {
        if (standing.waitingFor().isEmpty()) {
            return false;
        }
        standing = standing.consent();
        store();
        return true;
    }

    /** Somebody at the site postpones what is waited for. */
    void defer(Duration by) throws HalException {
        standing = policy.defer(standing, situation(Optional.empty()), by);
        store();
    }

    /** Of an update that nobody has offered yet it is known how large it is, and that it is for every device. */
    Forecast forecast(Optional<InstallPlan> plan, long bytesLeft, long bytesOtherwise, Duration ahead)
            throws HalException {
        Update update = plan.isPresent()
                ? update(plan.get(), bytesLeft)
                : new Update(Digest.sha256(new byte[32]), bytesOtherwise, HEADROOM_BYTES, false, Rollout.everybody());
        Optional<String> gate = plan.isPresent() ? shutGate(Phase.RESET, plan.get()) : Optional.empty();
        return policy.forecast(update, situation(gate), standing, ahead);
    }

    /** How much has to be fetched at once for anything to be kept: an erase unit, or a piece of the encoding, where the bank can resume. */
    private long pieceBytes(InstallPlan plan) throws HalException {
        PlanRoutes fetched = routes.of(plan);
        long piece = HEADROOM_BYTES;
        for (InstallStep step : plan.images()) {
            FlashBank bank = board.bank(plan.bank(), step.component());
            if (!bank.resumable()) {
                return Math.max(1, fetched.fetchedBytes());
            }
            long encoded = fetched.of(step).cheapest(0).pieceBytes();
            piece = Math.max(piece, HEADROOM_BYTES + Math.max(bank.geometry().eraseSizeBytes(), encoded));
        }
        for (InstallStep step : plan.others()) {
            piece = Math.max(piece, HEADROOM_BYTES + fetched.of(step).full().predictedBytes(0));
        }
        return piece;
    }

    private Update update(InstallPlan plan, long bytesLeft) throws HalException {
        int share = Math.max(plan.rollout(), orders.get().rollout(plan.manifestDigest()));
        boolean emergency = plan.emergency() || isEmergency();
        return new Update(
                plan.manifestDigest(),
                bytesLeft,
                pieceBytes(plan),
                emergency,
                Rollout.of(share, config.platform().identity().deviceId(), plan.manifestDigest()));
    }

    private boolean isEmergency() throws HalException {
        return steps.runningRevoked().isPresent() && config.updatePolicy().emergency();
    }

    private Situation situation(Optional<String> shutGate) {
        return new Situation(timeFloor.believed(steps.security()), sinceBoot(), power(), link(), shutGate);
    }

    private Duration sinceBoot() {
        return config.platform().clock().sinceBoot();
    }

    /** Tells what an update waits for of which nothing is known any more: any gate between it and the restart. */
    Optional<String> shutGate() throws HalException {
        Stream<OtaAgentConfig.SiteGate> gates = Stream.concat(
                isEmergency()
                        ? Stream.empty()
                        : Stream.of(new OtaAgentConfig.SiteGate(Phase.RESET, INSTALL_GATE, config.installGate())),
                config.gates().stream().filter(gate -> gate.phase() != Phase.DOWNLOAD));
        return gates.filter(gate -> !isOpen(gate.name(), gate.gate()))
                .map(gate -> "waiting to restart until the gate '" + gate.name() + "' opens")
                .findFirst();
    }

    /** A gate that throws is shut. The install gate of components alone is asked before they are activated. */
    private Optional<String> shutGate(Phase phase, InstallPlan plan) throws HalException {
        Phase last = plan.bringsImage() ? Phase.RESET : Phase.INSTALL;
        if (phase == last && !isOpen(INSTALL_GATE, config.installGate()) && !isEmergency()) {
            return Optional.of(INSTALL_GATE);
        }
        for (OtaAgentConfig.SiteGate gate : config.gates()) {
            if (gate.phase() == phase && !isOpen(gate.name(), gate.gate())) {
                return Optional.of(gate.name());
            }
        }
        return Optional.empty();
    }

    private boolean isOpen(String name, InstallGate gate) {
        try {
            return gate.isOpen();
        } catch (RuntimeException e) {
            events.accept(new AgentEvent.Trouble(name + " threw and counts as shut: " + e));
            return false;
        }
    }

    private Power power() {
        try {
            return config.conditions().power();
        } catch (RuntimeException e) {
            return Power.unknown();
        }
    }

    private Link link() {
        try {
            return config.conditions().link();
        } catch (RuntimeException e) {
            return Link.UNKNOWN;
        }
    }

    private OptionalDouble sampled() {
        try {
            return config.conditions().load();
        } catch (RuntimeException e) {
            return OptionalDouble.empty();
        }
    }

    private void storeNowAndThen() throws HalException {
        Duration every = standing.waitingFor().isPresent() ? STORE_EVERY : STORE_IDLE_EVERY;
        if (sinceBoot().minus(storedAt).compareTo(every) >= 0) {
            store();
        }
    }

    private void store() throws HalException {
        records.store(standing);
        storedAt = sinceBoot();
    }
}
