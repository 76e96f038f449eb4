// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.oracle;

import io.twinbank.hal.BankId;
import io.twinbank.hal.StateKey;
import io.twinbank.simulator.BoardObserver;
import io.twinbank.simulator.SimulatedKeys;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Watches what an agent uses its board for, in one life: how often it reads a bank (O-R1), how often it erases a block and
 * replaces a record (O-W2), that it leaves alone what isn't the update's (S13), keeps no secret (S12), and lets no command count
 * twice (S19).
 */
final class UseWatch implements BoardObserver {
    /**
     * How many times the size of an image may be read from a bank in one life. A look around reads each bank once; a device
     * fault that lasts as long as patience does costs a look a minute.
     */
    private static final int READS_PER_LIFE = 200;

    /** The journal from row 1 to row 10, or from row 16 to the end of a trial; all other records change less often. */
    private static final int STORES = 4;

    /** The journal from row 1b to row 11a: without a reset all of an update is in one life. */
    private static final int STORES_ALONE = 6;

    private final TrustOracle trust;
    private final OrdersOracle orders;
    private final int imageBytes;
    private final int unitBytes;
    private final int checkpoints;
    private final Map<BankId, Long> read = new EnumMap<>(BankId.class);
    private final Map<BankId, Map<Long, Integer>> erased = new EnumMap<>(BankId.class);
    private final Map<StateKey, Integer> stored = new EnumMap<>(StateKey.class);
    private final List<Violation> violations = new ArrayList<>();
    private final boolean alone;
    private int begun = 0;
    private int begunAlone = 0;

    /**
     * Makes a watch.
     *
     * @param imageBytes the size of each image
     * @param unitBytes what a bank erases at once
     * @param checkpointBytes the distance of two checkpoints
     * @param alone whether components beside the banks are updated without an image
     * @param trust knows whom the device may believe
     * @param orders knows what it was commanded
     */
    UseWatch(
            int imageBytes, int unitBytes, int checkpointBytes, boolean alone, TrustOracle trust, OrdersOracle orders) {
        this.alone = alone;
        this.trust = trust;
        this.orders = orders;
        this.imageBytes = imageBytes;
        this.unitBytes = unitBytes;
        this.checkpoints = imageBytes / Math.min(unitBytes, checkpointBytes) + 1;
    }

    void begin() {
        violations.clear();
        read.clear();
        erased.clear();
        stored.clear();
        begun = 0;
        begunAlone = 0;
    }

    /** Returns what was wrong in this life. */
    List<Violation> end() {
        read.forEach((bank, bytes) -> atMost(
                "O-R1",
                "bytes of bank " + bank + " read",
                bytes,
                (long) READS_PER_LIFE * imageBytes,
                Strictness.TRUTHFUL));
        erased.forEach((bank, units) -> units.forEach((unit, times) ->
                atMost("O-W2", "erases of block " + unit + " of bank " + bank, times, 1, Strictness.EXACT)));
        stored.forEach((key, times) -> atMost("O-W2", "stores of " + key, times, most(key), Strictness.EXACT));
        return violations;
    }

    private int most(StateKey key) {
        return key == StateKey.CHECKPOINT
                ? (1 + begun) * checkpoints
                : (alone ? STORES_ALONE : STORES) + begun * STORES + begunAlone * STORES_ALONE;
    }

    private void atMost(String oracle, String what, long found, long most, Strictness countsUpTo) {
        if (found > most) {
            violations.add(new Violation(oracle, found + " " + what + " in one life, at most " + most, countsUpTo));
        }
    }

    @Override
    public void read(BankId bank, long offset, long length) {
        read.merge(bank, length, Long::sum);
    }

    @Override
    public void begins(BankId bank) {
        erased.remove(bank);
        begun++;
    }

    @Override
    public void erases(BankId bank, long offset, long length) {
        Map<Long, Integer> units = erased.computeIfAbsent(bank, any -> new HashMap<>());
        for (long at = offset; at < offset + length; at += unitBytes) {
            units.merge(at / unitBytes, 1, Integer::sum);
        }
    }

    @Override
    public void stores(StateKey key, byte[] record) {
        stored.merge(key, 1, Integer::sum);
        if (key == StateKey.MANIFEST_COMPONENTS) {
            begunAlone++;
        }
        if (SimulatedKeys.areIn(record)) {
            violations.add(new Violation("S12", "record " + key + " holds a secret in clear"));
        }
        if (key == StateKey.ORDERS) {
            orders.replacedBy(record).ifPresent(violations::add);
        }
        if (key == StateKey.TRUST && !trust.isIn(record)) {
            violations.add(new Violation("S13", "record TRUST is replaced by what the maker's root keys didn't sign"));
        }
    }

    @Override
    public void deletes(StateKey key) {
        if (key == StateKey.TRUST) {
            violations.add(new Violation("S13", "record TRUST is deleted"));
        }
    }

    @Override
    public void raisesTrust(long value) {
        if (!trust.isInForce(value)) {
            violations.add(new Violation(
                    "S13", "the counter of trust versions is raised to " + value + ", and no such set is stored"));
        }
    }
}
