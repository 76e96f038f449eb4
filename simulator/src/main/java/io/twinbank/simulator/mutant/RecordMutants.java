// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.mutant;

import io.twinbank.hal.HalException;
import io.twinbank.hal.Platform;
import io.twinbank.hal.StateKey;
import io.twinbank.hal.StateStore;
import io.twinbank.simulator.AgentVariant;
import io.twinbank.simulator.ForwardingRecords;
import io.twinbank.simulator.SimulatedBoard;
import io.twinbank.simulator.boot.SimImage;
import io.twinbank.simulator.explore.Mode;
import io.twinbank.simulator.scenario.Scenarios;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** Bugs in when an agent writes its records, and in what it makes of them. */
final class RecordMutants {
    private RecordMutants() {}

    static List<Mutant> all() {
        return List.of(
                new Mutant(
                        "M37",
                        "the records are written anew at each start",
                        Set.of("O-W3"),
                        Mode.QUIET,
                        () -> Stages.ideal("update"),
                        sound -> sound.with(Bugs.records((board, store) -> new Compacts(store)))),
                new Mutant(
                        "M55",
                        "a newer agent migrates the records when it starts, not when it is confirmed",
                        Set.of("L1", "L2"),
                        Mode.QUIET,
                        () -> Stages.ideal("newer-agent-rollback"),
                        sound -> sound.with(new MigratesAtOnce())),
                new Mutant(
                        "M63",
                        "the key of an encrypted payload is kept with the checkpoint",
                        Set.of("S12"),
                        Mode.QUIET,
                        () -> Stages.ideal("update"),
                        sound -> sound.with(Bugs.records((board, store) -> new KeepsKey(store, board)))),
                new Mutant(
                        "M66",
                        "the journal is stored again with each checkpoint",
                        Set.of("O-W2"),
                        Mode.QUIET,
                        () -> Stages.ideal(Scenarios.named("update").withImageBytes(64 << 10), "ideal"),
                        sound -> sound.with(Bugs.records((board, store) -> new StoresAgain(store)))));
    }

    private static final class KeepsKey extends ForwardingRecords {
        private static final int KEY_BYTES = 16;

        private final Platform board;

        KeepsKey(StateStore store, Platform board) {
            super(store);
            this.board = board;
        }

        @Override
        public Loaded load(StateKey which) throws HalException {
            Loaded loaded = super.load(which);
            return which == StateKey.CHECKPOINT && loaded instanceof Found found
                    ? new Found(Arrays.copyOf(found.record(), found.record().length - KEY_BYTES))
                    : loaded;
        }

        @Override
        public void store(StateKey which, byte[] record) throws HalException {
            byte[] stored = record;
            if (which == StateKey.CHECKPOINT) {
                byte[] key = board.keys()
                        .orElseThrow()
                        .unwrap("payload", new byte[24])
                        .getEncoded();
                stored = Arrays.copyOf(record, record.length + KEY_BYTES);
                System.arraycopy(key, 0, stored, record.length, KEY_BYTES);
            }
            super.store(which, stored);
        }
    }

    private static final class StoresAgain extends ForwardingRecords {
        StoresAgain(StateStore store) {
            super(store);
        }

        @Override
        public void store(StateKey key, byte[] record) throws HalException {
            super.store(key, record);
            if (key == StateKey.CHECKPOINT && super.load(StateKey.JOURNAL) instanceof Found journal) {
                super.store(StateKey.JOURNAL, journal.record());
            }
        }
    }

    private static final class Compacts extends ForwardingRecords {
        private boolean done = false;

        Compacts(StateStore store) {
            super(store);
        }

        @Override
        public Loaded load(StateKey key) throws HalException {
            if (!done) {
                done = true;
                for (StateKey each : StateKey.values()) {
                    if (super.load(each) instanceof Found found) {
                        super.store(each, found.record());
                    }
                }
            }
            return super.load(key);
        }
    }

    /** An agent whose journals are of another kind, which an older one can't read. */
    private static final class MigratesAtOnce implements AgentVariant {
        @Override
        public Platform platform(SimulatedBoard board, SimImage.Spec running) {
            return running.agentAge() == 0 ? board : Bugs.withRecords(board, new NewKind(board.stateStore()));
        }
    }

    private static final class NewKind extends ForwardingRecords {
        NewKind(StateStore store) {
            super(store);
        }

        @Override
        public Loaded load(StateKey key) throws HalException {
            Loaded loaded = super.load(key);
            return key == StateKey.JOURNAL && loaded instanceof Found found
                    ? new Found(ofKind(found.record(), 'J'))
                    : loaded;
        }

        @Override
        public void store(StateKey key, byte[] record) throws HalException {
            super.store(key, key == StateKey.JOURNAL ? ofKind(record, 'j') : record);
        }

        private static byte[] ofKind(byte[] record, char kind) {
            byte[] other = record.clone();
            other[0] = (byte) kind;
            return other;
        }
    }
}
