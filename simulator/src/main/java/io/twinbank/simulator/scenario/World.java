// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.scenario;

import io.twinbank.core.Offer;
import io.twinbank.core.OtaAgent;
import io.twinbank.core.OtaAgentBuilder;
import io.twinbank.hal.BankId;
import io.twinbank.hal.HalException;
import io.twinbank.hal.ResetControl;
import io.twinbank.hal.StateKey;
import io.twinbank.hal.StateStore;
import io.twinbank.simulator.AgentVariant;
import io.twinbank.simulator.Ages;
import io.twinbank.simulator.Profile;
import io.twinbank.simulator.SimulatedBoard;
import io.twinbank.simulator.SimulatedComponent;
import io.twinbank.simulator.SimulatedGateway;
import io.twinbank.simulator.SimulatedGateway.Ending;
import io.twinbank.simulator.SimulatedServer;
import io.twinbank.simulator.VirtualTime;
import io.twinbank.simulator.boot.BootLoader;
import io.twinbank.simulator.fault.Fault;
import io.twinbank.simulator.medium.Durable;
import io.twinbank.simulator.medium.Operation.Part;
import io.twinbank.simulator.medium.Region;
import io.twinbank.simulator.medium.StateHash;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A gateway with all that belongs to it, in the middle of its scenario. What survives a power cut, here and on the server,
 * can be saved and put back; the rest is RAM. Not thread-safe.
 */
public final class World implements Durable, AutoCloseable {
    private static final Instant FAR_FUTURE = Instant.parse("2099-12-31T23:59:59Z");

    /** Long enough for a message to be judged, and not for an update to be tried again. */
    private static final Duration MOMENT = Duration.ofMinutes(1);

    private record Saved(Object board, Object server, int episode, boolean trustAgain, boolean outage) {}

    private final Scenario scenario;
    private final VirtualTime time = new VirtualTime();
    private final SimulatedBoard board;
    private final SimulatedServer server = new SimulatedServer();
    private final SimulatedGateway gateway;
    private final AgentVariant variant;
    private final Barrage barrage;
    /** What the wall clock says, moved on by no one: the worst that a bad clock does is to stand or to jump. */
    private Optional<Instant> clock = Optional.empty();

    private boolean outage = false;
    private boolean gateHeld = false;
    /** How many of the story's episodes there were. */
    private int episode = 0;

    /** Whether the trust manifest was offered once more. */
    private boolean trustAgain = false;

    /**
     * Makes a world at the beginning of its scenario, switched off.
     *
     * @param scenario what happens
     * @param profile what the board stores on
     * @param loader its boot loader
     * @param variant what stands between the agent and its world
     */
    public World(Scenario scenario, Profile profile, BootLoader.Factory loader, AgentVariant variant) {
        this.scenario = scenario;
        this.variant = variant;
        this.barrage = new Barrage(scenario);
        Maker maker = scenario.maker();
        try {
            board = SimulatedBoard.builder(
                            Maker.IDENTITY,
                            maker.factoryPolicy(scenario.trustManifest().isPresent(), scenario.isCommanded()),
                            maker.imagePublicKey,
                            time::nanos)
                    .profile(profile)
                    .imageBytes(scenario.imageBytes())
                    .kernelBytes(scenario.kernelBytes())
                    .loader(loader)
                    .wallClock(() -> clock)
                    .trialWatchdog(Duration.ofMinutes(2))
                    .build();
            if (scenario.other().isPresent()) {
                install(BankId.B, scenario.other().get(), false);
            }
            install(BankId.A, scenario.installed(), scenario.isFromFactory());
            board.component().install(scenario.installed().component());
        } catch (IOException e) {
            throw new UncheckedIOException("the board of scenario " + scenario + " can't be made", e);
        }
        scenario.offers().forEach(offer -> serve(offer, scenario.served(offer)));
        scenario.forgery().map(Forgery::byStranger).ifPresent(forged -> serve(forged, forged.payload()));
        serve(scenario.next(), scenario.next().payload());
        server.breakAfter(scenario.breakAfterBytes());
        int attempts = Math.min(scenario.trialAttempts(), board.bootControl().maxAttempts());
        int unit = board.bank(BankId.A, SimulatedBoard.COMPONENT).geometry().eraseSizeBytes();
        int checkpoint = (scenario.checkpointBytes() + unit - 1) / unit * unit;
        gateway = new SimulatedGateway(
                board,
                time,
                server,
                agent -> atSite(withComponent(agent.trialAttempts(attempts)
                        .checkpointBytes(checkpoint)
                        .installGate(() -> !isGateShut())
                        .maxSecurityVersionStep(Long.MAX_VALUE))),
                variant);
    }

