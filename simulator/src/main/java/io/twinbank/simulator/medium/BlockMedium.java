// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.medium;

import io.twinbank.hal.HalException;
import io.twinbank.simulator.medium.Tear.Kind;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntPredicate;

/**
 * An eMMC or SD card. Its cache holds a number of writes, and the oldest becomes durable when there are more. Sectors are
 * whole or not, but a write or a flush that is cut short may have come to any of its sectors, in any order. Where the part
 * rewrites larger units in place, a cut may cost the whole unit, sectors beside those that were written included. A part whose flush lies loses
 * whole writes, and many at once; they aren't torn besides. Left out:
 * what the translation layer does by itself, such as garbage collection, and a device that is dead afterwards.
 */
public final class BlockMedium extends CachedMedium {
    private final int sector;
    private final int unitBytes;
    private final int cacheWrites;
    private final boolean honest;

    /**
     * Makes a device.
     *
     * @param cells what survives
     * @param units its units; a sector is what is programmed at once
     * @param unitBytes what it rewrites in place; a sector where it never does
     * @param cacheWrites how many writes the cache holds
     * @param honest whether a flush is what it says; else it does nothing
     * @param log through which every change goes
     */
    public BlockMedium(Cells cells, Units units, int unitBytes, int cacheWrites, boolean honest, OperationLog log) {
        super(cells, units, true, log);
        this.sector = units.programBytes();
        this.unitBytes = unitBytes;
        this.cacheWrites = cacheWrites;
        this.honest = honest;
    }

    @Override
    Change taking(Pending write) {
        return new Taking(write);
    }

    @Override
    void take(Pending write) throws HalException {
        count(write);
        pending.add(write);
        while (pending.size() > cacheWrites) {
            Pending oldest = pending.remove(0);
            cells.write(oldest.at(), ByteBuffer.wrap(oldest.bytes()));
        }
    }

    @Override
    Change flushing() {
        return new Flushing();
    }

    private List<Tear> tearsOf(int bytes) {
        List<Tear> tears = new ArrayList<>();
        if (bytes > sector) {
            int half = bytes / 2 / sector * sector;
            tears.add(new Tear(Kind.PREFIX, sector));
            tears.add(new Tear(Kind.PREFIX, half));
            tears.add(new Tear(Kind.PREFIX, bytes - sector));
            tears.add(new Tear(Kind.SUFFIX, half));
            tears.add(new Tear(Kind.EVEN, 0));
            tears.add(new Tear(Kind.ODD, 0));
            tears.add(new Tear(Kind.SEEDED, 1));
            tears.add(new Tear(Kind.SEEDED, 2));
        }
        if (unitBytes > sector && bytes > 0) {
            tears.add(new Tear(Kind.ZEROS, 0));
            tears.add(new Tear(Kind.ZEROS, unitBytes / 2));
        }
        return tears;
    }

    /** Which of the sectors came to be durable. */
    private IntPredicate arrived(Tear tear) {
        SplittableRandom random = new SplittableRandom(tear.parameter());
        return number -> switch (tear.kind()) {
            case PREFIX -> (number + 1L) * sector <= tear.parameter();
            case SUFFIX -> (long) number * sector >= tear.parameter();
            case EVEN -> number % 2 == 0;
            case ODD -> number % 2 == 1;
            case SEEDED -> random.nextBoolean();
            case AFTER -> true;
            default -> false;
        };
    }

    /** The sectors of writes, numbered through, that came to be durable. */
    private void persist(List<Pending> writes, Tear tear) throws HalException {
        IntPredicate arrived = arrived(tear);
        int number = 0;
        for (Pending write : writes) {
            for (int from = 0; from < write.bytes().length; from += sector) {
                if (arrived.test(number++)) {
                    cells.write(write.at() + from, ByteBuffer.wrap(write.bytes(), from, sector));
                }
            }
        }
    }

    /** The units under a write hold zeros from some way on: the old content is gone, and the new isn't there. */
    private void lose(Pending write, long from) throws HalException {
        long end = write.at() + write.bytes().length;
        for (long unit = write.at() / unitBytes * unitBytes; unit < end; unit += unitBytes) {
            int kept = (int) Math.min(from, unitBytes);
            cells.write(unit + kept, ByteBuffer.allocate(unitBytes - kept));
        }
    }

    private final class Taking implements Change {
        private final Pending write;

        Taking(Pending write) {
            this.write = write;
        }

        @Override
        public void whole() throws HalException {
            take(write);
        }

        @Override
        public void misdirected(long distance) throws HalException {
            take(new Pending(write.at() + distance, write.bytes()));
        }

        @Override
        public List<Tear> tears() {
            return honest ? tearsOf(write.bytes().length) : List.of();
        }

        @Override
        public void torn(Tear tear) throws HalException {
            count(write);
            if (tear.kind() == Kind.ZEROS) {
                lose(write, tear.parameter());
            } else {
                persist(List.of(write), tear);
            }
        }
    }

    private final class Flushing implements Change {
        @Override
        public void whole() throws HalException {
            if (honest) {
                BlockMedium.this.persist(Survival.ALL);
            }
        }

        @Override
        public List<Tear> tears() {
            int bytes = 0;
            for (Pending write : pending) {
                bytes += write.bytes().length;
            }
            return honest ? tearsOf(bytes) : List.of();
        }

        @Override
        public void torn(Tear tear) throws HalException {
            if (tear.kind() == Kind.ZEROS && !pending.isEmpty()) {
                Pending last = pending.get(pending.size() - 1);
                BlockMedium.this.persist(Survival.ALL);
                lose(last, tear.parameter());
            } else {
                persist(List.copyOf(pending), tear);
                pending.clear();
            }
        }
    }
}
