// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.mutant;

import io.twinbank.core.spi.ComponentHandler;
import io.twinbank.hal.HalException;
import io.twinbank.hal.Platform;
import io.twinbank.hal.StateKey;
import io.twinbank.hal.StateStore;
import io.twinbank.simulator.AgentVariant;
import io.twinbank.simulator.ForwardingComponent;
import io.twinbank.simulator.ForwardingRecords;
import io.twinbank.simulator.SimulatedBoard;
import io.twinbank.simulator.boot.SimImage;
import io.twinbank.simulator.explore.Mode;
import io.twinbank.simulator.oracle.JournalHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Bugs in what is done with a component beside the banks. */
final class ComponentMutants {
    private ComponentMutants() {}

    static List<Mutant> all() {
        return List.of(
                new Mutant(
                        "M73",
                        "a component is activated as soon as it is staged",
                        Set.of("S15"),
                        Mode.QUIET,
                        () -> Stages.ideal("components"),
                        sound -> sound.with(component(Eager::new))),
                new Mutant(
                        "M74",
                        "a component isn't reverted after a fallback",
                        Set.of("S16", "S17"),
                        Mode.QUIET,
                        () -> Stages.ideal("components"),
                        sound -> sound.with(component(Forgets::new))),
                new Mutant(
                        "M75",
                        "the outcome of a rollback is stored before the component is reverted",
                        Set.of("S16"),
                        Mode.QUIET,
                        () -> Stages.ideal("components"),
                        sound -> sound.with(new RevertsLate())),
                new Mutant(
                        "M94",
                        "the floor of components alone is raised when they are activated, before their self-test",
                        Set.of("S21"),
                        Mode.QUIET,
                        () -> Stages.ideal("components-alone"),
                        sound -> sound.with(new RaisesEarly())),
                new Mutant(
                        "M95",
                        "components alone aren't reverted when their trial has failed",
                        Set.of("S16", "S17"),
                        Mode.QUIET,
                        () -> Stages.ideal("components-alone-rollback"),
                        sound -> sound.with(component(Forgets::new))),
                new Mutant(
                        "M96",
                        "components alone are activated before the journal says that they are tried",
                        Set.of("S15"),
                        Mode.QUIET,
                        () -> Stages.ideal("components-alone"),
                        sound -> sound.with(new ActivatesEarly())));
    }

    /** Rewrites the Security record when the journal says TRIAL: its last floor is before an empty list, as nothing is bound here. */
    private static final class RaisesEarly implements AgentVariant {
        @Override
        public Platform platform(SimulatedBoard board, SimImage.Spec running) {
            return Bugs.withRecords(board, new ForwardingRecords(board.stateStore()) {
                @Override
                public void store(StateKey key, byte[] record) throws HalException {
                    super.store(key, record);
                    JournalHeader journal = JournalHeader.of(new StateStore.Found(record));
                    if (key == StateKey.JOURNAL
                            && journal.state().equals("TRIAL")
                            && journal.imageBytes() == 0
                            && super.load(StateKey.SECURITY) instanceof StateStore.Found found) {
                        byte[] raised = found.record();
                        ByteBuffer.wrap(raised).putLong(raised.length - Short.BYTES - Long.BYTES, journal.sequence());
                        super.store(StateKey.SECURITY, raised);
                    }
                }
            });
        }
    }

    /** Remembers in RAM what was staged last, and activates it before the journal is stored. */
    private static final class ActivatesEarly implements AgentVariant {
        private @Nullable Staged staged;

        @Override
        public ComponentHandler component(SimulatedBoard board, ComponentHandler handler) {
            staged = new Staged(handler);
            return staged;
        }

        @Override
        public Platform platform(SimulatedBoard board, SimImage.Spec running) {
            return Bugs.withRecords(board, new ForwardingRecords(board.stateStore()) {
                @Override
                public void store(StateKey key, byte[] record) throws HalException {
                    JournalHeader journal = JournalHeader.of(new StateStore.Found(record));
                    if (key == StateKey.JOURNAL
                            && journal.state().equals("TRIAL")
                            && journal.imageBytes() == 0
                            && staged != null) {
                        staged.activateNow();
                    }
                    super.store(key, record);
                }
            });
        }
    }

    private static final class Staged extends ForwardingComponent {
        private ComponentHandler.@Nullable Change last;

        Staged(ComponentHandler handler) {
            super(handler);
        }

        @Override
        public Staging stage(Change change) throws IOException {
            last = change;
            return super.stage(change);
        }

        void activateNow() throws HalException {
            Change due = last;
            last = null;
            if (due != null) {
                try {
                    activate(due);
                } catch (IOException e) {
                    throw new HalException(HalException.Kind.IO, "activate failed: " + e.getMessage(), e);
                }
            }
        }
    }

    private interface Bug {
        ComponentHandler of(ComponentHandler handler);
    }

    private static AgentVariant component(Bug bug) {
        return new AgentVariant() {
            @Override
            public ComponentHandler component(SimulatedBoard board, ComponentHandler handler) {
                return bug.of(handler);
            }
        };
    }

    private static final class Eager extends ForwardingComponent {
        Eager(ComponentHandler handler) {
            super(handler);
        }

        @Override
        public Staging stage(Change change) throws IOException {
            Staging staging = super.stage(change);
            return new Staging() {
                @Override
                public void write(ByteBuffer piece) throws IOException {
                    staging.write(piece);
                }

                @Override
                public void complete() throws IOException {
                    staging.complete();
                    activate(change);
                }

                @Override
                public void close() {
                    staging.close();
                }
            };
        }
    }

    private static final class Forgets extends ForwardingComponent {
        Forgets(ComponentHandler handler) {
            super(handler);
        }

        @Override
        public void revert(Change change) {}
    }

    /** Remembers in RAM what there is to revert, until the journal is stored next. */
    private static final class RevertsLate implements AgentVariant {
        private @Nullable Late late;

        @Override
        public ComponentHandler component(SimulatedBoard board, ComponentHandler handler) {
            late = new Late(handler);
            return late;
        }

        @Override
        public Platform platform(SimulatedBoard board, SimImage.Spec running) {
            return Bugs.withRecords(board, new ForwardingRecords(board.stateStore()) {
                @Override
                public void store(StateKey key, byte[] record) throws HalException {
                    if (key == StateKey.JOURNAL && late != null) {
                        late.revertNow();
                    }
                    super.store(key, record);
                }
            });
        }
    }

    private static final class Late extends ForwardingComponent {
        private ComponentHandler.@Nullable Change pending;

        Late(ComponentHandler handler) {
            super(handler);
        }

        @Override
        public void revert(Change change) {
            pending = change;
        }

        void revertNow() throws HalException {
            Change due = pending;
            pending = null;
            if (due != null) {
                try {
                    super.revert(due);
                } catch (IOException e) {
                    throw new HalException(HalException.Kind.IO, "revert failed: " + e.getMessage(), e);
                }
            }
        }
    }
}
