// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.pipeline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.core.RejectReason;
import io.twinbank.core.cose.ContentAlgorithm;
import io.twinbank.core.cose.SealedChunks;
import io.twinbank.core.internal.StepScheduler;
import io.twinbank.core.internal.record.Checkpoint;
import io.twinbank.core.spi.PayloadException;
import io.twinbank.core.spi.PayloadSource;
import io.twinbank.core.suit.Digest;
import io.twinbank.hal.FlashGeometry;
import io.twinbank.hal.contract.FakeClock;
import io.twinbank.hal.contract.StrictFlashBank;
import io.twinbank.hal.contract.Trace;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Encrypted payloads through a whole download, into a bank. */
class DecodingSourceTest {
    private static final int SIZE = 200_003;
    private static final int CHUNK = 30_000;
    private static final int CHUNKS = 7;
    private static final int SEALED = CHUNK + 16;
    private static final long CHECKPOINT = 40_000;
    private static final URI ADDRESS = URI.create("test:image");

    private final StepScheduler scheduler = new StepScheduler();
    private final byte[] image = random(1);
    private final Recorder recorder = new Recorder();
    private final StrictFlashBank bank =
            new StrictFlashBank("bank", new FlashGeometry(1 << 20, 512, 4096), () -> false, new Trace());

    private static final Sealing CHUNKED = new Sealing(ContentAlgorithm.A128GCM, CHUNK);

    private static final Sealing ONE_MESSAGE = new Sealing(ContentAlgorithm.A128GCM, 0);

    static Stream<Sealing> sealings() {
        return Stream.concat(
                Stream.of(ContentAlgorithm.values()).map(algorithm -> new Sealing(algorithm, 0)),
                Stream.of(
                        CHUNKED,
                        new Sealing(ContentAlgorithm.A256GCM, 1024),
                        new Sealing(ContentAlgorithm.CHACHA20_POLY1305, 1024),
                        new Sealing(ContentAlgorithm.CHACHA20_POLY1305, SIZE),
                        new Sealing(ContentAlgorithm.CHACHA20_POLY1305, SIZE + 1)));
    }

    private static byte[] random(long seed) {
        byte[] bytes = new byte[SIZE];
        new SplittableRandom(seed).nextBytes(bytes);
        return bytes;
    }

    private static Digest digest(byte[] bytes) {
        return Digest.sha256(Digest.sha256(new byte[32]).newMessageDigest().digest(bytes));
    }

    private void download(PayloadSource source, Sealing sealing, Optional<Checkpoint> from) throws Exception {
        download(DecodingSource.of(source, sealing.encoding(), Optional.of(sealing.cipher()), SIZE), from);
    }

    private void download(PayloadSource source, Optional<Checkpoint> from) throws Exception {
        bank.begin(SIZE);
        Job job = new Job(ADDRESS, SIZE, digest(image), digest(new byte[0]), CHECKPOINT, false);
        new Download(scheduler, new FakeClock(), List.of(source), bank, job, from, recorder, new SplittableRandom(1))
                .start();
        scheduler.runAll();
    }

    private void assertInstalled() {
        assertEquals("complete", recorder.last(), () -> recorder.heard + " " + recorder.rejection);
        assertArrayEquals(image, Arrays.copyOf(bank.content(), SIZE));
    }

    private void assertRefused(RejectReason reason, String refusal) {
        assertEquals("failed PAYLOAD", recorder.last());
        assertEquals(reason, recorder.rejection.orElseThrow().reason());
        assertEquals(refusal, recorder.rejection.orElseThrow().toString());
    }

    @ParameterizedTest
    @MethodSource("sealings")
    void download_encrypted_plaintextIsInTheBank(Sealing sealing) throws Exception {
        ScriptedSource source = new ScriptedSource(sealing.encrypt(image));

        download(source, sealing, Optional.empty());

        assertInstalled();
        assertEquals(sealing.encoding().encodedBytes(SIZE), source.served);
    }

