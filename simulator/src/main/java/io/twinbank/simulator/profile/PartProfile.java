// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.profile;

import io.twinbank.hal.BankId;
import io.twinbank.hal.FlashGeometry;
import io.twinbank.hal.HalException;
import io.twinbank.simulator.BoardRecords;
import io.twinbank.simulator.ChipStorage;
import io.twinbank.simulator.Profile;
import io.twinbank.simulator.Storage;
import io.twinbank.simulator.medium.Medium;
import io.twinbank.simulator.medium.OperationLog;
import io.twinbank.simulator.medium.Region;
import io.twinbank.simulator.store.FlashRecords;
import java.util.function.Predicate;

/**
 * Everything on one chip with the figures of a real part, the records in {@link FlashRecords}.
 *
 * @param name as schedules and commands have it
 * @param description what it models and where its figures are from
 * @param units the chip's
 * @param honest whether what it says to have flushed survives a power cut
 * @param canBind whether it has a replay-protected block
 * @param chip makes it
 * @param records makes the store of the records; {@link FlashRecords} or what is to be tried in its place
 */
public record PartProfile(
        String name,
        String description,
        Medium.Units units,
        boolean honest,
        boolean canBind,
        Chip chip,
        Records records)
        implements Profile {
    /** Makes a chip. */
    @FunctionalInterface
    public interface Chip {
        /**
         * Makes a chip.
         *
         * @param units its units
         * @param bytes how large it must be at least
         * @param log through which every change goes
         * @return fresh and empty
         * @throws HalException if its cells can't be made
         */
        Medium make(Medium.Units units, long bytes, OperationLog log) throws HalException;
    }

    /** Makes a store of records. */
    @FunctionalInterface
    public interface Records {
        /**
         * Makes a store.
         *
         * @param region {@link FlashRecords#units} erase units
         * @param log told of each call
         * @return on what the region holds
         */
        BoardRecords make(Region region, OperationLog log);
    }

    /**
     * Returns the same chip with another store.
     *
     * @param other makes it
     * @return a copy of this
     */
    public PartProfile withRecords(Records other) {
        return new PartProfile(name, description, units, honest, canBind, chip, other);
    }

    @Override
    public FlashGeometry bank(long imageBytes) {
        int erase = units.eraseBytes();
        long capacity = Math.max(1, (imageBytes + erase - 1) / erase) * erase;
        return new FlashGeometry(capacity, units.programBytes(), erase);
    }

    @Override
    public Storage make(FlashGeometry geometry, Predicate<BankId> isRunning, OperationLog log) throws HalException {
        int recordUnits = FlashRecords.units(units.eraseBytes());
        return new ChipStorage(
                chip.make(units, ChipStorage.bytes(geometry, units.eraseBytes(), recordUnits), log),
                geometry,
                recordUnits,
                region -> records.make(region, log),
                isRunning,
                log);
    }
}
