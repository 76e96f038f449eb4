// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.medium;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.hal.HalException;
import io.twinbank.simulator.medium.Tear.Kind;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BlockMediumTest {
    private static final int SECTOR = 512;
    private static final int UNIT = 4096;
    private static final int CACHE = 3;

    private final Toy toy = toy(UNIT, true);

    private static Toy toy(int unitBytes, boolean honest) {
        return new Toy(
                log -> new BlockMedium(
                        new HeapCells(2 * UNIT, (byte) 0),
                        new Medium.Units(SECTOR, UNIT, false),
                        unitBytes,
                        CACHE,
                        honest,
                        log),
                2 * UNIT);
    }

    @Test
    void program_notFlushed_isReadAndLostAtAPowerCut() throws HalException {
        byte[] bytes = Toy.random(SECTOR, 1);
        toy.program(SECTOR, bytes);
        assertArrayEquals(bytes, toy.read(SECTOR, SECTOR));

        toy.powerCycle();

        assertArrayEquals(new byte[SECTOR], toy.read(SECTOR, SECTOR));
    }

    @Test
    void flush_honest_makesAllDurable() throws HalException {
        toy.program(0, Toy.random(UNIT, 2));
        toy.region.flush();

        toy.powerCycle();

        assertArrayEquals(Toy.random(UNIT, 2), toy.read(0, UNIT));
        assertEquals(List.of(Survival.ALL), toy.medium.survivals());
    }

    @Test
    void flush_lying_losesWhatItSaidWasDurable() throws HalException {
        Toy liar = toy(SECTOR, false);
        liar.program(0, Toy.random(UNIT, 3));
        liar.region.flush();

        liar.powerCycle();

        assertArrayEquals(new byte[UNIT], liar.read(0, UNIT));
    }

    @Test
    void program_moreWritesThanTheCacheHolds_makesTheOldestDurable() throws HalException {
        for (int i = 0; i <= CACHE; i++) {
            toy.program(i * SECTOR, Toy.random(SECTOR, i));
        }

        toy.powerCycle();

        assertArrayEquals(Toy.random(SECTOR, 0), toy.read(0, SECTOR));
        assertArrayEquals(new byte[CACHE * SECTOR], toy.read(SECTOR, CACHE * SECTOR));
    }

    @Test
    void losePower_everySubset_keepsExactlyThoseWrites() throws HalException {
        for (int i = 0; i < CACHE; i++) {
            toy.program(i * SECTOR, Toy.random(SECTOR, i));
        }
        Object pending = toy.medium.save();
        Set<String> kept = new HashSet<>();

        for (Survival survival : toy.medium.survivals()) {
            toy.medium.restore(pending);
            toy.medium.losePower(survival);
            StringBuilder found = new StringBuilder();
            for (int i = 0; i < CACHE; i++) {
                boolean there = Arrays.equals(Toy.random(SECTOR, i), toy.read(i * SECTOR, SECTOR));
                assertEquals(survival.keeps(i), there, survival + " " + i);
                found.append(there);
            }
            kept.add(found.toString());
        }

        assertEquals(1 << CACHE, kept.size());
    }

    @Test
    void anyTear_ofWriteAndFlush_leavesEachSectorWholeOrNot() throws HalException {
        Toy plain = toy(SECTOR, true);
        byte[] before = Toy.random(UNIT, 5);
        byte[] after = Toy.random(UNIT, 6);
        plain.program(0, before);
        plain.region.flush();
        Object start = plain.medium.save();
        List<Tear> tears = plain.tears(() -> plain.program(0, after));
        assertTrue(tears.size() >= 8, tears::toString);
        for (Tear tear : tears) {
            plain.medium.restore(start);
            plain.cutAtProgram(0, after, tear);
            checkSectors(plain, before, after, tear);
            plain.medium.restore(start);
            plain.program(0, after);
            plain.cutAt(tear, plain.region::flush);
            checkSectors(plain, before, after, tear);
        }
    }

    private static void checkSectors(Toy toy, byte[] before, byte[] after, Tear tear) throws HalException {
        boolean mixed = false;
        for (int at = 0; at < UNIT; at += SECTOR) {
            ByteBuffer found = ByteBuffer.wrap(toy.read(at, SECTOR));
            boolean isNew = found.equals(ByteBuffer.wrap(after, at, SECTOR));
            mixed |= isNew;
            assertTrue(isNew || found.equals(ByteBuffer.wrap(before, at, SECTOR)), tear + " at " + at);
        }
        assertTrue(mixed, tear.toString());
        assertNotEquals(ByteBuffer.wrap(after), ByteBuffer.wrap(toy.read(0, UNIT)), tear.toString());
    }

    @Test
    void write_tornWhileAUnitIsRewrittenInPlace_costsItsNeighboursInTheUnitOnly() throws HalException {
        toy.program(0, Toy.random(2 * UNIT, 7));
        toy.region.flush();

        toy.cutAtProgram(SECTOR, Toy.random(SECTOR, 8), new Tear(Kind.ZEROS, 0));

        assertArrayEquals(new byte[UNIT], toy.read(0, UNIT));
        assertArrayEquals(Arrays.copyOfRange(Toy.random(2 * UNIT, 7), UNIT, 2 * UNIT), toy.read(UNIT, UNIT));
    }

    @Test
    void write_ofASingleSector_isAtomicWithoutUnits() throws HalException {
        Toy plain = toy(SECTOR, true);

        assertEquals(List.of(), plain.tears(() -> plain.program(0, new byte[SECTOR])));
    }

    @Test
    void programAndDiscard_unaligned_areRefusedAndFindings() {
        assertThrows(IllegalArgumentException.class, () -> toy.program(1, new byte[SECTOR]));
        assertThrows(IllegalArgumentException.class, () -> toy.program(0, new byte[SECTOR - 1]));
        assertThrows(IllegalArgumentException.class, () -> toy.region.erase(1, SECTOR));

        assertEquals(3, toy.log.findings().size());
    }

    @Test
    void saveAndRestore_pendingWrites_areTheSameToTheHashAndTheReader() throws HalException {
        StateHash.Key fresh = toy.hash();
        Object start = toy.medium.save();
        toy.program(0, Toy.random(SECTOR, 9));
        Object pending = toy.medium.save();
        StateHash.Key pendingHash = toy.hash();
        toy.region.flush();
        StateHash.Key flushedHash = toy.hash();

        toy.medium.restore(pending);
        assertEquals(pendingHash, toy.hash());
        assertArrayEquals(Toy.random(SECTOR, 9), toy.read(0, SECTOR));
        toy.medium.losePower(Survival.ALL);
        assertEquals(flushedHash, toy.hash());
        toy.medium.restore(start);
        assertEquals(fresh, toy.hash());
        assertEquals(3, Set.of(fresh, pendingHash, flushedHash).size());
    }
}
