// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.network;

import io.twinbank.core.AgentEvent;
import io.twinbank.core.OtaAgent;
import io.twinbank.core.spi.Scheduler;
import io.twinbank.core.spi.Scheduler.Lane;
import io.twinbank.core.spi.UpdateTransport;
import io.twinbank.core.spi.UpdateTransport.ReportKind;
import io.twinbank.hal.HalException;
import io.twinbank.mqtt.MqttTransport;
import io.twinbank.mqtt.internal.MessageNetwork;
import io.twinbank.simulator.SimulatedBoard;
import io.twinbank.simulator.SimulatedComponent;
import io.twinbank.simulator.boot.BootResult;
import io.twinbank.simulator.medium.Change;
import io.twinbank.simulator.medium.Fate;
import io.twinbank.simulator.medium.Operation;
import io.twinbank.simulator.medium.Operation.Part;
import io.twinbank.simulator.medium.Survival;
import io.twinbank.simulator.medium.Tear;
import io.twinbank.simulator.network.NetworkFault.Moment;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The board, and on it in each life a fresh agent with a fresh transport. */
final class NetworkedDevice implements RoughNetwork.Device {
    private static final Duration SHORTEST_OFF = Duration.ofSeconds(1);
    private static final Duration LONGEST_OFF = Duration.ofMinutes(2);
    /** N5: how many outcomes the agent keeps apart. */
    private static final int MOST_PENDING = 16;

    private final Scheduler world;
    private final Misfortune misfortune;
    private final Findings findings;
    private final SimulatedBoard board;
    private final String deviceId;
    private final NetworkBug.Seams bug;
    private final FleetServer server;
    private final Map<ReportKind, byte[]> latest = new EnumMap<>(ReportKind.class);
    private @Nullable Life life;
    private @Nullable RoughNetwork network;
    private boolean bootIsDue;
    private int lives;
    private int refused;

    NetworkedDevice(
            Scheduler world,
            Misfortune misfortune,
            Findings findings,
            SimulatedBoard board,
            String deviceId,
            FleetServer server,
            NetworkBug.Seams bug) {
        this.world = world;
        this.misfortune = misfortune;
        this.findings = findings;
        this.board = board;
        this.deviceId = deviceId;
        this.server = server;
        this.bug = bug;
        board.faults(this::fate);
    }

    void connectTo(RoughNetwork network) {
        this.network = network;
        bootAfter(Duration.ZERO);
    }

    /** One life: its tasks are RAM, and none runs when it is over. */
    private final class Life implements Scheduler {
        private final OtaAgent agent;
        private final MqttTransport transport;

        Life(RoughNetwork network) {
            MessageNetwork below = bug.network(network.of(this));
            transport = MqttTransport.builder()
                    .serverUri("tcp://broker.example")
                    .allowPlaintext(true)
                    .deviceId(deviceId)
                    .build(below);
            UpdateTransport above = new Listening(bug.transport(transport, this));
            agent = OtaAgent.builder()
                    .buildTime(Instant.EPOCH)
                    .platform(bug.platform(board))
                    .component(SimulatedComponent.ID, board.component())
                    .transport(above)
                    .scheduler(this)
                    .onEvent(NetworkedDevice.this::happened)
                    .build();
        }

        private boolean isOver() {
            return life != this || isOff();
        }

        @Override
        public Cancellable execute(Lane lane, Runnable task) {
            return after(lane, Duration.ZERO, task);
        }

        @Override
        public Cancellable after(Lane lane, Duration delay, Runnable task) {
            return world.after(lane, delay, () -> {
                if (!isOver()) {
                    task.run();
                }
            });
        }

        @Override
        public void close() {}
    }

    /** Takes down what the agent wants to be known last. */
    private final class Listening implements UpdateTransport {
        private final UpdateTransport transport;

        Listening(UpdateTransport transport) {
            this.transport = transport;
        }

        @Override
        public void start(Listener listener) {
            transport.start(listener);
        }

