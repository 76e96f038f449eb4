// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.explore;

import io.twinbank.hal.ResetControl;
import io.twinbank.simulator.medium.Medium;
import io.twinbank.simulator.medium.StateHash;
import io.twinbank.simulator.oracle.Verdict;
import io.twinbank.simulator.scenario.World;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Remembers the future of states. A state has a known future if it was seen before, or if it differs from one that was only
 * in blocks that are dead there: erased, in that future, before anything reads them.
 */
final class Memory {
    /** Few kinds of states differ in what is dead in them; each costs a look. */
    private static final int MAX_KINDS = 512;

    /**
     * What becomes of a state.
     *
     * @param verdict if nothing more goes wrong
     * @param explored to which depth the cuts after it were explored
     * @param live the blocks that it depends on, cuts to that depth included; null if that isn't known
     * @param cuts how many ways there are to cut the power once more on the way, where that was explored
     */
    record Future(Verdict verdict, int explored, @Nullable BitSet live, long cuts) {}

    /** A state, to be compared with others but for some blocks. */
    static final class Blocks {
        private final StateHash.Key rest;
        private final long[] sums;

        private Blocks(StateHash.Key rest, long[] sums) {
            this.rest = rest;
            this.sums = sums;
        }

        BitSet all() {
            BitSet all = new BitSet();
            all.set(0, sums.length / 2);
            return all;
        }

        private StateHash.Key of(BitSet live) {
            long high = 0;
            long low = 0;
            for (int block = live.nextSetBit(0); block >= 0; block = live.nextSetBit(block + 1)) {
                high += sums[2 * block];
                low += sums[2 * block + 1];
            }
            StateHash hash = new StateHash();
            hash.add(rest);
            hash.add(high);
            hash.add(low);
            return hash.key();
        }
    }

    private final Map<StateHash.Key, Future> exact = new HashMap<>();
    private final Map<BitSet, Map<StateHash.Key, Future>> byLive = new LinkedHashMap<>();

    /** Returns the blocks of a world's present state; null if its device doesn't tell them apart. */
    static @Nullable Blocks blocks(World world, ResetControl.Cause cause) {
        Medium chip = world.board().storage().chip().orElse(null);
        if (chip == null || chip.touches() == null) {
            return null;
        }
        chip.hideBlocks(true);
        StateHash.Key rest = world.key(cause);
        chip.hideBlocks(false);
        return new Blocks(rest, chip.blockSums());
    }

    @Nullable
    Future get(StateHash.Key key, int depth) {
        Future found = exact.get(key);
        return found != null && found.explored() >= depth ? found : null;
    }

    @Nullable
    Future get(StateHash.Key key, @Nullable Blocks blocks, int depth) {
        if (blocks == null) {
            return null;
        }
        for (Map.Entry<BitSet, Map<StateHash.Key, Future>> kind : byLive.entrySet()) {
            Future found = kind.getValue().get(blocks.of(kind.getKey()));
            if (found != null && found.explored() >= depth) {
                exact.put(key, found);
                return found;
            }
        }
        return null;
    }

    void put(StateHash.Key key, Future future) {
        exact.put(key, future);
    }

    void put(StateHash.Key key, @Nullable Blocks blocks, Future future) {
        put(key, future);
        BitSet live = future.live();
        if (blocks == null || live == null) {
            return;
        }
        Map<StateHash.Key, Future> kind = byLive.get(live);
        if (kind == null && byLive.size() < MAX_KINDS) {
            kind = new HashMap<>();
            byLive.put(live, kind);
        }
        if (kind != null) {
            kind.put(blocks.of(live), future);
        }
    }
}