    private OtaAgentBuilder withComponent(OtaAgentBuilder agent) {
        return scenario.hasComponent()
                ? agent.component(SimulatedComponent.ID, variant.component(board, board.component()))
                : agent;
    }

    private OtaAgentBuilder atSite(OtaAgentBuilder agent) {
        return scenario.site()
                .map(site -> agent.buildTime(Site.BUILT).sitePolicy(variant.policy(board, site.policy())))
                .orElse(agent);
    }

    private void serve(Firmware firmware, byte[] payload) {
        int kernel = scenario.kernelBytes();
        if (kernel > 0) {
            server.payload(Firmware.kernelUriOf(firmware.version()), Arrays.copyOf(payload, kernel));
        }
        server.payload(firmware.uri(), Arrays.copyOfRange(payload, kernel, payload.length));
        firmware.shortcut().ifPresent(shortcut -> server.payload(firmware.shortcutUri(), shortcut.bytes()));
    }

    private void install(BankId bank, Firmware firmware, boolean nameless) throws IOException {
        board.install(bank, new ByteArrayInputStream(firmware.image()), nameless ? new byte[0] : firmware.envelope());
    }

    /**
     * Returns the scenario.
     *
     * @return what happens
     */
    public Scenario scenario() {
        return scenario;
    }

    /**
     * Returns the board.
     *
     * @return the same each time
     */
    public SimulatedBoard board() {
        return board;
    }

    /**
     * Returns the server.
     *
     * @return the same each time
     */
    public SimulatedServer server() {
        return server;
    }

    /**
     * Returns what the board's clock says.
     *
     * @return empty if it has none
     */
    public Optional<Instant> wallClock() {
        return clock;
    }

    /**
     * Returns the gateway.
     *
     * @return the same each time
     */
    public SimulatedGateway gateway() {
        return gateway;
    }

    /**
     * Lets the gateway boot, or go on, until its present life ends or the story comes to its end.
     *
     * @return how it rests; empty if the life ended by a reset or a power cut
     * @throws HalException if the cells can't be read
     */
    public Optional<Ending> live() throws HalException {
        while (true) {
            Optional<Ending> ending = gateway.live(time.nanos() + Scenario.PATIENCE.toNanos());
            if (outage && !ending.equals(Optional.of(Ending.AT_REST)) && ending.isPresent()) {
                endOutage();
                continue;
            }
            if (ending.equals(Optional.of(Ending.WAITING)) && waitsForTrust() && !trustAgain) {
                trustAgain = true;
                offer(scenario.trustManifest().orElseThrow());
                continue;
            }
            boolean waits = ending.equals(Optional.of(Ending.WAITING)) && (isGateShut() || isPaused());
            if (!(waits || ending.equals(Optional.of(Ending.AT_REST)))
                    || episode >= scenario.episodes().size()) {
                return ending;
            }
            happen(scenario.episodes().get(episode));
            episode++;
        }
    }

    private void happen(Episode next) {
        if (next instanceof Episode.Offered offered) {
            server.commandDuring(offered.during());
            offer(offered.envelope());
        } else if (next instanceof Episode.Commanded commanded) {
            server.command(commanded.message());
        }
    }

    private boolean isPaused() {
        return gateway.agent().map(agent -> agent.status().paused()).orElse(false);
    }

    private boolean isGateShut() {
        return gateHeld || isShutUntilTrusted();
    }

    private boolean isShutUntilTrusted() {
        return scenario.shutsGate()
                && gateway.agent()
                        .map(agent -> agent.status().trustVersion() == 0)
                        .orElse(false);
    }

