// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.medium;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.hal.HalException;
import io.twinbank.simulator.medium.Operation.Part;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Function;

/** A device of a few blocks that is switched on. */
final class Toy {
    final OperationLog log = new OperationLog(() -> 0, stop -> {});
    final Medium medium;
    final Region region;

    Toy(Function<OperationLog, Medium> maker, int bytes) {
        medium = maker.apply(log);
        region = medium.region(Part.BANK_B, 0, bytes);
        log.powerOn();
    }

    void program(long at, byte[] bytes) throws HalException {
        region.program(at, ByteBuffer.wrap(bytes));
    }

    byte[] read(long at, int length) throws HalException {
        byte[] bytes = new byte[length];
        region.read(at, ByteBuffer.wrap(bytes));
        return bytes;
    }

    byte[] peek(long at, int length) throws HalException {
        byte[] bytes = new byte[length];
        region.peek(at, ByteBuffer.wrap(bytes));
        return bytes;
    }

    void cutAtErase(long at, int length, Tear tear) throws HalException {
        cutAt(tear, () -> region.erase(at, length));
    }

    void cutAtProgram(long at, byte[] bytes, Tear tear) throws HalException {
        cutAt(tear, () -> program(at, bytes));
    }

    /** A step that the power may fail in. */
    interface Step {
        void run() throws HalException;
    }

    /** Cuts the power at the next operation, and switches on again. */
    void cutAt(Tear tear, Step step) throws HalException {
        log.faults((operation, change) -> new Fate.Cut(tear, Survival.NONE));
        try {
            step.run();
            throw new AssertionError("the power didn't fail");
        } catch (PowerCut expected) {
            log.faults(Faults.none());
            powerCycle();
        }
    }

    void powerCycle() throws HalException {
        log.stop(log.powerCut());
        log.powerOn();
        medium.losePower(log.survival());
    }

    StateHash.Key hash() {
        StateHash hash = new StateHash();
        medium.addTo(hash);
        return hash.key();
    }

    List<Tear> tearsOfProgram(Part part) throws HalException {
        return tears(() -> medium.region(part, 0, region.length())
                .program(0, ByteBuffer.allocate(medium.units().programBytes())));
    }

    List<Tear> tears(Step step) throws HalException {
        List<Tear> tears = new ArrayList<>();
        log.faults((operation, change) -> {
            tears.addAll(change.tears());
            return Fate.DONE;
        });
        step.run();
        log.faults(Faults.none());
        return tears;
    }

    /** Tears the program of a page and the erase of a block in every way, and looks at every bit. */
    void checkEveryTear(int page, int at) throws HalException {
        int block = medium.units().eraseBytes();
        byte[] target = random(page, 20);
        Object blank = medium.save();
        List<Tear> tears = tears(() -> program(at, target));
        assertTrue(tears.size() >= 8, tears::toString);
        for (Tear tear : tears) {
            medium.restore(blank);
            byte[] before = peek(at, page);
            cutAtProgram(at, target, tear);
            checkBits(before, target, at, tear);
            read(block, 1);
            powerCycle();
            checkBits(before, target, at, tear);
        }
        medium.restore(blank);
        byte[] content = random(block, 21);
        program(block, content);
        Object full = medium.save();
        tears = tears(() -> region.erase(block, block));
        assertTrue(tears.size() >= 8, tears::toString);
        for (Tear tear : tears) {
            medium.restore(full);
            cutAtErase(block, block, tear);
            byte[] after = tear.kind() == Tear.Kind.ZEROS ? new byte[block] : filled(block, 0xff);
            checkBits(content, after, block, tear);
            read(0, 1);
            powerCycle();
            checkBits(content, after, block, tear);
        }
    }

    /** Whatever a tear did, it flipped only bits that differ between before and after, and none elsewhere. */
    private void checkBits(byte[] before, byte[] after, int at, Tear tear) throws HalException {
        byte[] found = peek(at, after.length);
        for (int i = 0; i < after.length; i++) {
            assertEquals(0, (found[i] ^ before[i]) & ~(before[i] ^ after[i]) & 0xff, tear + " at " + (at + i));
        }
    }

    static byte[] of(Cells cells, long at, int length) throws HalException {
        byte[] bytes = new byte[length];
        cells.read(at, ByteBuffer.wrap(bytes));
        return bytes;
    }

    static byte[] random(int length, int seed) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    static byte[] filled(int length, int value) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }
}
