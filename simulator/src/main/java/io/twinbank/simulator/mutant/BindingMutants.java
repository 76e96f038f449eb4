// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.mutant;

import io.twinbank.core.suit.Digest;
import io.twinbank.hal.HalException;
import io.twinbank.hal.Platform;
import io.twinbank.hal.RootOfTrust;
import io.twinbank.hal.StateKey;
import io.twinbank.hal.StateStore;
import io.twinbank.simulator.ForwardingPlatform;
import io.twinbank.simulator.ForwardingRecords;
import io.twinbank.simulator.explore.Mode;
import io.twinbank.simulator.explore.Setting;
import io.twinbank.simulator.fault.Fault;
import io.twinbank.simulator.profile.Profiles;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Bugs in how the Security record is bound to the hardware. */
final class BindingMutants {
    private BindingMutants() {}

    static List<Mutant> all() {
        return List.of(
                new Mutant(
                        "M90",
                        "the Security record is bound before it is stored",
                        Set.of("L2"),
                        Mode.SINGLE,
                        BindingMutants::binding,
                        sound ->
                                sound.with(Bugs.records((board, store) -> new BindsFirst(store, board.rootOfTrust())))),
                new Mutant(
                        "M91",
                        "what is bound isn't asked: any Security record that is found, or none, is taken for it",
                        Set.of("S18"),
                        Mode.LOST,
                        List.of(new Fault.Off("replay", "security", 0)),
                        BindingMutants::binding,
                        sound -> sound.with(Bugs.platform(TakesAny::new))));
    }

    private static Setting binding() {
        return Stages.small("update", "uboot").with(Profiles.named("emmc-mtfc4gacajcn"));
    }

    /** The digest over the header, whose length is in bytes 2 and 3. */
    private static byte[] digest(byte[] record) {
        int length = ((record[2] & 0xff) << Byte.SIZE) | (record[3] & 0xff);
        return Digest.sha256Of(Arrays.copyOfRange(record, 4, 4 + length)).bytes();
    }

    private static final class BindsFirst extends ForwardingRecords {
        private final RootOfTrust rootOfTrust;

        BindsFirst(StateStore store, RootOfTrust rootOfTrust) {
            super(store);
            this.rootOfTrust = rootOfTrust;
        }

        @Override
        public void store(StateKey key, byte[] record) throws HalException {
            if (key == StateKey.SECURITY) {
                rootOfTrust.bind(digest(record));
            }
            super.store(key, record);
        }
    }

    private static final class TakesAny extends ForwardingPlatform {
        TakesAny(Platform board) {
            super(board);
        }

        @Override
        public RootOfTrust rootOfTrust() {
            StateStore records = stateStore();
            return new ForwardingRoot(super.rootOfTrust()) {
                @Override
                public Optional<byte[]> bound() throws HalException {
                    return records.load(StateKey.SECURITY) instanceof StateStore.Found found
                            ? Optional.of(digest(found.record()))
                            : Optional.empty();
                }
            };
        }
    }
}
