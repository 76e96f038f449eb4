// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.medium;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.hal.HalException;
import io.twinbank.simulator.medium.Operation.Part;
import io.twinbank.simulator.medium.Tear.Kind;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NorMediumTest {
    private static final int PAGE = 256;
    private static final int BLOCK = 4096;

    private final Toy toy = new Toy(
            log -> new NorMedium(new HeapCells(2 * BLOCK, (byte) 0xff), new Medium.Units(PAGE, BLOCK, true), true, log),
            2 * BLOCK);

    @Test
    void program_erasedPages_isOneOperationEach() throws HalException {
        byte[] bytes = Toy.random(3 * PAGE, 1);

        toy.program(PAGE, bytes);

        assertArrayEquals(bytes, toy.read(PAGE, bytes.length));
        assertEquals(3, toy.log.count());
        assertEquals(List.of(), toy.log.findings());
    }

    @Test
    void program_twice_isTheAndOfBothAndAFinding() throws HalException {
        toy.program(0, Toy.filled(PAGE, 0x0f));

        toy.program(0, Toy.filled(PAGE, 0x3c));

        assertArrayEquals(Toy.filled(PAGE, 0x0c), toy.read(0, PAGE));
        assertEquals(1, toy.log.findings().size());
    }

    @Test
    void content_sameAndOtherBytes_isTheSameAndAnother() throws HalException {
        byte[] bytes = Toy.random(PAGE, 1);
        toy.program(BLOCK, bytes);
        Optional<StateHash.Key> once = toy.region.content();

        toy.region.erase(BLOCK, BLOCK);
        toy.program(BLOCK + PAGE, bytes);
        Optional<StateHash.Key> elsewhere = toy.region.content();
        toy.region.erase(BLOCK, BLOCK);
        toy.program(BLOCK, bytes);

        assertTrue(once.isPresent());
        assertNotEquals(once, elsewhere);
        assertEquals(once, toy.region.content());
    }

    @Test
    void content_whereAReaderSeesWhatTheCellsDontHold_isntKnown() throws HalException {
        toy.cutAtProgram(PAGE, Toy.random(PAGE, 1), new Tear(Kind.MARGINAL, 1));
        assertEquals(Optional.empty(), toy.region.content());

        toy.read(PAGE, 1);

        assertTrue(toy.region.content().isPresent());
    }

    @Test
    void program_theSameAgain_isNoFinding() throws HalException {
        toy.program(0, Toy.filled(PAGE, 0x0f));

        toy.program(0, Toy.filled(PAGE, 0x0f));

        assertEquals(List.of(), toy.log.findings());
    }

    @Test
    void programAndErase_unaligned_areRefusedAndFindings() {
        assertThrows(IllegalArgumentException.class, () -> toy.program(1, new byte[PAGE]));
        assertThrows(IllegalArgumentException.class, () -> toy.program(0, new byte[PAGE - 1]));
        assertThrows(IllegalArgumentException.class, () -> toy.region.erase(PAGE, BLOCK));
        assertThrows(IllegalArgumentException.class, () -> toy.region.erase(0, BLOCK - 1));

        assertEquals(4, toy.log.findings().size());
        assertEquals(0, toy.log.count());
    }

    @Test
    void anyTear_ofProgramAndErase_leavesOnlyBitsOfBeforeAndAfter() throws HalException {
        toy.checkEveryTear(PAGE, PAGE);
    }

    @Test
    void erase_tornWhileItWritesZeros_zeroesTheEndOfTheBlock() throws HalException {
        byte[] before = Toy.random(BLOCK, 3);
        toy.program(0, before);

        toy.cutAtErase(0, BLOCK, new Tear(Kind.ZEROS, BLOCK / 2));

        assertArrayEquals(Arrays.copyOf(before, BLOCK / 2), toy.read(0, BLOCK / 2));
        assertArrayEquals(new byte[BLOCK / 2], toy.read(BLOCK / 2, BLOCK / 2));
    }

    @Test
    void erase_marginal_readsBlankUntilTheNextCut() throws HalException {
        toy.program(0, Toy.random(BLOCK, 4));
        toy.cutAtErase(0, BLOCK, new Tear(Kind.MARGINAL, 0));
        toy.powerCycle();
        assertArrayEquals(Toy.filled(BLOCK, 0xff), toy.read(0, BLOCK), "a power cycle without a life in between");

        toy.powerCycle();

        assertFalse(Arrays.equals(Toy.filled(BLOCK, 0xff), toy.read(0, BLOCK)));
    }

    @Test
    void program_overAMarginalErase_isUndoneInPartByTheNextCut() throws HalException {
        toy.program(0, Toy.random(BLOCK, 5));
        toy.cutAtErase(0, BLOCK, new Tear(Kind.MARGINAL, 0));
        byte[] bytes = Toy.random(PAGE, 6);
        toy.program(0, bytes);
        assertArrayEquals(bytes, toy.read(0, PAGE));

        toy.powerCycle();

        assertFalse(Arrays.equals(bytes, toy.read(0, PAGE)));
    }

    @Test
    void erase_afterAMarginalErase_isFirm() throws HalException {
        toy.program(0, Toy.random(BLOCK, 7));
        toy.cutAtErase(0, BLOCK, new Tear(Kind.MARGINAL, 0));
        toy.region.erase(0, BLOCK);
        byte[] bytes = Toy.random(PAGE, 8);
        toy.program(0, bytes);

        toy.powerCycle();

        assertArrayEquals(bytes, toy.read(0, PAGE));
        assertArrayEquals(Toy.filled(BLOCK - PAGE, 0xff), toy.read(PAGE, BLOCK - PAGE));
    }

    @Test
    void program_marginalForOneRead_isSeenOnce() throws HalException {
        byte[] bytes = Toy.random(PAGE, 9);
        toy.cutAtProgram(0, bytes, new Tear(Kind.MARGINAL, 1));

        assertArrayEquals(bytes, toy.read(0, PAGE));
        assertFalse(Arrays.equals(bytes, toy.read(0, PAGE)));
    }

    @Test
    void tears_ofProgram_areMarginalForImagesOnly() throws HalException {
        assertTrue(toy.tearsOfProgram(Part.BANK_B).contains(new Tear(Kind.MARGINAL, 0)));
        assertFalse(toy.tearsOfProgram(Part.STATE_STORE).contains(new Tear(Kind.MARGINAL, 0)));
        assertTrue(toy.tearsOfProgram(Part.STATE_STORE).size() >= 8);
    }

    @Test
    void saveAndRestore_anyState_isTheSameToTheHashAndTheReader() throws HalException {
        toy.program(0, Toy.random(BLOCK, 10));
        Object whole = toy.medium.save();
        StateHash.Key wholeHash = toy.hash();
        toy.cutAtErase(0, BLOCK, new Tear(Kind.MARGINAL, 0));
        Object marginal = toy.medium.save();
        StateHash.Key marginalHash = toy.hash();
        toy.read(0, 1);
        toy.powerCycle();
        byte[] decayed = toy.read(0, BLOCK);
        StateHash.Key decayedHash = toy.hash();

        assertNotEquals(marginalHash, decayedHash);
        toy.medium.restore(whole);
        assertEquals(wholeHash, toy.hash());
        assertArrayEquals(Toy.random(BLOCK, 10), toy.read(0, BLOCK));
        toy.medium.restore(marginal);
        assertEquals(marginalHash, toy.hash());
        assertArrayEquals(Toy.filled(BLOCK, 0xff), toy.read(0, BLOCK));
        toy.powerCycle();
        assertEquals(decayedHash, toy.hash());
        assertArrayEquals(decayed, toy.read(0, BLOCK));
    }

    @Test
    void hash_sameContentByAnotherWay_isTheSame() throws HalException {
        StateHash.Key fresh = toy.hash();
        toy.program(BLOCK, Toy.random(BLOCK, 11));
        StateHash.Key programmed = toy.hash();
        toy.region.erase(BLOCK, BLOCK);

        assertEquals(fresh, toy.hash());
        assertNotEquals(fresh, programmed);
    }
}