    @ParameterizedTest
    @MethodSource("sealings")
    void download_theConnectionBreaksOften_noByteIsFetchedTwice(Sealing sealing) throws Exception {
        ScriptedSource source = new ScriptedSource(sealing.encrypt(image));
        for (int i = 0; i < 20; i++) {
            source.breaks(9_001, new IOException("reset by peer"));
        }

        download(source, sealing, Optional.empty());

        assertInstalled();
        assertEquals(sealing.encoding().encodedBytes(SIZE), source.served);
    }

    @ParameterizedTest
    @MethodSource("sealings")
    void download_afterAReset_goesOnAtTheCheckpoint(Sealing sealing) throws Exception {
        byte[] encrypted = sealing.encrypt(image);
        download(new ScriptedSource(encrypted), sealing, Optional.empty());
        Checkpoint checkpoint = recorder.checkpoints.get(2);
        recorder.clear();
        bank.begin(SIZE);
        ScriptedSource source = new ScriptedSource(encrypted);

        download(source, sealing, Optional.of(checkpoint));

        assertInstalled();
        long piece = sealing.chunkBytes() > 0 ? sealing.chunkBytes() : 64 << 10;
        long begun = checkpoint.offset() / piece;
        boolean anew = sealing.chunkBytes() == 0 && sealing.algorithm().authenticates();
        long overhead = sealing.chunkBytes() > 0 ? sealing.algorithm().tagBytes() : 0;
        assertEquals(List.of(anew ? 0 : begun * (piece + overhead)), source.openings);
        assertEquals(
                List.of("resumed " + checkpoint.offset()),
                recorder.heard.subList(0, 1),
                "the flash isn't written twice");
    }

    @ParameterizedTest
    @MethodSource("sealings")
    void download_wrongKey_isRefused(Sealing sealing) throws Exception {
        PayloadSource source = DecodingSource.of(
                new ScriptedSource(sealing.encrypt(image)), sealing.encoding(), Optional.of(sealing.cipher(4)), SIZE);

        download(source, Optional.empty());

        assertEquals("failed PAYLOAD", recorder.last());
        assertEquals(
                sealing.algorithm().authenticates() ? RejectReason.DECRYPTION_FAILED : RejectReason.PAYLOAD_DIGEST,
                recorder.rejection.orElseThrow().reason());
    }

