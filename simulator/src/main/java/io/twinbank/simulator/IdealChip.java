// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator;

import io.twinbank.hal.BankId;
import io.twinbank.hal.FlashGeometry;
import io.twinbank.hal.HalException;
import io.twinbank.simulator.medium.CachedMedium;
import io.twinbank.simulator.medium.Cells;
import io.twinbank.simulator.medium.FileCells;
import io.twinbank.simulator.medium.HeapCells;
import io.twinbank.simulator.medium.Medium;
import io.twinbank.simulator.medium.OperationLog;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * No part in particular: a block device whose records are replaced atomically.
 *
 * @param loses whether a power cut may lose what isn't synced
 * @param file where the cells are; empty for memory
 */
public record IdealChip(boolean loses, Optional<Path> file) implements Profile {
    private static final int MAX_RECORD_BYTES = 64 << 10;

    /**
     * Returns a chip in memory that may lose what isn't synced.
     *
     * @return the same values each time
     */
    public static IdealChip losing() {
        return new IdealChip(true, Optional.empty());
    }

    /**
     * Returns a chip in memory that keeps every write.
     *
     * @return the same values each time
     */
    public static IdealChip keeping() {
        return new IdealChip(false, Optional.empty());
    }

    /**
     * Returns the same with its cells in a file.
     *
     * @param path made, or taken over as it is
     * @return a copy of this
     */
    public IdealChip in(Path path) {
        return new IdealChip(loses, Optional.of(path));
    }

    @Override
    public String name() {
        return loses ? "ideal" : "ideal-kept";
    }

    @Override
    public String description() {
        return "A block device with units of 512 and 4096 bytes whose records are replaced atomically; "
                + (loses ? "what isn't synced may be lost." : "every write is kept.");
    }

    @Override
    public FlashGeometry bank(long imageBytes) {
        return new FlashGeometry((imageBytes + 4095) / 4096 * 4096, 512, 4096);
    }

    @Override
    public Storage make(FlashGeometry geometry, Predicate<BankId> isRunning, OperationLog log) throws HalException {
        int eraseBytes = geometry.eraseSizeBytes();
        long bytes = ChipStorage.bytes(geometry, eraseBytes, 0);
        Cells cells = file.isEmpty() ? new HeapCells(bytes, (byte) 0) : new FileCells(file.get(), bytes);
        Medium.Units units = new Medium.Units(geometry.writeSizeBytes(), eraseBytes, false);
        return new ChipStorage(
                new CachedMedium(cells, units, loses, log),
                geometry,
                0,
                region -> new SimulatedStateStore(MAX_RECORD_BYTES, log),
                isRunning,
                log);
    }
}
