// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.explore;

import io.twinbank.hal.HalException;
import io.twinbank.hal.StateKey;
import io.twinbank.simulator.medium.Change;
import io.twinbank.simulator.medium.Fate;
import io.twinbank.simulator.medium.Faults;
import io.twinbank.simulator.medium.Operation;
import io.twinbank.simulator.oracle.JournalHeader;
import io.twinbank.simulator.report.OperationReport;
import io.twinbank.simulator.report.OperationReport.Step;
import io.twinbank.simulator.scenario.World;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Notes each operation of a run, with the phase of the update and the line of the agent that it is of. */
final class Recorder implements Faults {
    /** The phase in which the boot loader runs. */
    static final String BOOT = "BOOT";

    private static final String AGENT = "io.twinbank.core.";
    private static final StackWalker STACK = StackWalker.getInstance();

    private final World world;
    private final Faults faults;
    private final List<OperationReport> operations = new ArrayList<>();

    Recorder(World world, Faults faults) {
        this.world = world;
        this.faults = faults;
    }

    List<OperationReport> operations() {
        return List.copyOf(operations);
    }

    @Override
    public Fate at(Operation operation, Change change) {
        Step step = new Step(
                phase(world, operation), operation.part().name(), operation.name(), operation.call(), source());
        operations.add(new OperationReport(operations.size() + 1L, operation.boot(), step));
        return faults.at(operation, change);
    }

    @Override
    public Optional<HalException.Kind> atRead() {
        return faults.atRead();
    }

    /** The journal's state when the operation begins; none of ours in the boot loader. */
    static String phase(World world, Operation operation) {
        if (operation.part() == Operation.Part.BOOT_LOADER || operation.call().equals("boot")) {
            return BOOT;
        }
        try {
            String state = JournalHeader.of(world.board().storage().records().peek(StateKey.JOURNAL))
                    .state();
            return state.equals("ABSENT") ? "IDLE" : state;
        } catch (HalException e) {
            throw new UncheckedIOException("the journal can't be read at " + operation, e);
        }
    }

    private static String source() {
        return STACK.walk(frames -> frames.filter(frame -> frame.getClassName().startsWith(AGENT))
                .findFirst()
                .map(frame -> frame.getFileName() + ":" + frame.getLineNumber())
                .orElse(""));
    }
}
