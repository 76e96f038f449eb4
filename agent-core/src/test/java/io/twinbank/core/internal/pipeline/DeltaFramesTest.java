// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.pipeline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.core.RejectReason;
import io.twinbank.core.RejectedException;
import io.twinbank.core.Rejection;
import io.twinbank.core.internal.delta.Deltas;
import io.twinbank.core.internal.source.BytesSource;
import io.twinbank.core.spi.PayloadSource;
import io.twinbank.core.suit.FrameTable;
import io.twinbank.core.suit.Frames;
import io.twinbank.hal.BankId;
import io.twinbank.hal.ComponentId;
import io.twinbank.hal.FlashBank;
import io.twinbank.hal.FlashGeometry;
import io.twinbank.hal.HalException;
import io.twinbank.hal.contract.FakePlatform;
import io.twinbank.hal.contract.StrictFlashBank;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Images of deltas, read as a download reads them. */
class DeltaFramesTest {
    private static final int FRAME_BYTES = 4096;
    private static final byte[] OLD = Deltas.oldImage(180_000);
    private static final byte[] IMAGE = Deltas.newImage(OLD, 40 * FRAME_BYTES + 500);
    private static final Framing DELTA = Deltas.of(OLD, IMAGE, FRAME_BYTES);
    private static final URI WHERE = URI.create("https://updates.example/os.delta");

    private final FlashBank bank;

    DeltaFramesTest() throws HalException {
        FakePlatform board = FakePlatform.builder().build();
        board.bank(BankId.A).flash(OLD);
        bank = board.bank(BankId.A, ComponentId.of("os"));
    }

    private static FrameDecoder decoder(Frames frames, FlashBank old) throws RejectedException {
        return new FrameDecoders(Frames.MAX_FRAME_BYTES).deltas(frames, IMAGE.length, old);
    }

    private PayloadSource source(byte[] payload) throws RejectedException {
        return new FramedSource(new BytesSource(payload), DELTA.frames(), decoder(DELTA.frames(), bank), IMAGE.length);
    }

    private static byte[] read(PayloadSource source, int from) throws IOException {
        ByteBuffer read = ByteBuffer.allocate(IMAGE.length - from);
        try (PayloadSource.Stream stream =
                source.open(new PayloadSource.Request(WHERE, from, IMAGE.length, Optional.empty()))) {
            while (read.hasRemaining() && stream.read(read) >= 0) {
                // until all is there
            }
        }
        return read.array();
    }

    @Test
    void read_whole_isTheImage() throws Exception {
        assertArrayEquals(IMAGE, read(source(DELTA.payload()), 0));
    }

    /** Frames 32 to 38 hang together with the wanted one. */
    @Test
    void read_fromTheMiddleOfAGroup_isTheRestOfTheImage() throws Exception {
        int from = 38 * FRAME_BYTES + 100;

        byte[] rest = read(source(DELTA.payload()), from);

        assertArrayEquals(Arrays.copyOfRange(IMAGE, from, IMAGE.length), rest);
    }

    /** Each read of a bank is one of its medium. */
    @Test
    void read_whole_readsTheOldImageInFewPieces() throws Exception {
        List<String> reads = new ArrayList<>();
        FlashBank counting = (FlashBank) Proxy.newProxyInstance(
                FlashBank.class.getClassLoader(), new Class<?>[] {FlashBank.class}, (proxy, method, arguments) -> {
                    reads.add(method.getName() + " " + arguments[0] + " " + ((ByteBuffer) arguments[1]).remaining());
                    return method.invoke(bank, arguments);
                });
        PayloadSource source = new FramedSource(
                new BytesSource(DELTA.payload()), DELTA.frames(), decoder(DELTA.frames(), counting), IMAGE.length);

        assertArrayEquals(IMAGE, read(source, 0));

        assertEquals(List.of("read 0 65536", "read 65536 65536", "read 131072 48928"), reads);
    }

    private static Rejection refusal(PayloadSource source) {
        return assertThrows(RefusedPayload.class, () -> read(source, 0)).rejection();
    }

    @Test
    void read_aBitOfTheOldImageFlipped_isRefusedWithFrameAndChecksums() throws Exception {
        byte[] damaged = OLD.clone();
        damaged[5 * FRAME_BYTES + 3000] ^= 4;
        FakePlatform board = FakePlatform.builder().build();
        board.bank(BankId.A).flash(damaged);
        PayloadSource source = new FramedSource(
                new BytesSource(DELTA.payload()),
                DELTA.frames(),
                decoder(DELTA.frames(), board.bank(BankId.A)),
                IMAGE.length);

        Rejection refusal = refusal(source);

        assertEquals(RejectReason.PAYLOAD_DIGEST, refusal.reason());
        assertEquals("frame 6 of 41, encoded at byte 1840 of 13757: the delta", refusal.detail());
        assertEquals(
                "frame 5 decodes to CRC-32C 9c6cca99 instead of dc983d8b: the old image isn't what the delta was made from,"
                        + " or is damaged",
                refusal.found());
    }