    @Test
    void download_soLargeThatItIsRehearsed_plaintextIsInTheBank() throws Exception {
        byte[] large = new byte[(8 << 20) + 1];
        new SplittableRandom(1).nextBytes(large);
        StrictFlashBank roomy =
                new StrictFlashBank("bank", new FlashGeometry(16 << 20, 4096, 1 << 20), () -> false, new Trace());
        PayloadSource source = DecodingSource.of(
                new ScriptedSource(CHUNKED.encrypt(large)),
                CHUNKED.encoding(),
                Optional.of(CHUNKED.cipher()),
                large.length);
        roomy.begin(large.length);
        Job job = new Job(ADDRESS, large.length, digest(large), digest(new byte[0]), 4 << 20, false);

        new Download(
                        scheduler,
                        new FakeClock(),
                        List.of(source),
                        roomy,
                        job,
                        Optional.empty(),
                        recorder,
                        new SplittableRandom(1))
                .start();
        scheduler.runAll();

        assertEquals("complete", recorder.last(), () -> recorder.heard + " " + recorder.rejection);
        assertArrayEquals(large, Arrays.copyOf(roomy.content(), large.length));
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "1024, 1", "1025, 2", "4096, 4"})
    void read_someBytes_fetchesThePiecesTheyAreInAndNoOther(int bytes, int pieces) throws Exception {
        Sealing small = new Sealing(ContentAlgorithm.A128GCM, 1024);
        ScriptedSource source = new ScriptedSource(small.encrypt(image));
        PayloadSource decoding = DecodingSource.of(source, small.encoding(), Optional.of(small.cipher()), SIZE);
        ByteBuffer read = ByteBuffer.allocate(bytes);

        try (PayloadSource.Stream stream =
                decoding.open(new PayloadSource.Request(ADDRESS, 0, SIZE, Optional.empty()))) {
            while (read.hasRemaining()) {
                stream.read(read);
            }
        }

        assertArrayEquals(Arrays.copyOf(image, bytes), read.array());
        assertEquals(pieces * (1024L + 16), source.served);
    }

    static IntStream everyChunk() {
        return IntStream.range(0, CHUNKS);
    }

    @ParameterizedTest
    @MethodSource("everyChunk")
    void download_aFlippedByteInAChunk_isRefusedAndNoByteOfTheChunkGoesOn(int chunk) throws Exception {
        byte[] encrypted = CHUNKED.encrypt(image);
        encrypted[chunk * SEALED + 17] ^= 1;
        ScriptedSource source = new ScriptedSource(encrypted);

        download(source, CHUNKED, Optional.empty());

        assertRefused(
                RejectReason.DECRYPTION_FAILED,
                "DECRYPTION_FAILED: piece " + (chunk + 1) + " of 7, encoded at byte " + chunk * SEALED
                        + " of 200115 (found a tag that doesn't fit, expected what was encrypted with the content key)");
        assertEquals(3, source.openings.size(), "a chunk may have been damaged on its way");
        long written = recorder.heard.stream()
                .filter(heard -> heard.startsWith("progress "))
                .mapToLong(heard -> Long.parseLong(heard.substring("progress ".length())))
                .max()
                .orElse(0);
        assertTrue(written <= (long) chunk * CHUNK, written + " bytes written");
    }

    @Test
    void download_aChunkDamagedOnItsWay_costsThatChunk() throws Exception {
        byte[] good = CHUNKED.encrypt(image);
        byte[] bad = good.clone();
        bad[3 * SEALED] ^= 1;
        ScriptedSource source = new ScriptedSource(bad);
        PayloadSource mended = DecodingSource.of(source, CHUNKED.encoding(), Optional.of(CHUNKED.cipher()), SIZE);
        recorder.onInterrupted = why -> source.change(good, "\"v1\"");

        download(mended, Optional.empty());

        assertInstalled();
        assertEquals(List.of(0L, 3L * SEALED), source.openings);
    }

    @ParameterizedTest
    @CsvSource({"0, 1", "2, 5", "5, 6"})
    void download_swappedChunks_isRefused(int first, int second) throws Exception {
        byte[] encrypted = CHUNKED.encrypt(image);
        byte[] swapped = encrypted.clone();
        int length = Math.min(SEALED, encrypted.length - second * SEALED);
        System.arraycopy(encrypted, second * SEALED, swapped, first * SEALED, length);
        System.arraycopy(encrypted, first * SEALED, swapped, second * SEALED, length);

        download(new ScriptedSource(swapped), CHUNKED, Optional.empty());

        assertRefused(
                RejectReason.DECRYPTION_FAILED,
                "DECRYPTION_FAILED: piece " + (first + 1) + " of 7, encoded at byte " + first * SEALED
                        + " of 200115 (found a tag that doesn't fit, expected what was encrypted with the content key)");
    }

    @Test
    void download_lastChunkNotSealedAsTheLast_isRefused() throws Exception {
        byte[] longer = Arrays.copyOf(image, SIZE + CHUNK);
        byte[] encrypted = Arrays.copyOf(CHUNKED.encrypt(longer), 6 * SEALED);
        SealedChunks sealed = new SealedChunks(CHUNKED.cipher(), CHUNK);
        ByteBuffer all =
                ByteBuffer.allocate((int) CHUNKED.encoding().encodedBytes(SIZE)).put(encrypted);
        sealed.seal(6, false, ByteBuffer.wrap(image, 6 * CHUNK, SIZE - 6 * CHUNK), all);

        download(new ScriptedSource(all.array()), CHUNKED, Optional.empty());

        assertRefused(
                RejectReason.DECRYPTION_FAILED,
                "DECRYPTION_FAILED: piece 7 of 7, encoded at byte 180096 of 200115 (found a tag that doesn't fit, expected what was"
                        + " encrypted with the content key)");
    }

    @Test
    void download_cutOffAfterAChunk_isRefused() throws Exception {
        byte[] encrypted = CHUNKED.encrypt(image);

        download(new ScriptedSource(Arrays.copyOf(encrypted, 6 * SEALED)), CHUNKED, Optional.empty());

        assertRefused(
                RejectReason.PAYLOAD_SHORT,
                "PAYLOAD_SHORT: size of the encoded payload (found 180096, expected 200115)");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void download_moreThanThereShouldBe_isRefused(boolean declares) throws Exception {
        byte[] encrypted = CHUNKED.encrypt(image);
        ScriptedSource source = new ScriptedSource(Arrays.copyOf(encrypted, encrypted.length + 1));
        source.declares = declares;

        download(source, CHUNKED, Optional.empty());

        assertEquals(RejectReason.PAYLOAD_LONG, recorder.rejection.orElseThrow().reason());
    }

    @Test
    void download_chunksOfAnotherSize_isRefused() throws Exception {
        Sealing other = new Sealing(ContentAlgorithm.A128GCM, 2 * CHUNK);
        byte[] encrypted =
                Arrays.copyOf(other.encrypt(image), (int) CHUNKED.encoding().encodedBytes(SIZE));

        download(new ScriptedSource(encrypted), CHUNKED, Optional.empty());

        assertEquals(
                RejectReason.DECRYPTION_FAILED, recorder.rejection.orElseThrow().reason());
    }

    @Test
    void download_oneMessageSentAsChunks_isRefused() throws Exception {
        Sealing whole = new Sealing(ContentAlgorithm.A128GCM, 1 << 20);

        download(new ScriptedSource(ONE_MESSAGE.encrypt(image)), whole, Optional.empty());

        assertEquals(
                RejectReason.DECRYPTION_FAILED, recorder.rejection.orElseThrow().reason());
    }

    static Stream<Arguments> oneMessages() {
        return Stream.of(ContentAlgorithm.A128GCM, ContentAlgorithm.A256GCM, ContentAlgorithm.CHACHA20_POLY1305)
                .flatMap(algorithm -> IntStream.of(0, SIZE / 2, SIZE - 1, SIZE, SIZE + 15)
                        .mapToObj(at -> Arguments.of(algorithm, at)));
    }

    @ParameterizedTest
    @MethodSource("oneMessages")
    void download_oneMessageWithAFlippedByte_isRefusedBeforeItIsWhole(ContentAlgorithm algorithm, int at)
            throws Exception {
        Sealing sealing = new Sealing(algorithm, 0);
        byte[] encrypted = sealing.encrypt(image);
        encrypted[at] ^= 1;

        download(new ScriptedSource(encrypted), sealing, Optional.empty());

        assertRefused(
                RejectReason.DECRYPTION_FAILED,
                "DECRYPTION_FAILED: piece 4 of 4, encoded at byte 196608 of 200019 (found a tag that doesn't fit, expected what was"
                        + " encrypted with the content key)");
        assertFalse(recorder.heard.contains("complete"));
        assertFalse(recorder.heard.contains("progress " + SIZE), "the last piece was held back");
    }

    @Test
    void download_counterModeWithAFlippedByte_isRefusedByTheImagesDigest() throws Exception {
        Sealing sealing = new Sealing(ContentAlgorithm.A128CTR, 0);
        byte[] encrypted = sealing.encrypt(image);
        encrypted[100] ^= 1;

        download(new ScriptedSource(encrypted), sealing, Optional.empty());

        assertEquals(
                RejectReason.PAYLOAD_DIGEST, recorder.rejection.orElseThrow().reason());
    }

    @Test
    void download_thePayloadChangesMeanwhile_beginsAnew() throws Exception {
        byte[] encrypted = CHUNKED.encrypt(image);
        ScriptedSource source = new ScriptedSource(encrypted).breaks(100_000, new IOException("reset by peer"));
        Set<Long> offsets = new HashSet<>();
        PayloadSource changing = new PayloadSource() {
            @Override
            public boolean serves(URI uri) {
                return source.serves(uri);
            }

            @Override
            public Stream open(Request request) throws IOException {
                if (request.offset() > 0 && offsets.add(request.offset())) {
                    throw new PayloadException(PayloadException.Kind.CHANGED, "another version");
                }
                return source.open(request);
            }
        };

        download(changing, CHUNKED, Optional.empty());

        assertInstalled();
        assertEquals(List.of(0L, 0L), source.openings);
    }
}
