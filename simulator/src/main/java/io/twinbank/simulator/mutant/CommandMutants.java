// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.mutant;

import io.twinbank.core.spi.SelfTest;
import io.twinbank.core.spi.UpdateTransport;
import io.twinbank.hal.HalException;
import io.twinbank.hal.StateKey;
import io.twinbank.hal.StateStore;
import io.twinbank.simulator.AgentVariant;
import io.twinbank.simulator.ForwardingRecords;
import io.twinbank.simulator.SimulatedBoard;
import io.twinbank.simulator.explore.Mode;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;

/** Bugs in what signed commands do. */
final class CommandMutants {
    /** Behind kind, schema and the header's length: the last command's number, and whether the device is paused. */
    private static final int SEQUENCE_AT = 4;

    private static final int PAUSED_AT = SEQUENCE_AT + Long.BYTES;

    private CommandMutants() {}

    static List<Mutant> all() {
        return List.of(
                new Mutant(
                        "M81",
                        "the number of the last command is kept in RAM only: an old one counts again after a reset",
                        Set.of("S19"),
                        Mode.QUIET,
                        () -> Stages.small("paused", "ideal"),
                        sound -> sound.with(Bugs.records((board, store) -> new KeepsNumberInRam(store)))),
                new Mutant(
                        "M82",
                        "a command is acknowledged before it is stored",
                        Set.of("S19"),
                        Mode.QUIET,
                        () -> Stages.small("paused", "ideal"),
                        sound -> sound.with(
                                Bugs.transport((board, scheduler, transport) -> new AcknowledgesAtOnce(transport)))),
                new Mutant(
                        "M83",
                        "a pause stops a trial: its self-test isn't asked until a command resumes",
                        Set.of("L1"),
                        Mode.QUIET,
                        () -> Stages.small("paused", "ideal"),
                        sound -> sound.with(new PausesTrials())),
                new Mutant(
                        "M84",
                        "a pause is forgotten at the next start",
                        Set.of("S19"),
                        Mode.SINGLE,
                        () -> Stages.small("paused", "ideal"),
                        sound -> sound.with(Bugs.records((board, store) -> new StoresNoPause(store)))));
    }

    private static final class KeepsNumberInRam extends ForwardingRecords {
        private long number = 0;

        KeepsNumberInRam(StateStore store) {
            super(store);
        }

        @Override
        public Loaded load(StateKey key) throws HalException {
            Loaded loaded = super.load(key);
            if (key != StateKey.ORDERS || !(loaded instanceof Found found)) {
                return loaded;
            }
            return new Found(withNumber(found.record(), number));
        }

        @Override
        public void store(StateKey key, byte[] record) throws HalException {
            if (key == StateKey.ORDERS) {
                number = ByteBuffer.wrap(record).getLong(SEQUENCE_AT);
                super.store(key, withNumber(record, 0));
            } else {
                super.store(key, record);
            }
        }

        private static byte[] withNumber(byte[] record, long number) {
            byte[] changed = record.clone();
            ByteBuffer.wrap(changed).putLong(SEQUENCE_AT, number);
            return changed;
        }
    }

    private static final class StoresNoPause extends ForwardingRecords {
        StoresNoPause(StateStore store) {
            super(store);
        }

        @Override
        public void store(StateKey key, byte[] record) throws HalException {
            byte[] changed = record.clone();
            if (key == StateKey.ORDERS) {
                changed[PAUSED_AT] = 0;
            }
            super.store(key, changed);
        }
    }

    private static final class AcknowledgesAtOnce extends ForwardingTransport {
        AcknowledgesAtOnce(UpdateTransport transport) {
            super(transport);
        }

        @Override
        public void start(Listener listener) {
            super.start(new ForwardingListener(listener) {
                @Override
                public void commanded(byte[] command, Runnable settled) {
                    settled.run();
                    super.commanded(command, () -> {});
                }
            });
        }
    }

    private static final class PausesTrials implements AgentVariant {
        @Override
        public SelfTest selfTest(SimulatedBoard board, SelfTest selfTest) {
            return () -> isPaused(board.stateStore()) ? SelfTest.Result.notYet("paused") : selfTest.run();
        }

        private static boolean isPaused(StateStore records) throws HalException {
            return records.load(StateKey.ORDERS) instanceof StateStore.Found found && found.record()[PAUSED_AT] != 0;
        }
    }
}
