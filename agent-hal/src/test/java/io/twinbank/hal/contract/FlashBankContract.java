// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal.contract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.twinbank.hal.FlashBank;
import io.twinbank.hal.FlashGeometry;
import io.twinbank.hal.HalException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** What every {@link FlashBank} owes. Extend it, hand out your bank, and run it as any JUnit test. */
public abstract class FlashBankContract {
    private FlashBank bank;
    private FlashGeometry geometry;
    private int unit;

    /**
     * Makes a bank of at least four erase units that isn't running and wasn't begun.
     *
     * @return the bank; its content doesn't matter
     * @throws IOException if the test's own preparations fail
     */
    protected abstract FlashBank newBank() throws IOException;

    /**
     * Makes the running bank.
     *
     * @return a bank that must not be written
     * @throws IOException if the test's own preparations fail
     */
    protected abstract FlashBank newRunningBank() throws IOException;

    /**
     * Opens a bank again, as after a reset.
     *
     * @param old what {@link #newBank()} returned
     * @return a bank on the same medium that wasn't begun
     * @throws IOException if the test's own preparations fail
     */
    protected abstract FlashBank reopen(FlashBank old) throws IOException;

    @BeforeEach
    void prepare() throws IOException {
        bank = newBank();
        geometry = bank.geometry();
        unit = geometry.eraseSizeBytes();
    }

    @Test
    void geometry_askedTwice_isTheSame() {
        assertEquals(geometry, bank.geometry());
    }

    @Test
    void begin_runningBank_isLocked() throws IOException {
        FlashBank running = newRunningBank();

        assertKind(HalException.Kind.LOCKED, () -> running.begin(1));
        assertKind(HalException.Kind.LOCKED, () -> running.erase(0, unit));
        assertKind(HalException.Kind.LOCKED, () -> running.write(0, ByteBuffer.allocate(geometry.writeSizeBytes())));
    }

    @Test
    void begin_imageLargerThanTheBank_hasNoSpace() {
        assertKind(HalException.Kind.NO_SPACE, () -> bank.begin(geometry.capacityBytes() + 1));
    }

    @Test
    void eraseAndWrite_beforeBegin_areLocked() {
        assertKind(HalException.Kind.LOCKED, () -> bank.erase(0, unit));
        assertKind(HalException.Kind.LOCKED, () -> bank.write(0, ByteBuffer.allocate(geometry.writeSizeBytes())));
    }

    @Test
    void eraseAndWrite_afterEnd_areLocked() throws IOException {
        bank.begin(unit);
        bank.end();

        assertKind(HalException.Kind.LOCKED, () -> bank.erase(0, unit));
        assertKind(HalException.Kind.LOCKED, () -> bank.write(0, ByteBuffer.allocate(geometry.writeSizeBytes())));
    }

    @Test
    void everyCall_outsideTheBankOrMisaligned_isRefused() throws IOException {
        long capacity = geometry.capacityBytes();
        bank.begin(capacity);

        assertMisuse(() -> bank.read(capacity, ByteBuffer.allocate(1)));
        assertMisuse(() -> bank.read(-1, ByteBuffer.allocate(1)));
        assertMisuse(() -> bank.erase(capacity, unit));
        assertMisuse(() -> bank.erase(0, capacity + unit));
        assertMisuse(() -> bank.erase(-unit, unit));
        assertMisuse(() -> bank.write(capacity, ByteBuffer.allocate(unit)));
        assertMisuse(() -> bank.write(-unit, ByteBuffer.allocate(unit)));
        if (unit > 1) {
            assertMisuse(() -> bank.erase(0, unit + 1L));
            assertMisuse(() -> bank.erase(1, unit));
        }
        if (geometry.writeSizeBytes() > 1) {
            assertMisuse(() -> bank.write(1, ByteBuffer.allocate(geometry.writeSizeBytes())));
            assertMisuse(() -> bank.write(0, ByteBuffer.allocate(geometry.writeSizeBytes() - 1)));
        }
    }

    @Test
    void emptyRanges_anywhereInTheBank_doNothing() throws IOException {
        bank.begin(0);

        bank.erase(geometry.capacityBytes(), 0);
        bank.write(geometry.capacityBytes(), ByteBuffer.allocate(0));
        bank.read(geometry.capacityBytes(), ByteBuffer.allocate(0));
        bank.sync();
    }

    @Test
    void read_afterEraseAndWrite_returnsWhatWasWritten() throws IOException {
        byte[] image = random((int) geometry.capacityBytes(), 1);

        fill(image);

        assertArrayEquals(image, content(bank));
    }