    @Test
    void read_aFrameThatTheMakerSpoilt_isMalformed() throws Exception {
        byte[] spoilt = DELTA.payload().clone();
        int last = (int) FrameTable.decode(
                        ByteBuffer.wrap(spoilt, 0, (int) FrameTable.headBytes(41)), DELTA.frames(), IMAGE.length)
                .encodedBegin(40);
        spoilt[last + 4] = 0x7f; // how long its first stream is

        Rejection refusal = refusal(source(spoilt));

        assertEquals(RejectReason.MALFORMED, refusal.reason());
        assertEquals("frame 41 of 41, encoded at byte " + last + " of 13757: the delta", refusal.detail());
        assertEquals("a chunk needs 5 bytes and has 4", refusal.found());
        assertEquals("the image's bytes", refusal.expected());
    }

    /** Trying again later is for networks. */
    @Test
    void read_theOldImageCantBeRead_isRefused() throws Exception {
        FlashBank broken = new FlashBank() {
            @Override
            public FlashGeometry geometry() {
                return bank.geometry();
            }

            @Override
            public boolean resumable() {
                return true;
            }

            @Override
            public void begin(long length) {}

            @Override
            public void read(long offset, ByteBuffer dst) throws HalException {
                throw new HalException(HalException.Kind.ECC, "page 3");
            }

            @Override
            public void erase(long offset, long length) {}

            @Override
            public void write(long offset, ByteBuffer src) {}

            @Override
            public void sync() {}

            @Override
            public void end() {}
        };
        PayloadSource source = new FramedSource(
                new BytesSource(DELTA.payload()), DELTA.frames(), decoder(DELTA.frames(), broken), IMAGE.length);

        Rejection refusal = refusal(source);

        assertEquals(RejectReason.FLASH_FAILED, refusal.reason());
        assertEquals(
                "frame 1 of 41, encoded at byte 184 of 13757: 65536 bytes from 0 of the old image can't be read: page 3",
                refusal.detail());
    }

    @Test
    void decoder_framesLargerThanTheAgentAllows_isRefused() {
        Frames frames = DELTA.frames();

        Rejection refusal = assertThrows(
                        RejectedException.class, () -> new FrameDecoders(2048).deltas(frames, IMAGE.length, bank))
                .rejection();

        assertEquals(RejectReason.LIMIT_EXCEEDED, refusal.reason());
        assertEquals("4096 bytes", refusal.found());
        assertEquals("at most 2048 bytes (maxFrameBytes)", refusal.expected());
    }

    @Test
    void decoder_aDeltaForEveryDevice_isUnsupported() {
        Frames frames = DELTA.frames();

        Rejection refusal = assertThrows(RejectedException.class, () -> new FrameDecoders(FRAME_BYTES).decoder(frames))
                .rejection();

        assertEquals(RejectReason.UNSUPPORTED, refusal.reason());
        assertEquals("delta", refusal.found());
        assertEquals("zstd", refusal.expected());
    }

    /** Whatever the image's size is: what is held is of frames. */
    @Test
    void read_largeImage_takesNoMoreMemoryThanASmallOne() throws Exception {
        long small = allocated(2 << 20);

        long large = allocated(10 << 20);

        assertTrue(small < 12 << 20, small + " bytes");
        assertTrue(large - small < 2 << 20, large + " bytes instead of " + small);
    }

    private static long allocated(int imageBytes) throws Exception {
        byte[] old = Deltas.oldImage(imageBytes + 1000);
        byte[] image = Deltas.newImage(old, imageBytes);
        Framing delta = Deltas.of(old, image, 512 << 10);
        StrictFlashBank bank = new StrictFlashBank(new FlashGeometry(32 << 20, 4096, 1 << 20));
        bank.flash(old);
        BytesSource payload = new BytesSource(delta.payload());
        ByteBuffer chunk = ByteBuffer.allocate(512 << 10);
        long before = SteadyStateTest.allocated();
        FrameDecoder decoder = new FrameDecoders(Frames.MAX_FRAME_BYTES).deltas(delta.frames(), imageBytes, bank);
        PayloadSource source = new FramedSource(payload, delta.frames(), decoder, imageBytes);
        try (PayloadSource.Stream stream =
                source.open(new PayloadSource.Request(WHERE, 0, imageBytes, Optional.empty()))) {
            while (stream.read(chunk.clear()) >= 0) {
                // on to the end
            }
        }
        return SteadyStateTest.allocated() - before;
    }
}
