// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.oracle;

import io.twinbank.hal.CounterId;
import io.twinbank.hal.HalException;
import io.twinbank.hal.StateKey;
import io.twinbank.hal.StateStore;
import io.twinbank.simulator.SimulatedBoard;
import io.twinbank.simulator.scenario.Scenario;
import io.twinbank.simulator.scenario.World;
import java.util.Arrays;
import java.util.Optional;

/**
 * Knows whom a device may believe: the maker knows its one trust manifest, which a record holds to the last byte, at its end.
 * The agent has no part in it.
 */
final class TrustOracle {
    private final Optional<byte[]> manifest;
    private final SimulatedBoard board;

    TrustOracle(World world) {
        manifest = world.scenario().trustManifest();
        board = world.board();
    }

    /** Tells whether a record holds the maker's trust set. */
    boolean isIn(byte[] record) {
        return manifest.isPresent()
                && record.length >= manifest.get().length
                && Arrays.equals(
                        manifest.get(),
                        Arrays.copyOfRange(record, record.length - manifest.get().length, record.length));
    }

    /** Tells whether a set of at least a version is stored. */
    boolean isInForce(long version) {
        return version <= Scenario.TRUST_VERSION && isStored();
    }

    private boolean isStored() {
        try {
            return board.storage().records().peek(StateKey.TRUST) instanceof StateStore.Found found
                    && isIn(found.record());
        } catch (HalException e) {
            return false;
        }
    }

    /** Tells whether keys have been revoked, as far as the device can know, whatever has become of the set since. */
    boolean hasRevoked() {
        return isStored() || board.counterValue(CounterId.TRUST_VERSION) >= Scenario.TRUST_VERSION;
    }

    /** Tells whether the counter says what is stored. */
    boolean isCounted() {
        return board.counterValue(CounterId.TRUST_VERSION) == (isStored() ? Scenario.TRUST_VERSION : 0);
    }
}
