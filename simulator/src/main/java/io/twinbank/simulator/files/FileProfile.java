// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.files;

import io.twinbank.hal.BankId;
import io.twinbank.hal.FlashGeometry;
import io.twinbank.hal.HalException;
import io.twinbank.hal.linux.FileFlashBank;
import io.twinbank.simulator.Profile;
import io.twinbank.simulator.Storage;
import io.twinbank.simulator.medium.OperationLog;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Everything in files, by the shipped parts for Linux.
 *
 * @param semantics what the file system promises
 * @param flaws seeded bugs; none in earnest
 */
public record FileProfile(Semantics semantics, Set<Flaw> flaws) implements Profile {
    private static final long CAPACITY_BYTES = 1L << 30;
    private static final int UNIT = 64 << 10;

    public FileProfile {
        flaws = Set.copyOf(flaws);
    }

    /**
     * Returns files on ext4.
     *
     * @return the same values each time
     */
    public static FileProfile ext4() {
        return new FileProfile(Semantics.ORDERED, Set.of());
    }

    /**
     * Returns files on FAT.
     *
     * @return the same values each time
     */
    public static FileProfile fat() {
        return new FileProfile(Semantics.WEAK, Set.of());
    }

    /**
     * Returns the same with programs that have one more bug.
     *
     * @param flaw the bug
     * @return a copy of this
     */
    public FileProfile with(Flaw flaw) {
        Set<Flaw> more = EnumSet.of(flaw);
        more.addAll(flaws);
        return new FileProfile(semantics, more);
    }

    @Override
    public String name() {
        return semantics == Semantics.ORDERED ? "file-ext4" : "file-fat";
    }

    @Override
    public String description() {
        return "The shipped file parts for Linux on "
                + (semantics == Semantics.ORDERED
                        ? "ext4 with data=ordered and auto_da_alloc (Linux Documentation/admin-guide/ext4.rst): data before"
                                + " the size and the replacing rename that name it."
                        : "FAT or data=writeback (Linux Documentation/filesystems/vfat.rst): unforced changes in any order.")
                + " Pages of 4096 bytes, sectors of 512.";
    }

    @Override
    public FlashGeometry bank(long imageBytes) {
        return FileFlashBank.geometryOf((imageBytes + UNIT - 1) / UNIT * UNIT);
    }

    @Override
    public Storage make(FlashGeometry geometry, Predicate<BankId> isRunning, OperationLog log) throws HalException {
        return new FileStorage(new SimulatedFiles(semantics, flaws, CAPACITY_BYTES, log), geometry, isRunning, log);
    }
}
