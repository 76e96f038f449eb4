// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.pipeline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.core.RejectReason;
import io.twinbank.core.RejectedException;
import io.twinbank.core.cose.ContentAlgorithm;
import io.twinbank.core.cose.ContentCipher;
import io.twinbank.core.cose.CoseEncrypt;
import io.twinbank.core.cose.Recipient;
import io.twinbank.core.internal.StepScheduler;
import io.twinbank.core.internal.record.Checkpoint;
import io.twinbank.core.spi.PayloadSource;
import io.twinbank.core.suit.ChunkHashes;
import io.twinbank.core.suit.Digest;
import io.twinbank.core.suit.FrameTable;
import io.twinbank.core.suit.Frames;
import io.twinbank.core.suit.PayloadEncoding;
import io.twinbank.core.suit.PayloadEncryptor;
import io.twinbank.hal.FlashGeometry;
import io.twinbank.hal.contract.FakeClock;
import io.twinbank.hal.contract.StrictFlashBank;
import io.twinbank.hal.contract.Trace;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.function.LongUnaryOperator;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Framed payloads through a whole download, into a bank. */
class FramedSourceTest {
    private static final int SIZE = 200_003;
    private static final int FRAME = 16 << 10;
    private static final int FRAMES = 13;
    private static final int CHUNK = 10_000;
    private static final int HEAD = 20 + 4 * FRAMES;
    private static final SecretKeySpec KEY = new SecretKeySpec(new byte[16], "AES");
    private static final URI ADDRESS = URI.create("test:image");

    private final StepScheduler scheduler = new StepScheduler();
    private final byte[] image = new byte[SIZE];
    private final Recorder recorder = new Recorder();
    private final StrictFlashBank bank =
            new StrictFlashBank("bank", new FlashGeometry(1 << 20, 512, 4096), () -> false, new Trace());
    private final Framing framing;
    private final FrameTable table;

