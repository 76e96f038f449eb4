// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.explore;

import io.twinbank.core.AgentEvent;
import io.twinbank.simulator.SimulatedBoard;
import io.twinbank.simulator.fault.Fault;
import io.twinbank.simulator.fault.Schedule;
import io.twinbank.simulator.fault.SchedulePlayer;
import io.twinbank.simulator.medium.Operation;
import io.twinbank.simulator.medium.StateHash;
import io.twinbank.simulator.oracle.Verdict;
import io.twinbank.simulator.oracle.Violation;
import io.twinbank.simulator.scenario.World;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * One schedule, run again from the beginning.
 *
 * @param schedule the faults
 * @param fired those that struck; what comes after the last operation doesn't
 * @param verdict what became of the gateway
 * @param violations what must not happen, and did
 * @param operations every durable operation, up to and after the last fault, those of the oracles' next update included
 * @param boots every boot
 * @param events what the agents told
 */
public record Replay(
        Schedule schedule,
        List<Fault> fired,
        Verdict verdict,
        List<Violation> violations,
        List<Operation> operations,
        List<SimulatedBoard.Boot> boots,
        List<AgentEvent> events) {
    /**
     * Runs a schedule.
     *
     * @param setting on which board, in which scenario
     * @param schedule the faults
     * @return what happened
     */
    public static Replay of(Setting setting, Schedule schedule) {
        try (World world = setting.world()) {
            return of(setting, world, world.save(), schedule);
        } catch (IOException e) {
            throw new UncheckedIOException("replaying " + setting + ":" + schedule, e);
        }
    }

    /** Runs a schedule in a world that is used again and again. */
    static Replay of(Setting setting, World world, Object beginning, Schedule schedule) throws IOException {
        SchedulePlayer player = new SchedulePlayer(schedule, world::happen);
        Verdict verdict = new Pathfinder(false).play(world, beginning, player);
        return new Replay(
                schedule,
                player.fired(),
                verdict,
                Judge.of(setting, world, schedule, verdict, 0),
                world.board().log().trace(),
                world.board().boots(),
                world.gateway().events());
    }

    /**
     * Tells whether an oracle has something against it.
     *
     * @param oracle such as {@code S1}
     * @return whether it has
     */
    public boolean violates(String oracle) {
        return violations.stream().anyMatch(violation -> violation.oracle().equals(oracle));
    }

    /**
     * Returns the hash of everything that was seen: operations, boots, what the agents told, and the verdict.
     *
     * @return equal for two runs of one schedule, on any Java
     */
    public StateHash.Key traceHash() {
        StateHash hash = new StateHash();
        operations.forEach(operation -> hash.add(operation.toString()));
        boots.forEach(boot -> hash.add(boot.toString()));
        events.forEach(event -> hash.add(event.toString()));
        hash.add(verdict.toString());
        return hash.key();
    }
}
