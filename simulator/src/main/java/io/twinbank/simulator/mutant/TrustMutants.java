// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.mutant;

import io.twinbank.hal.BankId;
import io.twinbank.hal.CounterId;
import io.twinbank.hal.HalException;
import io.twinbank.hal.MonotonicCounter;
import io.twinbank.hal.Platform;
import io.twinbank.hal.Role;
import io.twinbank.hal.RootOfTrust;
import io.twinbank.hal.Rule;
import io.twinbank.hal.StateKey;
import io.twinbank.hal.StateStore;
import io.twinbank.hal.TrustPolicy;
import io.twinbank.simulator.ForwardingBoot;
import io.twinbank.simulator.ForwardingPlatform;
import io.twinbank.simulator.ForwardingRecords;
import io.twinbank.simulator.boot.Behaviour;
import io.twinbank.simulator.explore.Mode;
import io.twinbank.simulator.explore.Setting;
import io.twinbank.simulator.oracle.JournalHeader;
import io.twinbank.simulator.scenario.Scenario;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Bugs in whom an agent believes. */
final class TrustMutants {
    private TrustMutants() {}

    static List<Mutant> all() {
        return List.of(
                new Mutant(
                        "M67",
                        "a trust set, and what it revokes, is forgotten at the next start",
                        Set.of("L1"),
                        Mode.QUIET,
                        () -> Stages.ideal("trust-update"),
                        sound -> sound.with(Bugs.platform(Forgets::new))),
                new Mutant(
                        "M68",
                        "a threshold counts signatures, not keys: one root key that signs twice is two",
                        Set.of("S13"),
                        Mode.QUIET,
                        () -> Stages.ideal("trust-update"),
                        sound -> sound.with(Bugs.platform(CountsSignatures::new))),
                new Mutant(
                        "M69",
                        "the counter of trust versions is raised before the set is stored",
                        Set.of("S13"),
                        Mode.QUIET,
                        () -> Stages.ideal("trust-update"),
                        sound -> sound.with(Bugs.records((board, store) -> new CountsFirst(store, board)))),
                new Mutant(
                        "M70",
                        "a rollback of firmware takes the trust set back",
                        Set.of("S13"),
                        Mode.QUIET,
                        TrustMutants::rotationThenRollback,
                        sound -> sound.with(Bugs.boot((board, boot) -> new ForwardingBoot(boot) {
                            @Override
                            public void disarm() throws HalException {
                                board.stateStore().delete(StateKey.TRUST);
                                super.disarm();
                            }
                        }))),
                new Mutant(
                        "M71",
                        "the counter of trust versions is never raised",
                        Set.of("L1"),
                        Mode.QUIET,
                        () -> Stages.ideal("trust-update"),
                        sound -> sound.with(Bugs.platform(NeverCounts::new))),
                new Mutant(
                        "M72",
                        "an update that is staged isn't asked again who signed it",
                        Set.of("S14"),
                        Mode.QUIET,
                        () -> Stages.ideal("revoke"),
                        sound -> sound.with(Bugs.records((board, store) -> new AsksOnce(store)))));
    }

    private static Setting rotationThenRollback() {
        return Stages.ideal(
                Scenario.named("rotation-then-rollback")
                        .rotateKeys()
                        .offer("2.0", Behaviour.FAILS_SELF_TEST)
                        .build(),
                "ideal");
    }

    /** Keeps the set in RAM: neither its record nor the counter nor Security has ever heard of one. */
    private static final class Forgets extends ForwardingPlatform {
        private final StateStore records;

        Forgets(Platform board) {
            super(board);
            records = new ForwardingRecords(board.stateStore()) {
                private final Map<StateKey, Found> ram = new EnumMap<>(StateKey.class);

                @Override
                public Loaded load(StateKey key) throws HalException {
                    boolean kept = key == StateKey.TRUST || (key == StateKey.SECURITY && ram.containsKey(key));
                    return kept ? Optional.<Loaded>ofNullable(ram.get(key)).orElseGet(Absent::new) : super.load(key);
                }

                @Override
                public void store(StateKey key, byte[] record) throws HalException {
                    if (key == StateKey.TRUST) {
                        ram.put(key, new Found(record));
                    } else if (key == StateKey.SECURITY && ram.containsKey(StateKey.TRUST)) {
                        ram.put(key, new Found(record));
                    } else {
                        super.store(key, record);
                    }
                }
            };
        }

        @Override
        public StateStore stateStore() {
            return records;
        }

        @Override
        public MonotonicCounter counter(CounterId id) {
            return id == CounterId.TRUST_VERSION ? new Stuck(super.counter(id)) : super.counter(id);
        }
    }

    private static final class Stuck extends ForwardingCounter {
        Stuck(MonotonicCounter counter) {
            super(counter);
        }

        @Override
        public void advanceTo(long value) {
            // Said to be done.
        }
    }

    private static final class NeverCounts extends ForwardingPlatform {
        NeverCounts(Platform board) {
            super(board);
        }

        @Override
        public MonotonicCounter counter(CounterId id) {
            return id == CounterId.TRUST_VERSION ? new Stuck(super.counter(id)) : super.counter(id);
        }
    }

    private static final class CountsSignatures extends ForwardingPlatform {
        CountsSignatures(Platform board) {
            super(board);
        }

        @Override
        public RootOfTrust rootOfTrust() {
            RootOfTrust sound = super.rootOfTrust();
            return new RootOfTrust() {
                @Override
                public TrustPolicy factoryPolicy() throws HalException {
                    return new TrustPolicy(sound.factoryPolicy().anchors(), Map.of(Role.ROOT, Rule.of(1)));
                }

                @Override
                public boolean canBind() {
                    return false;
                }

                @Override
                public void bind(byte[] digest) throws HalException {
                    sound.bind(digest);
                }

                @Override
                public Optional<byte[]> bound() throws HalException {
                    return sound.bound();
                }
            };
        }
    }

    private static final class CountsFirst extends ForwardingRecords {
        private final Platform board;

        CountsFirst(StateStore store, Platform board) {
            super(store);
            this.board = board;
        }

        @Override
        public void store(StateKey key, byte[] record) throws HalException {
            if (key == StateKey.TRUST) {
                board.counter(CounterId.TRUST_VERSION).advanceTo(Scenario.TRUST_VERSION);
            }
            super.store(key, record);
        }
    }

    /** Hides the signatures as long as the update is staged. */
    private static final class AsksOnce extends ForwardingRecords {
        AsksOnce(StateStore store) {
            super(store);
        }

        @Override
        public Loaded load(StateKey key) throws HalException {
            boolean staged =
                    JournalHeader.of(super.load(StateKey.JOURNAL)).state().equals("STAGED");
            return staged && key == StateKey.manifest(BankId.B) ? new Absent() : super.load(key);
        }
    }
}
