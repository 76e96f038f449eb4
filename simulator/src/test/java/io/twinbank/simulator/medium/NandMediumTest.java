// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.medium;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.twinbank.hal.HalException;
import io.twinbank.simulator.medium.Tear.Kind;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class NandMediumTest {
    private static final int PAGE = 2048;
    private static final int SECTOR = 512;
    private static final int BLOCK = 16 << 10;

    private final HeapCells cells = new HeapCells(4 * BLOCK, (byte) 0xff);
    private final Toy toy = new Toy(
            log -> new NandMedium(
                    cells, new Medium.Units(PAGE, BLOCK, true), new NandMedium.Blocks(2, 2, Set.of(0)), 1, false, log),
            2 * BLOCK);

    @Test
    void program_pagesInSequence_isOneOperationEach() throws HalException {
        byte[] bytes = Toy.random(BLOCK, 1);

        toy.program(0, bytes);

        assertArrayEquals(bytes, toy.read(0, BLOCK));
        assertEquals(BLOCK / PAGE, toy.log.count());
        assertEquals(List.of(), toy.log.findings());
    }

    @Test
    void program_aBlockThatIsBadFromTheFactory_goesElsewhere() throws HalException {
        toy.program(0, Toy.random(PAGE, 2));

        assertArrayEquals(Toy.filled(PAGE, 0xff), Toy.of(cells, 0, PAGE));
        assertArrayEquals(Toy.random(PAGE, 2), Toy.of(cells, 2 * BLOCK, PAGE));
    }

    @Test
    void program_aPageTwice_isAFindingAndUncorrectable() throws HalException {
        toy.program(0, Toy.random(PAGE, 3));

        toy.program(0, Toy.filled(PAGE, 0));

        assertEquals(1, toy.log.findings().size());
        assertEcc(0);
    }

    @Test
    void program_aPageOutOfSequence_isAFinding() throws HalException {
        toy.program(PAGE, new byte[PAGE]);
        assertEquals(1, toy.log.findings().size());

        toy.program(0, new byte[PAGE]);
        assertEquals(2, toy.log.findings().size());
    }

    @Test
    void program_theOtherBlock_hasASequenceOfItsOwn() throws HalException {
        toy.program(0, new byte[PAGE]);
        toy.program(BLOCK, new byte[PAGE]);
        toy.program(PAGE, new byte[PAGE]);

        assertEquals(List.of(), toy.log.findings());
    }

    @Test
    void programAndErase_unaligned_areRefusedAndFindings() {
        assertThrows(IllegalArgumentException.class, () -> toy.program(SECTOR, new byte[PAGE]));
        assertThrows(IllegalArgumentException.class, () -> toy.program(0, new byte[SECTOR]));
        assertThrows(IllegalArgumentException.class, () -> toy.region.erase(PAGE, BLOCK));

        assertEquals(3, toy.log.findings().size());
    }

    @Test
    void program_torn_isUncorrectableWhereItIsTornOnly() throws HalException {
        byte[] bytes = Toy.random(PAGE, 4);

        toy.cutAtProgram(0, bytes, new Tear(Kind.PREFIX, SECTOR + 100));

        assertArrayEquals(Arrays.copyOf(bytes, SECTOR), toy.read(0, SECTOR));
        assertEcc(SECTOR);
        assertArrayEquals(Toy.filled(SECTOR, 0xff), toy.read(2 * SECTOR, SECTOR));
    }

    @Test
    void program_tornByOneBit_isCorrected() throws HalException {
        toy.cutAtProgram(0, Toy.random(PAGE, 5), new Tear(Kind.ALL_BUT_BIT, 0));

        assertArrayEquals(Toy.random(PAGE, 5), toy.read(0, PAGE));
    }

    @Test
    void program_afterATornPage_goesToTheNextPage() throws HalException {
        toy.cutAtProgram(0, Toy.random(PAGE, 6), new Tear(Kind.PREFIX, 1));

        toy.program(PAGE, Toy.random(PAGE, 7));

        assertArrayEquals(Toy.random(PAGE, 7), toy.read(PAGE, PAGE));
        assertEquals(List.of(), toy.log.findings());
    }

    @Test
    void erase_torn_leavesTheRestToBeErasedAgain() throws HalException {
        toy.program(0, Toy.random(BLOCK, 8));

        toy.cutAtErase(0, BLOCK, new Tear(Kind.PREFIX, BLOCK / 2));
        assertArrayEquals(Toy.filled(PAGE, 0xff), toy.read(0, PAGE));
        toy.program(0, Toy.random(PAGE, 9));
        assertEquals(1, toy.log.findings().size());

        toy.region.erase(0, BLOCK);
        toy.program(0, Toy.random(PAGE, 10));
        assertArrayEquals(Toy.random(PAGE, 10), toy.read(0, PAGE));
        assertEquals(1, toy.log.findings().size());
    }

    @Test
    void anyTear_ofProgramAndErase_leavesOnlyBitsOfBeforeAndAfter() throws HalException {
        toy.checkEveryTear(PAGE, 0);
    }

    @Test
    void saveAndRestore_pagesOfOnes_areTheSameToTheHashAndTheRules() throws HalException {
        Object blank = toy.medium.save();
        StateHash.Key blankHash = toy.hash();
        toy.program(0, Toy.filled(PAGE, 0xff));
        StateHash.Key programmedHash = toy.hash();

        assertNotEquals(blankHash, programmedHash, "the same bits, and it mustn't be programmed again");
        toy.medium.restore(blank);
        assertEquals(blankHash, toy.hash());
        toy.program(0, Toy.random(PAGE, 11));
        assertEquals(List.of(), toy.log.findings());
    }

    private void assertEcc(int at) {
        assertEquals(
                HalException.Kind.ECC,
                assertThrows(HalException.class, () -> toy.read(at, SECTOR)).kind());
    }
}