        @Override
        public CompletionStage<Void> send(Report report) {
            latest.put(report.kind(), report.json());
            return transport.send(report);
        }

        @Override
        public void close() {
            transport.close();
        }
    }

    private void happened(AgentEvent event) {
        if (event instanceof AgentEvent.NotAuthentic) {
            refused++;
        }
    }

    private Fate fate(Operation operation, Change change) {
        if (operation.part() == Part.COMPONENT && operation.name().equals("activate")) {
            server.activates(Long.parseLong(new String(board.component().staged(), StandardCharsets.UTF_8)));
        }
        Optional<NetworkFault> fault = misfortune.at(Moment.STORE);
        if (fault.isEmpty()) {
            return Fate.DONE;
        }
        boolean before = fault.get() == NetworkFault.POWER_CUT_BEFORE_A_STORE;
        return new Fate.Cut(before ? Tear.BEFORE : Tear.AFTER, Survival.NONE);
    }

    /** Tells whether the power is off, or the life ended, and nobody has noticed yet. */
    boolean isOff() {
        return board.log().stopped() != null;
    }

    boolean waitsForABoot() {
        return isOff() && !bootIsDue;
    }

    /** What a dead device leaves behind on the network, and when it is back. */
    void died() {
        life = null;
        if (network != null) {
            network.die();
        }
        bootAfter(misfortune.between(SHORTEST_OFF, LONGEST_OFF));
    }

    private void bootAfter(Duration off) {
        bootIsDue = true;
        Scheduler.Cancellable unused = world.after(Lane.AGENT, off, this::boot);
    }

    private void boot() {
        bootIsDue = false;
        lives++;
        try {
            if (!(board.boot() instanceof BootResult.Booted) || network == null) {
                findings.add("CRASH", "the board doesn't boot");
                return;
            }
        } catch (HalException e) {
            findings.add("CRASH", "the board doesn't boot: " + e);
            return;
        }
        Life fresh = new Life(network);
        life = fresh;
        fresh.agent.start();
    }

    @Override
    public void cutPower(Duration delay) {
        Life present = life;
        Scheduler.Cancellable unused = world.after(Lane.AGENT, delay, () -> {
            if (life == present && !isOff()) {
                board.cutPower();
            }
        });
    }

    /** An agent that throws is a process that died. */
    void crashed(RuntimeException e) {
        findings.add("CRASH", "the agent threw " + e);
        board.cutPower();
    }

    @Override
    public boolean saysOnline() {
        Life present = life;
        return present != null && !present.isOver() && present.transport.state() == MqttTransport.State.ONLINE;
    }

    @Override
    public long refusals() {
        Life present = life;
        return present == null ? 0 : present.agent.status().notAuthentic();
    }

    /** N5, asked now and then. */
    void watch() {
        Life present = life;
        if (present != null && !present.isOver()) {
            int pending = present.agent.status().pendingReports();
            findings.require(pending <= MOST_PENDING, "N5", pending + " outcomes are kept, at most " + MOST_PENDING);
        }
    }

    /** Tells whether nothing is under way and nothing is left to tell. */
    boolean isAtRest() {
        Life present = life;
        return present != null
                && !present.isOver()
                && saysOnline()
                && present.agent.status().pendingReports() == 0
                && present.agent.status().waitingFor().isEmpty();
    }

    /** Returns the latest report of a kind that the agent handed to its transport. */
    Optional<byte[]> latest(ReportKind kind) {
        return Optional.ofNullable(latest.get(kind));
    }

    String explain() {
        Life present = life;
        return present == null || present.isOver() ? "off" : present.transport.state() + ", " + present.agent.explain();
    }

    int lives() {
        return lives;
    }

    /** How often the agent told that something wasn't authentic. */
    int refused() {
        return refused;
    }

    void close() {
        board.log().findings().forEach(what -> findings.add("DEATH", what));
        board.close();
    }
}