    FramedSourceTest() throws Exception {
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < SIZE; i++) {
            image[i] = (byte) random.nextInt(1 + i / FRAME * 10);
        }
        framing = Framing.of(image, FRAME);
        table = FrameTable.decode(ByteBuffer.wrap(framing.payload(), 0, HEAD), framing.frames(), SIZE);
    }

    private Optional<Meter> meter = Optional.empty();

    private void download(PayloadSource source, Optional<Checkpoint> from) throws Exception {
        bank.begin(SIZE);
        Job job = new Job(ADDRESS, SIZE, Digest.sha256Of(image), Digest.sha256Of(new byte[0]), 40_000, false);
        new Download(
                        scheduler,
                        new FakeClock(),
                        List.of(source),
                        bank,
                        job,
                        from,
                        recorder,
                        new SplittableRandom(1),
                        meter)
                .start();
        scheduler.runAll();
    }

    private PayloadSource decoding(PayloadSource source, Framing of) throws Exception {
        PayloadSource payload = DecodingSource.of(source, of.encoding(CHUNK), Optional.empty(), SIZE);
        return new FramedSource(payload, of.frames(), of.decoder(), SIZE);
    }

    private PayloadSource decoding(PayloadSource source) throws Exception {
        return decoding(source, framing);
    }

    private void assertInstalled() {
        assertEquals("complete", recorder.last(), () -> recorder.heard + " " + recorder.rejection);
        assertArrayEquals(image, Arrays.copyOf(bank.content(), SIZE));
    }

    private void assertRefused(String refusal) {
        assertEquals("failed PAYLOAD", recorder.last());
        assertEquals(refusal, recorder.rejection.orElseThrow().toString());
    }

    @ParameterizedTest
    @ValueSource(ints = {4096, 16384, 65536, 262144})
    void download_framed_theImageIsInTheBankAndThePayloadFetchedOnce(int frameBytes) throws Exception {
        Framing other = Framing.of(image, frameBytes);
        ScriptedSource source = new ScriptedSource(other.payload());

        download(decoding(source, other), Optional.empty());

        assertInstalled();
        assertEquals(other.payload().length, source.served);
        assertEquals(other.frames().encodedBytes(), source.served);
        assertEquals(1, source.openings.size(), "nothing lies between the head and the first frame");
        assertTrue(source.served < SIZE);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void download_theConnectionBreaksOften_noByteIsFetchedTwice(boolean counts) throws Exception {
        ScriptedSource source = new ScriptedSource(framing.payload());
        source.counts = counts;
        for (int i = 0; i < 20; i++) {
            source.breaks(4_001, new IOException("reset by peer"));
        }

        download(decoding(source), Optional.empty());

        assertInstalled();
        assertEquals(framing.payload().length, source.served);
    }

    @Test
    void download_brokenInTheHead_goesOnThere() throws Exception {
        Framing small = Framing.of(image, 4096);
        ScriptedSource source = new ScriptedSource(small.payload())
                .breaks(30, new IOException())
                .breaks(100, new IOException());
        PayloadSource payload = DecodingSource.of(source, small.encoding(1024), Optional.empty(), SIZE);

        download(new FramedSource(payload, small.frames(), small.decoder(), SIZE), Optional.empty());

        assertInstalled();
        assertEquals(List.of(0L, 30L, 130L), source.openings);
        assertEquals(small.payload().length, source.served);
    }

    @Test
    void download_afterAReset_fetchesTheHeadAndGoesOnAtTheFrameOfTheCheckpoint() throws Exception {
        download(decoding(new ScriptedSource(framing.payload())), Optional.empty());
        Checkpoint checkpoint = recorder.checkpoints.get(2);
        recorder.clear();
        ScriptedSource source = new ScriptedSource(framing.payload());

        download(decoding(source), Optional.of(checkpoint));

        assertInstalled();
        long frame = table.encodedBegin(checkpoint.offset() / FRAME);
        assertEquals(List.of(0L, frame / CHUNK * CHUNK), source.openings);
        assertEquals(List.of("resumed " + checkpoint.offset()), recorder.heard.subList(0, 1));
    }

    @Test
    void open_anyOffset_givesTheImageFromThere() throws Exception {
        for (int offset : new int[] {0, 1, FRAME - 1, FRAME, 5 * FRAME + 77, SIZE - 1}) {
            PayloadSource source = decoding(new ScriptedSource(framing.payload()));
            ByteBuffer found = ByteBuffer.allocate(SIZE);
            try (PayloadSource.Stream stream =
                    source.open(new PayloadSource.Request(ADDRESS, offset, SIZE, Optional.empty()))) {
                found.limit(3);
                while (stream.read(found) >= 0) {
                    found.limit(Math.min(SIZE, found.position() + 5000));
                    if (found.position() == SIZE - offset) {
                        break;
                    }
                }
            }
            assertArrayEquals(
                    Arrays.copyOfRange(image, offset, SIZE),
                    Arrays.copyOf(found.array(), found.position()),
                    offset + "");
        }
    }

    @Test
    void download_aChunkDamagedOnItsWay_costsThatChunk() throws Exception {
        byte[] bad = framing.payload().clone();
        bad[3 * CHUNK] ^= 1;
        ScriptedSource source = new ScriptedSource(bad);
        recorder.onInterrupted = why -> source.change(framing.payload(), "\"v1\"");

        download(decoding(source), Optional.empty());

        assertInstalled();
        assertEquals(List.of(0L, 3L * CHUNK), source.openings);
    }

    @Test
    void download_aWrongChunk_isRefusedBeforeAByteOfItIsDecoded() throws Exception {
        byte[] bad = framing.payload().clone();
        bad[17] ^= 1;
        ScriptedSource source = new ScriptedSource(bad);

        download(decoding(source), Optional.empty());

        assertEquals(
                RejectReason.PAYLOAD_DIGEST, recorder.rejection.orElseThrow().reason());
        assertTrue(recorder.rejection.orElseThrow().detail().startsWith("piece 1 of "));
    }

    @ParameterizedTest
    @CsvSource({"-1, PAYLOAD_SHORT", "1, PAYLOAD_LONG"})
    void download_payloadOfAnotherSize_isRefused(int more, RejectReason reason) throws Exception {
        int bytes = framing.payload().length;

        download(decoding(new ScriptedSource(Arrays.copyOf(framing.payload(), bytes + more))), Optional.empty());

        assertRefused(reason + ": size of the encoded payload (found " + (bytes + more) + ", expected " + bytes + ")");
    }

    @Test
    void download_headThatTheMakerSpoilt_isRefused() throws Exception {
        byte[] payload = framing.payload().clone();
        payload[16] = 12;
        Framing spoilt = new Framing(framing.frames(), payload);

        download(decoding(new ScriptedSource(payload), spoilt), Optional.empty());

        assertRefused("MALFORMED: number of frames of the framed payload (found 12, expected 13)");
    }

    @Test
    void download_frameThatTheMakerSpoilt_isRefusedAtOnce() throws Exception {
        int[] frames = {0};
        Framing spoilt = Framing.of(image, FRAME, encoded -> {
            encoded[3] ^= (byte) (frames[0]++ == 5 ? 1 : 0);
            return encoded;
        });
        ScriptedSource source = new ScriptedSource(spoilt.payload());

        download(decoding(source, spoilt), Optional.empty());

        assertRefused("MALFORMED: frame 6 of 13, encoded at byte " + table.encodedBegin(5) + " of "
                + spoilt.payload().length + ": begin of the zstd frame (found 0xfc2fb528, expected 0xfd2fb528)");
        assertEquals(1, source.openings.size(), "no byte of it can be another");
    }

    @Test
    void download_framesOfAnotherImage_areRefusedByItsDigest() throws Exception {
        byte[] other = image.clone();
        other[77] ^= 1;
        Framing wrong = Framing.of(other, FRAME);

        download(decoding(new ScriptedSource(wrong.payload()), wrong), Optional.empty());

        assertEquals(
                RejectReason.PAYLOAD_DIGEST, recorder.rejection.orElseThrow().reason());
    }

    @Test
    void download_encryptedInCounterMode_isComparedDecryptedThenDecoded() throws Exception {
        CoseEncrypt message =
                CoseEncrypt.of(ContentAlgorithm.A128CTR, new byte[16], List.of(Recipient.of("fleet", KEY, KEY)));
        PayloadEncoding encrypted = new PayloadEncoding(Optional.of(message), OptionalInt.empty());
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PayloadEncryptor.encrypt(
                encrypted, KEY, new ByteArrayInputStream(framing.payload()), framing.payload().length, out);
        PayloadEncoding all = encrypted
                .with(ChunkHashes.of(new ByteArrayInputStream(out.toByteArray()), CHUNK))
                .with(framing.frames());
        ScriptedSource source = new ScriptedSource(out.toByteArray()).breaks(33_333, new IOException());
        PayloadSource payload = DecodingSource.of(source, all, Optional.of(new ContentCipher(message, KEY)), SIZE);

        download(new FramedSource(payload, framing.frames(), framing.decoder(), SIZE), Optional.empty());

        assertInstalled();
        assertEquals(all.encodedBytes(SIZE), source.served);
    }

    @Test
    void download_aBudgetOfThePayloadsSize_isEnough() throws Exception {
        Meter counting = new Meter();
        meter = Optional.of(counting);
        recorder.allowance = framing.payload().length;

        download(decoding(counting.over(new ScriptedSource(framing.payload()))), Optional.empty());

        assertInstalled();
        assertEquals(framing.payload().length, counting.transferredBytes());
    }

    @Test
    void download_aBudgetThatEndsInAFrame_isHeld() throws Exception {
        Meter counting = new Meter();
        meter = Optional.of(counting);
        recorder.allowance = framing.payload().length - 1L;

        download(decoding(counting.over(new ScriptedSource(framing.payload()))), Optional.empty());

        assertEquals("held", recorder.last());
        assertTrue(counting.transferredBytes() < framing.payload().length);
    }

    /** Of a slow network it is seen that it gives something, long before a frame is whole. */
    @Test
    void read_aFrameThatComesSlowly_tellsWhatCame() throws Exception {
        ScriptedSource scripted = new ScriptedSource(framing.payload());
        scripted.counts = true;
        PayloadSource source = decoding(scripted);
        List<Long> transferred = new ArrayList<>();
        try (PayloadSource.Stream stream =
                source.open(new PayloadSource.Request(ADDRESS, 11L * FRAME, SIZE, Optional.empty()))) {
            ByteBuffer dst = ByteBuffer.allocate(FRAME);
            while (stream.read(dst) == 0) {
                transferred.add(stream.transferredBytes());
            }
        }
        assertTrue(transferred.size() > 5, transferred::toString);
        assertEquals(1013L, transferred.get(0));
        assertEquals(transferred.stream().sorted().distinct().toList(), transferred);
    }

    /** Frames that hang together in groups: to have one, those before it in its group are decoded again. */
    private static final class Grouped implements FrameDecoder {
        final List<Long> decoded = new ArrayList<>();
        private final LongUnaryOperator restart;
        private final FrameDecoder decoder;

        Grouped(FrameDecoder decoder, LongUnaryOperator restart) {
            this.decoder = decoder;
            this.restart = restart;
        }

        @Override
        public void decode(long index, ByteBuffer encoded, ByteBuffer dst) throws RejectedException, IOException {
            decoded.add(index);
            decoder.decode(index, encoded, dst);
        }

        @Override
        public long restartBefore(long index) {
            return restart.applyAsLong(index);
        }
    }

    @Test
    void download_framesThatHangTogether_areDecodedFromTheBeginOfTheirGroup() throws Exception {
        download(decoding(new ScriptedSource(framing.payload())), Optional.empty());
        Checkpoint checkpoint = recorder.checkpoints.get(2);
        recorder.clear();
        long frame = checkpoint.offset() / FRAME;
        Grouped grouped = new Grouped(framing.decoder(), index -> index / 4 * 4);
        ScriptedSource source = new ScriptedSource(framing.payload()).breaks(30_000, new IOException());
        PayloadSource payload = DecodingSource.of(source, framing.encoding(CHUNK), Optional.empty(), SIZE);

        download(new FramedSource(payload, framing.frames(), grouped, SIZE), Optional.of(checkpoint));

        assertInstalled();
        assertTrue(frame % 4 > 0, "a frame within a group");
        List<Long> expected = new ArrayList<>();
        for (long i = frame / 4 * 4; i < FRAMES; i++) {
            expected.add(i);
        }
        assertEquals(expected, grouped.decoded, "an interruption isn't a new begin");
    }

    @Test
    void decoder_framesLargerThanAllowed_areRefusedWithTheLimit() {
        Frames large = new Frames(Frames.Codec.ZSTD, 2 << 20, 100);

        RejectedException refusal =
                assertThrows(RejectedException.class, () -> new FrameDecoders(1 << 20).decoder(large));

        assertEquals(
                "LIMIT_EXCEEDED: frame size of the payload (found 2097152 bytes, expected at most 1048576 bytes"
                        + " (maxFrameBytes))",
                refusal.rejection().toString());
    }
}
