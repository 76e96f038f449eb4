// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.profile;

import io.twinbank.simulator.IdealChip;
import io.twinbank.simulator.Profile;
import io.twinbank.simulator.medium.HeapCells;
import io.twinbank.simulator.medium.Medium.Units;
import io.twinbank.simulator.medium.NorMedium;
import io.twinbank.simulator.store.FlashRecords;
import java.util.List;
import java.util.stream.Collectors;

/** The storage that comes with the simulator. Units and physics are the part's; the size is what the image needs. */
public final class Profiles {
    private static final byte ERASED = (byte) 0xff;

    private static final List<Profile> ALL = List.of(
            IdealChip.losing(),
            nor(
                    "nor-w25q128jv",
                    "Serial NOR Winbond W25Q128JV: pages of 256 bytes, sectors of 4 KiB (data sheet W25Q128JV,"
                            + " rev. H, sections 8.2.13 and 8.2.15).",
                    false),
            nor(
                    "nor-s25fl128l",
                    "Serial NOR Infineon S25FL128L: pages of 256 bytes, sectors of 4 KiB (data sheet 002-00124); an"
                            + " erase programs every bit to 0 first (Infineon KBA222273).",
                    true));

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
        throw new IllegalArgumentException("'" + name + "' isn't a profile; there are "
                + ALL.stream().map(Profile::name).collect(Collectors.joining(", ")));
    }

    private static Profile nor(String name, String description, boolean zerosFirst) {
        return new PartProfile(
                name,
                description,
                new Units(256, 4096, true),
                true,
                (units, bytes, log) -> new NorMedium(new HeapCells(bytes, ERASED), units, zerosFirst, log),
                FlashRecords::new);
    }
}