    @Test
    void write_inSingleUnits_returnsWhatWasWritten() throws IOException {
        byte[] image = random(unit, 2);
        bank.begin(unit);
        bank.erase(0, unit);

        for (int at = 0; at < unit; at += geometry.writeSizeBytes()) {
            bank.write(at, ByteBuffer.wrap(image, at, geometry.writeSizeBytes()));
        }
        bank.sync();

        assertArrayEquals(image, bytes(bank, 0, unit));
    }

    @Test
    void readAndWrite_directBufferWithinItsBounds_moveThePositionOnly() throws IOException {
        byte[] image = random(unit, 3);
        ByteBuffer src = ByteBuffer.allocateDirect(unit + 20);
        src.position(10).put(10, image).limit(10 + unit);
        ByteBuffer dst = ByteBuffer.allocateDirect(unit + 20).position(10).limit(10 + unit);
        bank.begin(unit);
        bank.erase(0, unit);

        bank.write(0, src.asReadOnlyBuffer().position(10).limit(10 + unit));
        bank.write(unit, ByteBuffer.allocate(0));
        bank.read(0, dst);

        assertEquals(10 + unit, dst.position());
        assertEquals(10 + unit, dst.limit());
        assertEquals(ByteBuffer.wrap(image), dst.slice(10, unit));
        assertEquals(0, dst.get(9));
        assertEquals(0, dst.limit(unit + 20).get(10 + unit));
    }

    @Test
    void write_sourceBuffer_isConsumed() throws IOException {
        ByteBuffer src = ByteBuffer.allocate(unit);
        bank.begin(unit);
        bank.erase(0, unit);

        bank.write(0, src);

        assertFalse(src.hasRemaining());
    }

    @Test
    void eraseAndWrite_oneUnit_leaveItsNeighboursAlone() throws IOException {
        if (!bank.resumable()) {
            return; // It is written as a whole.
        }
        byte[] image = random((int) geometry.capacityBytes(), 4);
        fill(image);
        byte[] fresh = random(unit, 5);

        bank.begin(image.length);
        bank.erase(unit, unit);
        bank.write(unit, ByteBuffer.wrap(fresh));
        bank.sync();

        System.arraycopy(fresh, 0, image, unit, unit);
        assertArrayEquals(image, content(bank));
    }

    @Test
    void begin_again_changesNothing() throws IOException {
        byte[] image = random((int) geometry.capacityBytes(), 6);
        fill(image);

        bank.begin(image.length);
        bank.begin(image.length);

        assertArrayEquals(image, content(bank));
    }

    @Test
    void reopen_afterSync_keepsEverything() throws IOException {
        byte[] image = random((int) geometry.capacityBytes(), 7);
        fill(image);

        FlashBank again = reopen(bank);

        assertEquals(geometry, again.geometry());
        assertArrayEquals(image, content(again));
        assertKind(HalException.Kind.LOCKED, () -> again.erase(0, unit));
    }

    @Test
    void reopen_inTheMiddle_canGoOnWhereItStopped() throws IOException {
        byte[] image = random(3 * unit, 8);
        bank.begin(image.length);
        bank.erase(0, unit);
        bank.write(0, ByteBuffer.wrap(image, 0, unit));
        bank.sync();
        bank.erase(unit, unit);
        bank.write(unit, ByteBuffer.wrap(new byte[unit]));

        FlashBank again = reopen(bank);
        again.begin(image.length);
        int from = again.resumable() ? unit : 0;
        again.erase(from, image.length - from);
        again.write(from, ByteBuffer.wrap(image, from, image.length - from));
        again.sync();
        again.end();

        assertArrayEquals(image, bytes(again, 0, image.length));
    }

    private void fill(byte[] image) throws HalException {
        bank.begin(image.length);
        bank.erase(0, image.length);
        bank.write(0, ByteBuffer.wrap(image));
        bank.sync();
        bank.end();
    }

    private static byte[] content(FlashBank bank) throws HalException {
        return bytes(bank, 0, (int) bank.geometry().capacityBytes());
    }

    private static byte[] bytes(FlashBank bank, long offset, int length) throws HalException {
        ByteBuffer dst = ByteBuffer.allocate(length);
        bank.read(offset, dst);
        return dst.array();
    }

    private static byte[] random(int length, int seed) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private static void assertMisuse(Executable call) {
        assertThrows(IllegalArgumentException.class, call);
    }

    private static void assertKind(HalException.Kind kind, Executable call) {
        assertEquals(kind, assertThrows(HalException.class, call).kind());
    }
}
