// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator;

import io.twinbank.core.AgentEvent;
import io.twinbank.core.AgentStatus;
import io.twinbank.core.OtaAgent;
import io.twinbank.core.OtaAgentBuilder;
import io.twinbank.core.UpdateState;
import io.twinbank.core.spi.Scheduler;
import io.twinbank.core.spi.SelfTest;
import io.twinbank.hal.HalException;
import io.twinbank.hal.ResetControl;
import io.twinbank.simulator.boot.Behaviour;
import io.twinbank.simulator.boot.BootResult;
import io.twinbank.simulator.boot.SimImage;
import io.twinbank.simulator.medium.BoardStop;
import io.twinbank.simulator.medium.Reset;
import java.time.Duration;
import java.time.Instant;
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
    private final AgentVariant variant;
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
        this(board, time, server, settings, AgentVariant.SHIPPED);
    }

    /**
     * Makes a gateway that is switched off.
     *
     * @param board its board, with an image installed, on the same time
     * @param time which it lets pass
     * @param server the other side
     * @param settings what the firmware sets on the agent's builder
     * @param variant what stands between the agent and its world
     */
    public SimulatedGateway(
            SimulatedBoard board,
            VirtualTime time,
            SimulatedServer server,
            UnaryOperator<OtaAgentBuilder> settings,
            AgentVariant variant) {
        this.board = board;
        this.time = time;
        this.server = server;
        this.settings = settings;
        this.variant = variant;
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
            if (life == null) {
                if (boots == maxBoots) {
                    return new Run(Ending.BOOTS_FOR_EVER, boots, board.boots().toString());
                }
                boots++;
            }
            Optional<Ending> ending = live(end);
            if (ending.isPresent()) {
                return new Run(ending.get(), boots, explain());
            }
        }
    }

    /**
     * Lets the gateway go on with its present life, or boots it into a new one, until that life ends or the gateway rests.
     *
     * @param until when patience ends, on the gateway's time
     * @return how it rests; empty if the life ended by a reset or a power cut
     * @throws HalException if the cells can't be read
     */
    public Optional<Ending> live(long until) throws HalException {
        try {
            Life present = life;
            if (present == null) {
                if (board.boot() instanceof BootResult.Brick) {
                    return Optional.of(Ending.BRICK);
                }
                present = begin();
            }
            Optional<Ending> ending = live(present, until);
            if (ending.isEmpty()) {
                life = null;
            }
            return ending;
        } catch (BoardStop stop) {
            life = null;
            return Optional.empty();
        } catch (RuntimeException e) {
            return crashed(e);
        }
    }

    /** An agent that throws is a process that died: whoever watches over it resets the board. */
    private Optional<Ending> crashed(RuntimeException e) {
        board.log().finding("the agent threw " + e);
        board.log().stop(new Reset(ResetControl.Cause.SOFTWARE));
        life = null;
        return Optional.empty();
    }

    /**
     * Says what the gateway is at.
     *
     * @return for people
     */
    public String explain() {
        List<SimulatedBoard.Boot> boots = board.boots();
        if (!boots.isEmpty() && boots.get(boots.size() - 1).result() instanceof BootResult.Brick brick) {
            return brick.why();
        }
        return agent().map(OtaAgent::explain).orElse("no agent");
    }

    /** Forgets the present life, as when the board was put back to another state; the next {@link #live} boots. */
    public void forget() {
        life = null;
        events.clear();
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
     * Returns what keeps the present life's RAM: its agent, and what that has still to do.
     *
     * @return objects; nothing while the gateway is off
     */
    public List<Object> memory() {
        List<Object> roots = new ArrayList<>();
        Life present = life;
        if (present != null && present.agent() != null) {
            roots.add(present.agent());
            roots.addAll(present.scheduler().waiting());
        }
        return roots;
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
        Optional<SimImage.Spec> running = board.header(board.running()).map(SimImage.Header::spec);
        if (running.isEmpty() || running.get().behaviour() == Behaviour.NEVER_STARTS) {
            Life dead = new Life(scheduler, null, bootedAt);
            life = dead;
            return dead;
        }
        SelfTest ofImage = running.get().behaviour().selfTest(() -> {
            throw new VirtualScheduler.Hang();
        });
        SelfTest selfTest =
                () -> board.component().isBroken() ? SelfTest.Result.fail("the component is broken") : ofImage.run();
        OtaAgent agent = settings.apply(OtaAgent.builder().buildTime(Instant.EPOCH))
                .platform(variant.platform(board, running.get()))
                .transport(variant.transport(board, scheduler, server.connect(scheduler, board.knowledge())))
                .payloadSource(variant.payloads(server.payloadSource()))
                .scheduler(scheduler)
                .selfTest(variant.selfTest(board, selfTest))
                .onEvent(events::add)
                .build();
        Life fresh = new Life(scheduler, agent, bootedAt);
        life = fresh;
        scheduler.after(Scheduler.Lane.AGENT, variant.startsAfter(running.get()), agent::start);
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
                && status.waitingFor().isEmpty()
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
