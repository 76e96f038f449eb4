// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator;

import io.twinbank.core.AgentEvent;
import io.twinbank.core.AgentStatus;
import io.twinbank.core.OtaAgent;
import io.twinbank.core.OtaAgentBuilder;
import io.twinbank.core.UpdateState;
import io.twinbank.hal.HalException;
import io.twinbank.simulator.boot.Behaviour;
import io.twinbank.simulator.boot.BootResult;
import io.twinbank.simulator.medium.BoardStop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A gateway with power: boots its board, runs the shipped agent on it in virtual time, and boots again whenever a life ends,
 * until the gateway rests. Each life gets a fresh agent, for what was in RAM is lost.
 */
public final class SimulatedGateway {
    /** How a run ended. */
    public enum Ending {
        /** Nothing is under way, and everything is reported. */
        AT_REST,
        /** The time is over, and something is still awaited. */
        WAITING,
        /** It runs firmware that does nothing, and no watchdog ends it. */
        DEAD,
        /** The boot loader finds nothing to boot. */
        BRICK,
        /** It was booted as often as allowed, and its last life ended, too. */
        BOOTS_FOR_EVER
    }

    /**
     * A run.
     *
     * @param ending how it ended
     * @param boots how many boots it took
     * @param detail for people
     */
    public record Run(Ending ending, int boots, String detail) {}

    private record Life(
            VirtualScheduler scheduler, @Nullable OtaAgent agent, long bootedAt) {}

    private final SimulatedBoard board;
    private final VirtualTime time;
    private final SimulatedServer server;
    private final UnaryOperator<OtaAgentBuilder> settings;
    private final List<AgentEvent> events = new ArrayList<>();
    private @Nullable Life life;

    /**
     * Makes a gateway that is switched off.
     *
     * @param board its board, with an image installed, on the same time
     * @param time which it lets pass
     * @param server the other side
     * @param settings what the firmware sets on the agent's builder, besides platform, transport, payload source, scheduler,
     *     listener and self-test
     */
    public SimulatedGateway(
            SimulatedBoard board, VirtualTime time, SimulatedServer server, UnaryOperator<OtaAgentBuilder> settings) {
        this.board = board;
        this.time = time;
        this.server = server;
        this.settings = settings;
    }

    /**
     * Lets the gateway run until it rests.
     *
     * @param maxBoots how many boots it may take
     * @param patience how much time may pass
     * @return how it ended
     * @throws HalException if the cells can't be read
     */
    public Run run(int maxBoots, Duration patience) throws HalException {
        long end = time.nanos() + patience.toNanos();
        for (int boots = 0; ; ) {
            try {
                Life present = life;
                if (present == null) {
                    if (boots == maxBoots) {
                        return new Run(
                                Ending.BOOTS_FOR_EVER, boots, board.boots().toString());
                    }
                    boots++;
                    if (board.boot() instanceof BootResult.Brick brick) {
                        return new Run(Ending.BRICK, boots, brick.why());
                    }
                    present = begin();
                }
                Optional<Ending> ending = live(present, end);
                if (ending.isPresent()) {
                    OtaAgent agent = present.agent();
                    return new Run(ending.get(), boots, agent == null ? "no agent" : agent.explain());
                }
                life = null;
            } catch (BoardStop stop) {
                life = null;
            }
        }
    }

    /** Cuts the power; the next {@link #run} boots. */
    public void cutPower() {
        board.cutPower();
        life = null;
    }

    /**
     * Returns the agent that runs.
     *
     * @return empty while the gateway is off, or runs firmware without one
     */
    public Optional<OtaAgent> agent() {
        return Optional.ofNullable(life).map(Life::agent);
    }

    /**
     * Returns what the agents of all lives told.
     *
     * @return in order
     */
    public List<AgentEvent> events() {
        return List.copyOf(events);
    }

    private Life begin() throws HalException {
        VirtualScheduler scheduler = new VirtualScheduler(time);
        long bootedAt = time.nanos();
        Behaviour behaviour = board.header(board.running())
                .map(header -> header.spec().behaviour())
                .orElse(Behaviour.NEVER_STARTS);
        if (behaviour == Behaviour.NEVER_STARTS) {
            Life dead = new Life(scheduler, null, bootedAt);
            life = dead;
            return dead;
        }
        OtaAgent agent = settings.apply(OtaAgent.builder())
                .platform(board)
                .transport(server.connect(scheduler))
                .payloadSource(server.payloadSource())
                .scheduler(scheduler)
                .selfTest(behaviour.selfTest(() -> {
                    throw new VirtualScheduler.Hang();
                }))
                .onEvent(events::add)
                .build();
        Life fresh = new Life(scheduler, agent, bootedAt);
        life = fresh;
        agent.start();
        return fresh;
    }

    /** Lets one life go on; empty if it ended. */
    private Optional<Ending> live(Life present, long end) {
        boolean stopped = present.scheduler().run(() -> Math.min(end, watchdogAt(present)), () -> isOver(present));
        if (board.log().stopped() != null) {
            return Optional.empty();
        }
        if (stopped) {
            return Optional.of(Ending.AT_REST);
        }
        if (time.nanos() >= watchdogAt(present)) {
            board.bite();
            return Optional.empty();
        }
        boolean forEver = present.agent() == null && board.watchdogDeadline().isEmpty();
        return Optional.of(forEver ? Ending.DEAD : Ending.WAITING);
    }

    private boolean isOver(Life present) {
        if (board.log().stopped() != null) {
            return true;
        }
        OtaAgent agent = present.agent();
        if (agent == null) {
            return false;
        }
        AgentStatus status = agent.status();
        return status.running().isPresent()
                && status.state() == UpdateState.IDLE
                && status.pendingReports() == 0
                && status.online()
                && server.isQuiet();
    }

    private long watchdogAt(Life present) {
        return board.watchdogDeadline()
                .map(deadline -> present.bootedAt() + deadline.toNanos())
                .orElse(Long.MAX_VALUE);
    }
}
