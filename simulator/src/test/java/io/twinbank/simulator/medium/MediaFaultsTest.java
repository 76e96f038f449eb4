// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.medium;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.twinbank.hal.HalException;
import io.twinbank.simulator.medium.Medium.Endurance;
import io.twinbank.simulator.medium.Medium.Units;
import io.twinbank.simulator.medium.Tear.Kind;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** What may happen to a device besides power cuts. */
class MediaFaultsTest {
    private static final int PAGE = 2048;
    private static final int SECTOR = 512;
    private static final int BLOCK = 16 << 10;

    private final Toy nor = new Toy(
            log -> new NorMedium(new HeapCells(2 * BLOCK, (byte) 0xff), new Units(256, BLOCK, true), log), 2 * BLOCK);
    private final Toy nand = nand(false);
    private final Toy blocks = new Toy(
            log -> new BlockMedium(
                    new HeapCells(2 * BLOCK, (byte) 0), new Units(SECTOR, BLOCK, false), SECTOR, 4, true, log),
            2 * BLOCK);

    private static Toy nand(boolean paired) {
        return new Toy(
                log -> new NandMedium(
                        new HeapCells(4 * BLOCK, (byte) 0xff),
                        new Units(PAGE, BLOCK, true),
                        new NandMedium.Blocks(2, 2, Set.of(0)),
                        1,
                        paired,
                        log),
                2 * BLOCK);
    }

    @Test
    void flip_withoutErrorCorrection_isSeen() throws HalException {
        for (Toy toy : List.of(nor, blocks)) {
            toy.program(0, Toy.filled(SECTOR, 0x0f));
            toy.region.flush();

            toy.region.flip(8 + 7);

            assertEquals((byte) 0x8f, toy.read(1, 1)[0]);
            toy.region.flip(8 + 7);
            assertEquals((byte) 0x0f, toy.read(1, 1)[0]);
        }
    }

    @Test
    void flip_oneBit_isCorrectedAndCounted() throws HalException {
        nand.program(0, Toy.random(PAGE, 1));

        nand.region.flip(100);

        assertArrayEquals(Toy.random(PAGE, 1), nand.read(0, PAGE));
        assertEquals(1, nand.medium.wear().corrected());
    }

    @Test
    void flip_moreThanCanBeCorrected_isUncorrectableInThatSectorOnly() throws HalException {
        nand.program(0, Toy.random(PAGE, 2));

        nand.region.flip(100);
        nand.region.flip(101);

        assertKind(HalException.Kind.ECC, () -> nand.read(0, 1));
        assertArrayEquals(Arrays.copyOfRange(Toy.random(PAGE, 2), SECTOR, PAGE), nand.read(SECTOR, PAGE - SECTOR));
    }

    @Test
    void flip_twiceTheSame_isUndone() throws HalException {
        nand.program(0, Toy.random(PAGE, 3));
        StateHash.Key before = nand.hash();

        nand.region.flip(100);
        assertNotEquals(before, nand.hash());
        nand.region.flip(100);

        assertEquals(before, nand.hash());
    }

    @Test
    void stick_anyBit_holdsItWhateverIsWritten() throws HalException {
        nor.region.stick(0, false);
        nor.region.stick(9, true);

        nor.program(0, Toy.filled(256, 0x01));
        assertArrayEquals(new byte[] {0x00, 0x03, 0x01}, nor.read(0, 3));
        nor.region.erase(0, BLOCK);

        assertArrayEquals(new byte[] {(byte) 0xfe, (byte) 0xff}, nor.read(0, 2));
    }

    @Test
    void stick_oneBit_isCorrectedWhereItIsWrongOnly() throws HalException {
        nand.region.stick(0, false);

        nand.program(0, Toy.filled(PAGE, 0x01));
        assertArrayEquals(Toy.filled(PAGE, 0x01), nand.read(0, PAGE));
        assertEquals(1, nand.medium.wear().corrected());

        nand.region.erase(0, BLOCK);
        nand.program(0, Toy.filled(PAGE, 0x02));
        nand.read(0, PAGE);
        assertEquals(1, nand.medium.wear().corrected());
    }

