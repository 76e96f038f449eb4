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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class InternalNorMediumTest {
    private static final int WORD = 8;
    private static final int PAGE = 2048;

    private final Toy toy = new Toy(
            log -> new InternalNorMedium(new HeapCells(2 * PAGE, (byte) 0xff), new Medium.Units(WORD, PAGE, true), log),
            2 * PAGE);

    @Test
    void program_manyWords_isOneOperationForEach256Bytes() throws HalException {
        byte[] bytes = Toy.random(600, 1);

        toy.program(WORD, bytes);

        assertArrayEquals(bytes, toy.read(WORD, bytes.length));
        assertEquals(3, toy.log.count());
        assertEquals(List.of(), toy.log.findings());
    }

    @Test
    void program_aWordTwice_isAFindingAndUncorrectable() throws HalException {
        toy.program(0, Toy.random(2 * WORD, 2));

        toy.program(0, Toy.filled(WORD, 0));

        assertEquals(1, toy.log.findings().size());
        assertEcc(() -> toy.read(0, WORD));
        assertArrayEquals(Arrays.copyOfRange(Toy.random(2 * WORD, 2), WORD, 2 * WORD), toy.read(WORD, WORD));
    }

    @Test
    void program_aWordOfOnesTwice_isAFindingToo() throws HalException {
        toy.program(0, Toy.filled(WORD, 0xff));

        toy.program(0, Toy.random(WORD, 3));

        assertEquals(1, toy.log.findings().size());
    }

    @Test
    void erase_afterBadWords_makesThemGood() throws HalException {
        toy.program(0, Toy.random(WORD, 4));
        toy.program(0, Toy.filled(WORD, 0));

        toy.region.erase(0, PAGE);
        toy.program(0, Toy.random(WORD, 5));

        assertArrayEquals(Toy.random(WORD, 5), toy.read(0, WORD));
        assertEquals(1, toy.log.findings().size());
    }

    @Test
    void program_cutBetweenWords_readsTheFirstAndNothingOfTheRest() throws HalException {
        byte[] bytes = Toy.random(2 * WORD, 6);

        toy.cutAtProgram(0, bytes, new Tear(Kind.PREFIX, WORD));

        assertArrayEquals(Arrays.copyOf(bytes, WORD), toy.read(0, WORD));
        assertArrayEquals(Toy.filled(WORD, 0xff), toy.read(WORD, WORD));
    }

    @Test
    void program_cutInAWord_isUncorrectable() throws HalException {
        toy.cutAtProgram(0, Toy.random(2 * WORD, 7), new Tear(Kind.PREFIX, WORD + 3));

        assertEcc(() -> toy.read(WORD, 1));
        assertArrayEquals(Toy.random(WORD, 7), toy.read(0, WORD));
    }

    @Test
    void program_cutWithOneBitMissing_isCorrected() throws HalException {
        toy.cutAtProgram(0, Toy.random(WORD, 8), new Tear(Kind.ALL_BUT_BIT, 5));

        assertArrayEquals(Toy.random(WORD, 8), toy.read(0, WORD));
    }

    @Test
    void program_marginal_isUncorrectableAfterTheNextCut() throws HalException {
        toy.cutAtProgram(0, Toy.random(WORD, 9), new Tear(Kind.MARGINAL, 0));
        assertArrayEquals(Toy.random(WORD, 9), toy.read(0, WORD));

        toy.powerCycle();

        assertEcc(() -> toy.read(0, WORD));
    }

    @Test
    void program_overAMarginalErase_isUncorrectableAfterTheNextCut() throws HalException {
        toy.program(0, Toy.filled(PAGE, 0));
        toy.cutAtErase(0, PAGE, new Tear(Kind.MARGINAL, 0));
        toy.program(0, Toy.random(WORD, 10));
        assertArrayEquals(Toy.random(WORD, 10), toy.read(0, WORD));

        toy.powerCycle();

        assertEcc(() -> toy.read(0, WORD));
    }

    @Test
    void programAndErase_unaligned_areRefusedAndFindings() {
        assertThrows(IllegalArgumentException.class, () -> toy.program(1, new byte[WORD]));
        assertThrows(IllegalArgumentException.class, () -> toy.program(0, new byte[WORD - 1]));
        assertThrows(IllegalArgumentException.class, () -> toy.region.erase(WORD, PAGE));

        assertEquals(3, toy.log.findings().size());
    }

    @Test
    void anyTear_ofProgramAndErase_leavesOnlyBitsOfBeforeAndAfter() throws HalException {
        toy.checkEveryTear(256, 256);
    }

    @Test
    void saveAndRestore_badWords_areTheSameToTheHashAndTheReader() throws HalException {
        toy.program(0, Toy.random(PAGE, 11));
        Object good = toy.medium.save();
        StateHash.Key goodHash = toy.hash();
        toy.program(0, Toy.random(PAGE, 11));
        Object bad = toy.medium.save();
        StateHash.Key badHash = toy.hash();

        toy.medium.restore(good);
        assertEquals(goodHash, toy.hash());
        assertArrayEquals(Toy.random(PAGE, 11), toy.read(0, PAGE));
        toy.medium.restore(bad);
        assertEquals(badHash, toy.hash());
        assertEcc(() -> toy.read(PAGE - 1, 1));
        assertNotEquals(goodHash, badHash, "the same bits, and they can't be read");
    }

    private static void assertEcc(Executable read) {
        assertEquals(
                HalException.Kind.ECC, assertThrows(HalException.class, read).kind());
    }
}
