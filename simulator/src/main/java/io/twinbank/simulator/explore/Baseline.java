// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.explore;

import io.twinbank.hal.HalException;
import io.twinbank.simulator.medium.Faults;
import io.twinbank.simulator.report.OperationReport;
import io.twinbank.simulator.scenario.World;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * The run of a setting without faults.
 *
 * @param operations its durable operations, up to the rest, with the phase of the update that each is in
 */
public record Baseline(List<OperationReport> operations) {
    public Baseline {
        operations = List.copyOf(operations);
    }

    /**
     * Runs it.
     *
     * @param setting of which
     * @return the same each time
     */
    public static Baseline of(Setting setting) {
        try (World world = setting.world()) {
            Recorder recorder = new Recorder(world, Faults.none());
            world.board().faults(recorder);
            for (int lives = 0; lives < Pathfinder.MAX_BOOTS && world.live().isEmpty(); lives++) {
                // until it rests
            }
            return new Baseline(recorder.operations());
        } catch (HalException e) {
            throw new UncheckedIOException("the run of " + setting + " without faults", e);
        }
    }

    /**
     * Returns the phase of an operation.
     *
     * @param operation its number, counted from 1
     * @return such as {@code TRIAL}, the journal's state; {@code BOOT} where the boot loader runs; empty beyond the last one
     */
    public String phaseOf(long operation) {
        return operation <= operations.size()
                ? operations.get((int) operation - 1).step().phase()
                : "";
    }

    /**
     * Lists the phases.
     *
     * @return each once, in the order in which they begin
     */
    public List<String> phases() {
        return operations.stream()
                .map(operation -> operation.step().phase())
                .distinct()
                .toList();
    }
}