    @Test
    void breakBlock_withASpare_failsTheProgramAndErasesElsewhere() throws HalException {
        nand.region.breakBlock(0);

        assertKind(HalException.Kind.IO, () -> nand.program(0, Toy.random(PAGE, 4)));
        nand.region.erase(0, BLOCK);
        nand.program(0, Toy.random(PAGE, 5));

        assertArrayEquals(Toy.random(PAGE, 5), nand.read(0, PAGE));
        assertEquals(List.of(), nand.log.findings());
    }

    @Test
    void breakBlock_withoutASpare_isWornOut() throws HalException {
        nand.region.breakBlock(0);
        nand.region.erase(0, BLOCK);
        nand.region.breakBlock(0);
        nor.region.breakBlock(0);

        assertKind(HalException.Kind.WORN_OUT, () -> nand.region.erase(0, BLOCK));
        assertKind(HalException.Kind.WORN_OUT, () -> nor.region.erase(0, BLOCK));
        nor.region.erase(BLOCK, BLOCK);
    }

    @Test
    void stickAndBreakBlock_onADeviceThatHidesThem_areUnsupported() {
        assertKind(HalException.Kind.UNSUPPORTED, () -> blocks.region.stick(0, true));
        assertKind(HalException.Kind.UNSUPPORTED, () -> blocks.region.breakBlock(0));
        assertKind(HalException.Kind.UNSUPPORTED, () -> blocks.medium.endure(Endurance.ENDLESS));
    }

    @Test
    void erase_moreOftenThanItStands_isWornOut() throws HalException {
        nor.medium.endure(new Endurance(3, Integer.MAX_VALUE));
        for (int i = 0; i < 3; i++) {
            nor.region.erase(0, BLOCK);
        }

        assertKind(HalException.Kind.WORN_OUT, () -> nor.region.erase(0, BLOCK));
        nor.region.erase(BLOCK, BLOCK);
    }

    @Test
    void read_moreOftenThanItStands_turnsABitOfTheNeighbourOver() throws HalException {
        nor.medium.endure(new Endurance(Integer.MAX_VALUE, 100));
        byte[] before = nor.peek(BLOCK, BLOCK);
        for (int i = 0; i < 99; i++) {
            nor.read(0, 1);
        }
        assertArrayEquals(before, nor.peek(BLOCK, BLOCK));

        nor.read(0, 1);

        byte[] after = nor.peek(BLOCK, BLOCK);
        int flips = 0;
        for (int i = 0; i < BLOCK; i++) {
            flips += Integer.bitCount((before[i] ^ after[i]) & 0xff);
        }
        assertEquals(1, flips);
    }

    @Test
    void hash_ofWear_countsOnlyWhereTheDeviceWearsOut() throws HalException {
        StateHash.Key fresh = nor.hash();
        nor.region.erase(0, BLOCK);
        nor.read(0, 1);
        assertEquals(fresh, nor.hash());

        nor.medium.endure(new Endurance(9, Integer.MAX_VALUE));
        StateHash.Key worn = nor.hash();
        nor.region.erase(0, BLOCK);

        assertNotEquals(worn, nor.hash());
    }

    @Test
    void wear_afterUse_countsErasesAndReadsByUnit() throws HalException {
        nor.region.erase(0, 2 * BLOCK);
        nor.region.erase(BLOCK, BLOCK);
        Object saved = nor.medium.save();
        nor.read(BLOCK - 1, 2);
        nor.read(0, 1);

        assertEquals(2, nor.medium.wear().mostErases());
        assertEquals(1, nor.medium.wear().erases()[0]);
        assertEquals(2, nor.medium.wear().mostReads());
        nor.medium.restore(saved);
        assertEquals(0, nor.medium.wear().mostReads());
    }