    /** Who reads the status of a gateway that has lost its trust set offers it again. */
    private boolean waitsForTrust() {
        return scenario.trustManifest().isPresent()
                && gateway.agent()
                        .map(agent -> agent.status().waitingFor().startsWith("a trust manifest"))
                        .orElse(false);
    }

    /**
     * Offers the update that comes after all others.
     */
    public void offerNext() {
        offer(scenario.next().envelope());
    }

    /**
     * Shuts the install gate, for good.
     */
    public void holdGate() {
        gateHeld = true;
    }

    /**
     * Lets come in what changes nothing, one after another: the offer that the server has retained, what runs, what can't be had,
     * what must be refused, and what isn't authentic; and lets the connection break once.
     *
     * @param round some of it is another in each
     * @throws HalException if the cells can't be read
     */
    public void pester(int round) throws HalException {
        List<byte[]> offers = new ArrayList<>(barrage.offers(round));
        if (gateHeld) {
            offers.add(scenario.next().envelope());
        }
        for (byte[] offer : offers) {
            offer(offer);
            pause();
        }
        server.online(false);
        server.online(true);
        pause();
    }

    private void pause() throws HalException {
        gateway.live(time.nanos() + MOMENT.toNanos());
    }

    private void offer(byte[] envelope) {
        server.offer(new Offer.Envelope(envelope));
    }

    /**
     * Lets something happen outside, while the gateway runs.
     *
     * @param event what
     * @throws IllegalArgumentException if this world doesn't know it
     */
    public void happen(Fault.Event event) {
        switch (event.what()) {
            case "outage" -> {
                outage = true;
                server.online(false);
            }
            case "cancel" -> gateway.agent().ifPresent(OtaAgent::cancel);
            case "supersede" ->
                server.offerNow(new Offer.Envelope(scenario.next().envelope()));
            case "trust" -> scenario.trustManifest().map(Offer.Envelope::new).ifPresent(server::handNow);
            case "fw-setenv" -> board.loader().setByAnother();
            case "clock-epoch" -> clock = Optional.of(Instant.EPOCH);
            case "clock-2099" -> clock = Optional.of(FAR_FUTURE);
            case "clock-lost" -> clock = Optional.empty();
            default ->
                throw new IllegalArgumentException("'" + event
                        + "': what can happen is outage, cancel, supersede, trust, fw-setenv, clock-epoch, clock-2099,"
                        + " clock-lost");
        }
    }

    /** The network comes back when the gateway has nothing else to do. */
    private void endOutage() {
        outage = false;
        server.online(true);
    }

    /** Cuts the power at rest; the next {@link #live} boots. */
    public void cutPower() {
        gateway.cutPower();
    }

    /**
     * Lets something happen while the power is off.
     *
     * @param off what
     * @throws HalException if the media themselves fail
     * @throws IllegalArgumentException if this world doesn't know it
     */
    public void whileOff(Fault.Off off) throws HalException {
        switch (off.what()) {
            case "lose" -> lose(off.target());
            case "forget" -> board.damage(key(off.target()), new StateStore.Absent());
            case "replay" -> board.damage(key(off.target()), atFactory(key(off.target())));
            case "flip" -> flip(off);
            case "stick-0" -> region(off).stick(off.parameter(), false);
            case "stick-1" -> region(off).stick(off.parameter(), true);
            case "break" -> region(off).breakBlock(off.parameter());
            case "flash" -> flash(BankId.valueOf(off.target().toUpperCase(Locale.ROOT)));
            default ->
                throw new IllegalArgumentException("'" + off
                        + "': what can happen while off is lose, forget, replay, flip, stick-0, stick-1, break"
                        + " and flash");
        }
    }

    private void lose(String target) throws HalException {
        if (target.equals("variables")) {
            board.loseBootVariables();
        } else {
            board.damage(key(target), new StateStore.Corrupt("lost while the power was off"));
        }
    }

