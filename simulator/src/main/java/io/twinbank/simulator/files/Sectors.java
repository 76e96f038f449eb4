// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.files;

import io.twinbank.simulator.medium.Tear;
import io.twinbank.simulator.medium.Tear.Kind;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/** The sectors that a disk has to write, each whole or not at all, and in any order. */
final class Sectors {
    private record Sector(int page, int number, Page content) {}

    private final List<Sector> sectors = new ArrayList<>();

    /** Adds those in which two pages differ; they replace what was added of the same page. */
    void add(int page, Page before, Page after) {
        sectors.removeIf(sector -> sector.page == page);
        for (int number = 0; number < Page.SIZE / Page.SECTOR; number++) {
            if (before.differsInSector(number, after)) {
                sectors.add(new Sector(page, number, after));
            }
        }
    }

    int count() {
        return sectors.size();
    }

    Content torn(Content file, Tear tear) {
        Content result = file;
        SplittableRandom random = new SplittableRandom(tear.parameter());
        for (int i = 0; i < sectors.size(); i++) {
            Sector sector = sectors.get(i);
            if (isWritten(i, tear, random)) {
                Page page = result.page(sector.page).withSectorOf(sector.number, sector.content);
                result = result.with(sector.page, page);
            }
        }
        return result;
    }

    /** A disk writes whole sectors: what a tear says of bits goes for them. */
    private static boolean isWritten(int position, Tear tear, SplittableRandom random) {
        long at = (long) position * Page.SECTOR;
        return switch (tear.kind()) {
            case BEFORE -> false;
            case AFTER -> true;
            case PREFIX -> at < tear.parameter();
            case SUFFIX -> at >= tear.parameter();
            case EVEN -> position % 2 == 0;
            case ODD -> position % 2 == 1;
            case BITS -> (tear.parameter() >> position % Byte.SIZE & 1) == 1;
            case ONE_BIT -> position == tear.parameter();
            case ALL_BUT_BIT -> position != tear.parameter();
            case SEEDED -> random.nextBoolean();
            default -> throw new IllegalArgumentException("a disk writes whole sectors and can't be torn by " + tear);
        };
    }

    /** Lists the tears of so many sectors, those that differ. */
    static List<Tear> tears(int count) {
        if (count < 2) {
            return List.of();
        }
        long half = (long) count / 2 * Page.SECTOR;
        long last = (count - 1L) * Page.SECTOR;
        Set<Tear> tears = new LinkedHashSet<>();
        tears.add(new Tear(Kind.PREFIX, Page.SECTOR));
        tears.add(new Tear(Kind.SUFFIX, last));
        if (count > 2) {
            tears.add(new Tear(Kind.PREFIX, half));
            tears.add(new Tear(Kind.PREFIX, last));
            tears.add(new Tear(Kind.SUFFIX, Page.SECTOR));
            tears.add(new Tear(Kind.SUFFIX, half));
            tears.add(new Tear(Kind.EVEN, 0));
            tears.add(new Tear(Kind.ODD, 0));
        }
        if (count > 4) {
            tears.add(new Tear(Kind.SEEDED, 1));
            tears.add(new Tear(Kind.SEEDED, 2));
        }
        return List.copyOf(tears);
    }
}
