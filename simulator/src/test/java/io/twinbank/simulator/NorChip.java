// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator;

import io.twinbank.hal.BankId;
import io.twinbank.hal.FlashGeometry;
import io.twinbank.simulator.medium.HeapCells;
import io.twinbank.simulator.medium.Medium;
import io.twinbank.simulator.medium.NorMedium;
import io.twinbank.simulator.medium.OperationLog;
import java.util.function.Predicate;

/** A board on NOR flash whose records are replaced atomically, so that only the boot loader's writes can be torn. */
record NorChip(int pageBytes) implements Profile {
    @Override
    public String name() {
        return "nor";
    }

    @Override
    public String description() {
        return "NOR with pages of " + pageBytes + " bytes";
    }

    @Override
    public FlashGeometry bank(long imageBytes) {
        return new FlashGeometry((imageBytes + 4095) / 4096 * 4096, pageBytes, 4096);
    }

    @Override
    public Storage make(FlashGeometry geometry, Predicate<BankId> isRunning, OperationLog log) {
        int unit = geometry.eraseSizeBytes();
        return new ChipStorage(
                new NorMedium(
                        new HeapCells(ChipStorage.bytes(geometry, unit, 0), (byte) 0xff),
                        new Medium.Units(pageBytes, unit, true),
                        log),
                geometry,
                0,
                region -> new SimulatedStateStore(64 << 10, log),
                isRunning,
                log);
    }
}