    private static StateKey key(String target) {
        return StateKey.valueOf(target.toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    /** A record as it was when the gateway left its factory. */
    private StateStore.Loaded atFactory(StateKey key) {
        if (key == StateKey.MANIFEST_A && !scenario.isFromFactory()) {
            return new StateStore.Found(scenario.installed().envelope());
        }
        if (key == StateKey.MANIFEST_B && scenario.other().isPresent()) {
            return new StateStore.Found(scenario.other().get().envelope());
        }
        return new StateStore.Absent();
    }

    /** On a medium of units with its error correction; a bank or an environment that is a file has none. */
    private void flip(Fault.Off off) throws HalException {
        Part part = part(off);
        if (part == Part.BOOT_CONTROL && board.loader().ownVariables().length > 0) {
            board.loader().flip(off.parameter());
            return;
        }
        Optional<Region> region = board.storage().region(part);
        if (region.isPresent() || (part != Part.BANK_A && part != Part.BANK_B)) {
            region(off).flip(off.parameter());
            return;
        }
        BankId bank = part == Part.BANK_A ? BankId.A : BankId.B;
        long bit = off.parameter();
        ByteBuffer cell = ByteBuffer.allocate(1);
        board.storage().bank(bank).peek(bit / 8, cell);
        cell.put(0, (byte) (cell.get(0) ^ (1 << (bit % 8)))).rewind();
        board.storage().bank(bank).poke(bit / 8, cell);
    }

    private static Part part(Fault.Off off) {
        return Part.valueOf(off.target().toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    /** The part that a fault of the media is in, such as {@code bank-b} or {@code state-store}. */
    private Region region(Fault.Off off) {
        return board.storage()
                .region(part(off))
                .orElseThrow(() -> new IllegalArgumentException("'" + off + "': that isn't on a medium of units"));
    }

    /** A person writes the next firmware into a bank by hand, past the agent: the boot loader may select it. */
    private void flash(BankId bank) throws HalException {
        board.storage().bank(bank).poke(0, ByteBuffer.wrap(scenario.next().image()));
        board.storage().bank(bank).provision(true);
    }

    @Override
    public Object save() {
        return new Saved(board.save(), server.save(), episode, trustAgain, outage);
    }

    /** Puts a state back; the gateway is off then, after a power cut. */
    @Override
    public void restore(Object state) {
        Saved saved = (Saved) state;
        board.forget();
        gateway.forget();
        board.restore(saved.board());
        server.restore(saved.server());
        episode = saved.episode();
        trustAgain = saved.trustAgain();
        outage = saved.outage();
        clock = Optional.empty();
    }

    @Override
    public void addTo(StateHash hash) {
        board.addTo(hash);
        server.addTo(hash);
        hash.add(episode);
        if (scenario.site().isPresent()) {
            hash.add(server.bytesServed()); // the gateway can't see it, but what it may still fetch is judged by it
        }
        hash.add((outage ? 1 : 0) + (trustAgain ? 2 : 0));
    }

    /**
     * Tells whether the future of a life is known from what the board holds and what the agent was told: then a life that
     * comes to where another one was goes on like that one.
     *
     * @return whether neither the drivers nor a seeded bug may keep anything else in RAM
     */
    public boolean keepsNothing() {
        boolean shipped = variant.equals(AgentVariant.SHIPPED) || variant instanceof Ages;
        return shipped && board.storage().keepsNothing();
    }

    /**
     * Returns the hash of a life in the middle, before a call of the board.
     *
     * @return equal for lives with the same future; null in the middle of a call
     */
    public @Nullable StateHash hashBeforeCall() {
        StateHash.Key known = board.knowledge().beforeCall();
        if (known == null) {
            return null;
        }
        StateHash hash = new StateHash();
        hash.add(known);
        addTo(hash);
        return hash;
    }

    /**
     * Returns the key of the present state, as the next boot finds it.
     *
     * @param cause why it boots, which the agent sees
     * @return equal for states with the same future
     */
    public StateHash.Key key(ResetControl.Cause cause) {
        StateHash hash = new StateHash();
        addTo(hash);
        hash.add(cause.name());
        return hash.key();
    }

    @Override
    public void close() {
        board.close();
    }
}
