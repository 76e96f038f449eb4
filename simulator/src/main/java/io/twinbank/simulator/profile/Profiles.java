// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.profile;

import io.twinbank.simulator.IdealChip;
import io.twinbank.simulator.Profile;
import io.twinbank.simulator.files.FileProfile;
import io.twinbank.simulator.medium.BlockMedium;
import io.twinbank.simulator.medium.HeapCells;
import io.twinbank.simulator.medium.InternalNorMedium;
import io.twinbank.simulator.medium.Medium.Units;
import io.twinbank.simulator.medium.NandMedium;
import io.twinbank.simulator.medium.NorMedium;
import io.twinbank.simulator.store.FlashRecords;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The storage that comes with the simulator. Units are the part's, the size is what the image needs; what a description says
 * it is taken to do is the model's assumption, not the data sheet's word.
 */
public final class Profiles {
    private static final byte ERASED = (byte) 0xff;

    private static final List<Profile> ALL = List.of(
            IdealChip.losing(),
            FileProfile.ext4(),
            FileProfile.fat(),
            nor(
                    "nor-w25q128jv",
                    "Serial NOR Winbond W25Q128JV: pages of 256 bytes, sectors of 4 KiB (data sheet, rev. F).",
                    false),
            nor(
                    "nor-s25fl128l",
                    "Serial NOR Infineon S25FL128L: pages of 256 bytes, sectors of 4 KiB (data sheet"
                            + " 002-00124, rev. H). Taken to program every bit to 0 before it erases, as Infineon"
                            + " KBA222273 says of NOR in general.",
                    true),
            blocks(
                    "emmc-mtfc4gacajcn",
                    "eMMC 5.0 Micron MTFC4GACAJCN-1M WT: a volatile cache, a replay-protected block (data sheet 09005aef86582cce, rev."
                            + " D). Taken to have atomic sectors of 512 bytes.",
                    new Block(512, 32, true, true)),
            blocks(
                    "emmc-klm8g1getf-4k",
                    "eMMC 5.1 Samsung KLM8G1GETF-B041: a replay-protected block (data sheet, rev. 1.21). Taken to have a volatile"
                            + " cache, and to rewrite 4 KiB in place.",
                    new Block(4096, 32, true, true)),
            blocks(
                    "sd-lying",
                    "An SD card that says to have flushed what it only has in its cache: the 8 GB cards that"
                            + " One Laptop Per Child reported said so 1.6 s too early (linux-mmc, 2010-09-16).",
                    new Block(512, 3, false, false)),
            internal(
                    "mcu-stm32l4",
                    "Internal flash of STM32L476: pages of 2 KiB (data sheet DS10198, rev. 8), double words"
                            + " of 8 bytes with check bits (RM0351).",
                    new Units(8, 2048, true)),
            internal(
                    "mcu-stm32u5",
                    "Internal flash of STM32U585: quad words of 16 bytes with check bits, pages of 8 KiB"
                            + " (RM0456).",
                    new Units(16, 8192, true)),
            internal(
                    "mcu-stm32h7",
                    "Internal flash of STM32H743: words of 32 bytes with check bits, sectors of 128 KiB (RM0433).",
                    new Units(32, 128 << 10, true)),
            nand(
                    "nand-w25n01gv",
                    "SLC NAND Winbond W25N01GV: pages of 2 KiB, blocks of 128 KiB (data sheet, rev. O). Taken"
                            + " to correct 1 bit of 512 bytes.",
                    new Nand(128 << 10, 1, false)),
            nand(
                    "nand-mt29f2g08",
                    "SLC NAND Micron MT29F2G08ABAEA: pages of 2 KiB, blocks of 64 pages. Taken to correct 4"
                            + " bits of 512 bytes.",
                    new Nand(128 << 10, 4, false)),
            nand(
                    "nand-mlc-k9g8g08",
                    "MLC NAND Samsung K9G8G08U0M: pages of 2 KiB, blocks of 128 pages. Taken to correct 4"
                            + " bits of 512 bytes, and to have two pages in a row of cells: 0 and 4, 1 and 5, 2 and 8,"
                            + " and so on.",
                    new Nand(256 << 10, 4, true)));

    /** What tells NAND apart. */
    private record Nand(int blockBytes, int correctable, boolean paired) {}

    /** What tells block devices apart. */
    private record Block(int unitBytes, int cacheWrites, boolean honest, boolean replayProtected) {}

    private Profiles() {}

    /**
     * Lists them.
     *
     * @return the ideal chip first
     */
    public static List<Profile> all() {
        return ALL;
    }

    /**
     * Finds one.
     *
     * @param name as {@link Profile#name} has it
     * @return the profile
     * @throws IllegalArgumentException if there is none; says which there are
     */
    public static Profile named(String name) {
        for (Profile profile : ALL) {
            if (profile.name().equals(name)) {
                return profile;
            }
        }
        throw new IllegalArgumentException("no profile '" + name + "': there are "
                + ALL.stream().map(Profile::name).collect(Collectors.joining(", ")));
    }

    private static Profile nor(String name, String description, boolean zerosFirst) {
        return new PartProfile(
                name,
                description,
                new Units(256, 4096, true),
                true,
                false,
                (units, bytes, log) -> new NorMedium(new HeapCells(bytes, ERASED), units, zerosFirst, log),
                FlashRecords::new);
    }

    private static Profile blocks(String name, String description, Block block) {
        return new PartProfile(
                name,
                description,
                new Units(512, 4096, false),
                block.honest(),
                block.replayProtected(),
                (units, bytes, log) -> new BlockMedium(
                        new HeapCells(bytes, (byte) 0),
                        units,
                        block.unitBytes(),
                        block.cacheWrites(),
                        block.honest(),
                        log),
                FlashRecords::new);
    }

    private static Profile internal(String name, String description, Units shape) {
        return new PartProfile(
                name,
                description,
                shape,
                true,
                false,
                (units, bytes, log) -> new InternalNorMedium(new HeapCells(bytes, ERASED), units, log),
                FlashRecords::new);
    }

    /** Two blocks are bad from the factory, and two more stand by. */
    private static Profile nand(String name, String description, Nand nand) {
        return new PartProfile(
                name,
                description,
                new Units(2048, nand.blockBytes(), true),
                true,
                false,
                (units, bytes, log) -> new NandMedium(
                        new HeapCells(bytes + 4L * nand.blockBytes(), ERASED),
                        units,
                        new NandMedium.Blocks((int) (bytes / nand.blockBytes()), 4, Set.of(1, 6)),
                        nand.correctable(),
                        nand.paired(),
                        log),
                FlashRecords::new);
    }
}
