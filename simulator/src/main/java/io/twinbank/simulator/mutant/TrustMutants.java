// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.mutant;

import io.twinbank.core.Offer;
import io.twinbank.core.spi.Scheduler;
import io.twinbank.core.spi.UpdateTransport;
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
import io.twinbank.hal.TrustAnchor;
import io.twinbank.hal.TrustPolicy;
import io.twinbank.simulator.AgentVariant;
import io.twinbank.simulator.ForwardingBoot;
import io.twinbank.simulator.ForwardingPlatform;
import io.twinbank.simulator.ForwardingRecords;
import io.twinbank.simulator.SimulatedBoard;
import io.twinbank.simulator.boot.Behaviour;
import io.twinbank.simulator.boot.SimImage;
import io.twinbank.simulator.explore.Mode;
import io.twinbank.simulator.explore.Setting;
import io.twinbank.simulator.fault.Fault;
import io.twinbank.simulator.oracle.JournalHeader;
import io.twinbank.simulator.scenario.Forgery;
import io.twinbank.simulator.scenario.Scenario;
import java.nio.ByteBuffer;
import java.util.ArrayList;
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
                        sound -> sound.with(Bugs.records((board, store) -> new AsksOnce(store)))),
                new Mutant(
                        "M76",
                        "a trust set that is lost is taken for one that never was: the factory's keys install firmware again",
                        Set.of("S14"),
                        Mode.LOST,
                        List.of(new Fault.Off("lose", "trust", 0)),
                        TrustMutants::stolenKey,
                        sound -> sound.with(Bugs.platform(FallsBack::new))),
                new Mutant(
                        "M78",
                        "the algorithm is taken from the unprotected header: a MAC by the maker's public key is a signature",
                        Set.of("S2"),
                        Mode.QUIET,
                        TrustMutants::forgery,
                        sound -> sound.with(
                                new BelievesMac(sound.scenario().forgery().orElseThrow()))),
                new Mutant(
                        "M79",
                        "which manifests a trust set revokes is forgotten at the next start",
                        Set.of("S14"),
                        Mode.QUIET,
                        TrustMutants::revokedManifest,
                        sound -> sound.with(Bugs.records((board, store) ->
                                new ForgetsManifests(store, sound.scenario().trustManifestRevokingNoManifests())))),
                new Mutant(
                        "M97",
                        "an update that is staged isn't asked again whether its manifest is revoked",
                        Set.of("S14"),
                        Mode.QUIET,
                        () -> Stages.ideal("revoke-manifest"),
                        sound -> sound.with(new AsksKeysOnly(sound.scenario()))));
    }

    private static Setting stolenKey() {
        return Stages.ideal(
                Scenario.named("stolen-key")
                        .rotateKeys()
                        .offer("2.0", Behaviour.WORKS)
                        .offerByRevokedKey("2.1")
                        .build(),
                "ideal");
    }

    /** The boot loader believes the agent: one that verifies would refuse what is forged. */
    private static Setting forgery() {
        return Stages.ideal(
                Scenario.named("forgery")
                        .forge("6.6")
                        .offer("2.0", Behaviour.WORKS)
                        .build(),
                "uboot-unverified");
    }

    private static Setting revokedManifest() {
        return Stages.ideal(
                Scenario.named("revoked-manifest")
                        .rotateKeys()
                        .offer("2.0", Behaviour.WORKS)
                        .offerRevoked("2.1")
                        .build(),
                "ideal");
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
            return new ForwardingRoot(super.rootOfTrust()) {
                @Override
                public TrustPolicy factoryPolicy() throws HalException {
                    return new TrustPolicy(super.factoryPolicy().anchors(), Map.of(Role.ROOT, Rule.of(1)));
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

    /** Asks neither the counter nor Security, as long as there is no set. */
    private static final class FallsBack extends ForwardingPlatform {
        FallsBack(Platform board) {
            super(board);
        }

        private boolean isSetThere() throws HalException {
            return super.stateStore().load(StateKey.TRUST) instanceof StateStore.Found;
        }

        @Override
        public StateStore stateStore() {
            return new ForwardingRecords(super.stateStore()) {
                @Override
                public Loaded load(StateKey key) throws HalException {
                    return key == StateKey.SECURITY && !isSetThere() ? new Absent() : super.load(key);
                }
            };
        }

        @Override
        public MonotonicCounter counter(CounterId id) {
            return new ForwardingCounter(super.counter(id)) {
                @Override
                public long read() throws HalException {
                    return id == CounterId.TRUST_VERSION && !isSetThere() ? 0 : super.read();
                }
            };
        }
    }

    /** Takes the forgery for what it would be if the stranger's key were believed. */
    private static final class BelievesMac implements AgentVariant {
        private final Forgery forgery;

        BelievesMac(Forgery forgery) {
            this.forgery = forgery;
        }

        @Override
        public Platform platform(SimulatedBoard board, SimImage.Spec running) {
            return new ForwardingPlatform(board) {
                @Override
                public RootOfTrust rootOfTrust() {
                    return new ForwardingRoot(super.rootOfTrust()) {
                        @Override
                        public TrustPolicy factoryPolicy() throws HalException {
                            List<TrustAnchor> anchors =
                                    new ArrayList<>(super.factoryPolicy().anchors());
                            anchors.add(forgery.stranger());
                            return new TrustPolicy(anchors, Map.of());
                        }
                    };
                }
            };
        }

        @Override
        public UpdateTransport transport(SimulatedBoard board, Scheduler scheduler, UpdateTransport transport) {
            Offer forged = new Offer.Envelope(forgery.envelope());
            Offer believed = new Offer.Envelope(forgery.byStranger().envelope());
            return new ForwardingTransport(transport) {
                @Override
                public void start(Listener listener) {
                    super.start(new ForwardingListener(listener) {
                        @Override
                        public void offered(Offer offer, Runnable settled) {
                            super.offered(offer.equals(forged) ? believed : offer, settled);
                        }
                    });
                }
            };
        }
    }

    /** Reads the set that is stored without its list. */
    private static final class ForgetsManifests extends ForwardingRecords {
        private final byte[] without;

        ForgetsManifests(StateStore store, byte[] without) {
            super(store);
            this.without = without;
        }

        @Override
        public Loaded load(StateKey key) throws HalException {
            Loaded loaded = super.load(key);
            return key == StateKey.TRUST && loaded instanceof Found found
                    ? new Found(withManifest(found.record(), without))
                    : loaded;
        }
    }

    /** In the record of a set: behind kind, schema, the length of no header, and the number of manifests, which is one. */
    private static final int MANIFEST_AT = 6;

    /** Puts another manifest into the record of a set. */
    private static byte[] withManifest(byte[] record, byte[] manifest) {
        return ByteBuffer.allocate(MANIFEST_AT + Integer.BYTES + manifest.length)
                .put(record, 0, MANIFEST_AT)
                .putInt(manifest.length)
                .put(manifest)
                .array();
    }

    /** Stores the set as it came; until the next start it knows only what that says of keys. */
    private static final class AsksKeysOnly implements AgentVariant {
        private final byte[] whole;
        private final byte[] keysOnly;

        AsksKeysOnly(Scenario scenario) {
            whole = scenario.trustManifest().orElseThrow();
            keysOnly = scenario.trustManifestRevokingNoManifests();
        }

        @Override
        public Platform platform(SimulatedBoard board, SimImage.Spec running) {
            return Bugs.withRecords(board, new ForwardingRecords(board.stateStore()) {
                @Override
                public void store(StateKey key, byte[] record) throws HalException {
                    super.store(key, key == StateKey.TRUST ? withManifest(record, whole) : record);
                }
            });
        }

        @Override
        public UpdateTransport transport(SimulatedBoard board, Scheduler scheduler, UpdateTransport transport) {
            Offer offered = new Offer.Envelope(whole);
            Offer read = new Offer.Envelope(keysOnly);
            return new ForwardingTransport(transport) {
                @Override
                public void start(Listener listener) {
                    super.start(new ForwardingListener(listener) {
                        @Override
                        public void offered(Offer offer, Runnable settled) {
                            super.offered(offer.equals(offered) ? read : offer, settled);
                        }
                    });
                }
            };
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