    @Test
    void silent_eraseOrProgram_isNoFaultOfWhoBelievesIt() throws HalException {
        for (Toy toy : List.of(nor, nand)) {
            toy.program(0, Toy.filled(PAGE, 0));
            toy.log.faults((operation, change) -> new Fate.Silent());
            toy.region.erase(0, BLOCK);
            toy.log.faults(Faults.none());
            toy.program(0, Toy.random(PAGE, 14));
            toy.log.faults((operation, change) -> new Fate.Silent());
            toy.program(PAGE, Toy.random(PAGE, 15));
            toy.log.faults(Faults.none());
            toy.program(2 * PAGE, Toy.random(PAGE, 16));

            assertEquals(List.of(), toy.log.findings());
            toy.program(0, Toy.random(PAGE, 17));
            assertFalse(toy.log.findings().isEmpty(), "programmed twice after all");
        }
    }

    @Test
    void misdirected_write_keepsTheTargetAndChangesTheVictim() throws HalException {
        for (Toy toy : List.of(nor, blocks)) {
            byte[] old = toy.read(0, SECTOR);
            toy.log.faults((operation, change) -> new Fate.Misdirected(BLOCK));
            toy.program(0, Toy.random(SECTOR, 6));
            toy.log.faults(Faults.none());

            assertArrayEquals(old, toy.read(0, SECTOR));
            assertArrayEquals(Toy.random(SECTOR, 6), toy.read(BLOCK, SECTOR));
        }
    }

    @Test
    void misdirected_erase_erasesTheVictim() throws HalException {
        nor.program(BLOCK, Toy.random(BLOCK, 7));
        nor.log.faults((operation, change) -> new Fate.Misdirected(BLOCK));

        nor.region.erase(0, BLOCK);

        assertArrayEquals(Toy.filled(BLOCK, 0xff), nor.peek(BLOCK, BLOCK));
    }

    @Test
    void readAstray_once_answersWithWhatLiesElsewhere() throws HalException {
        nor.program(BLOCK, Toy.random(256, 8));
        nor.log.faults(new Faults() {
            @Override
            public Fate at(Operation operation, Change change) {
                return Fate.DONE;
            }

            @Override
            public long readsAstray() {
                return BLOCK;
            }
        });

        assertArrayEquals(Toy.random(256, 8), nor.read(0, 256));
    }

    @Test
    void program_tornWithTwoBitsToACell_costsThePageThatSharesThem() throws HalException {
        Toy paired = nand(true);
        paired.program(0, Toy.random(4 * PAGE, 9));

        paired.cutAtProgram(4 * PAGE, Toy.random(PAGE, 10), new Tear(Kind.PREFIX, 100));

        assertKind(HalException.Kind.ECC, () -> paired.read(0, 1));
        assertArrayEquals(Arrays.copyOfRange(Toy.random(4 * PAGE, 9), PAGE, 4 * PAGE), paired.read(PAGE, 3 * PAGE));
        assertFalse(paired.medium.wear().mostErases() > 0);
    }

    @Test
    void program_wholeWithTwoBitsToACell_costsNothing() throws HalException {
        Toy paired = nand(true);
        paired.program(0, Toy.random(4 * PAGE, 11));

        paired.cutAtProgram(4 * PAGE, Toy.random(PAGE, 12), Tear.AFTER);

        assertArrayEquals(Toy.random(4 * PAGE, 11), paired.read(0, 4 * PAGE));
        assertArrayEquals(Toy.random(PAGE, 12), paired.read(4 * PAGE, PAGE));
    }

    @Test
    void saveAndRestore_everyDefect_comesAndGoesWithTheState() throws HalException {
        nand.program(0, Toy.random(PAGE, 13));
        Object sound = nand.medium.save();
        StateHash.Key soundHash = nand.hash();
        nand.region.flip(100);
        nand.region.stick(BLOCK * 8L, false);
        nand.region.breakBlock(0);
        nand.region.erase(0, BLOCK);
        Object defect = nand.medium.save();
        StateHash.Key defectHash = nand.hash();

        nand.medium.restore(sound);
        assertEquals(soundHash, nand.hash());
        assertArrayEquals(Toy.random(PAGE, 13), nand.read(0, PAGE));
        nand.medium.restore(defect);
        assertEquals(defectHash, nand.hash());
        assertArrayEquals(Toy.filled(PAGE, 0xff), nand.read(0, PAGE));
    }

    private static void assertKind(HalException.Kind kind, Executable call) {
        assertEquals(kind, assertThrows(HalException.class, call).kind());
    }
}
