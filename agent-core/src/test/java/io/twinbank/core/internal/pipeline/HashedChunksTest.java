// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.pipeline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.core.RejectReason;
import io.twinbank.core.cose.ContentAlgorithm;
import io.twinbank.core.cose.ContentCipher;
import io.twinbank.core.cose.CoseEncrypt;
import io.twinbank.core.cose.Recipient;
import io.twinbank.core.internal.StepScheduler;
import io.twinbank.core.internal.record.Checkpoint;
import io.twinbank.core.spi.PayloadSource;
import io.twinbank.core.suit.ChunkHashes;
import io.twinbank.core.suit.Digest;
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
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Payloads with a signed list of hashes, through a whole download, into a bank. */
class HashedChunksTest {
    private static final int SIZE = 200_003;
    private static final int CHUNK = 30_000;
    private static final SecretKeySpec KEY = new SecretKeySpec(new byte[16], "AES");

    private final StepScheduler scheduler = new StepScheduler();
    private final byte[] image = new byte[SIZE];
    private final Recorder recorder = new Recorder();
    private final StrictFlashBank bank =
            new StrictFlashBank("bank", new FlashGeometry(1 << 20, 512, 4096), () -> false, new Trace());
    private final PayloadEncoding hashed;

    HashedChunksTest() throws IOException {
        new SplittableRandom(1).nextBytes(image);
        hashed = PayloadEncoding.IDENTITY.with(ChunkHashes.of(new ByteArrayInputStream(image), CHUNK));
    }

    private void download(PayloadSource source, Optional<Checkpoint> from) throws Exception {
        bank.begin(SIZE);
        Job job = new Job(
                URI.create("test:image"), SIZE, Digest.sha256Of(image), Digest.sha256Of(new byte[0]), 40_000, false);
        new Download(scheduler, new FakeClock(), List.of(source), bank, job, from, recorder, new SplittableRandom(1))
                .start();
        scheduler.runAll();
    }

    private PayloadSource decoding(ScriptedSource source) {
        return DecodingSource.of(source, hashed, Optional.empty(), SIZE);
    }

    private void assertInstalled() {
        assertEquals("complete", recorder.last(), () -> recorder.heard + " " + recorder.rejection);
        assertArrayEquals(image, Arrays.copyOf(bank.content(), SIZE));
    }

    @Test
    void download_goodChunks_areInTheBankAndFetchedOnceWhateverBreaks() throws Exception {
        ScriptedSource source = new ScriptedSource(image);
        for (int i = 0; i < 20; i++) {
            source.breaks(9_001, new IOException("reset by peer"));
        }

        download(decoding(source), Optional.empty());

        assertInstalled();
        assertEquals(SIZE, source.served);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3, 6})
    void download_aFlippedByteInAChunk_isRefusedBeforeAByteOfTheChunkGoesOn(int chunk) throws Exception {
        byte[] wrong = image.clone();
        wrong[chunk * CHUNK + 17] ^= 1;
        byte[] wrongChunk = Arrays.copyOfRange(wrong, chunk * CHUNK, Math.min(SIZE, (chunk + 1) * CHUNK));
        byte[] goodChunk = Arrays.copyOfRange(image, chunk * CHUNK, Math.min(SIZE, (chunk + 1) * CHUNK));
        ScriptedSource source = new ScriptedSource(wrong);

        download(decoding(source), Optional.empty());

        assertEquals(
                RejectReason.PAYLOAD_DIGEST, recorder.rejection.orElseThrow().reason());
        assertEquals(
                "PAYLOAD_DIGEST: piece " + (chunk + 1) + " of 7, encoded at byte " + chunk * CHUNK
                        + " of 200003 (found " + Digest.sha256Of(wrongChunk) + ", expected "
                        + Digest.sha256Of(goodChunk) + ")",
                recorder.rejection.orElseThrow().toString());
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
        byte[] bad = image.clone();
        bad[3 * CHUNK] ^= 1;
        ScriptedSource source = new ScriptedSource(bad);
        recorder.onInterrupted = why -> source.change(image, "\"v1\"");

        download(decoding(source), Optional.empty());

        assertInstalled();
        assertEquals(List.of(0L, 3L * CHUNK), source.openings);
    }

    @Test
    void download_afterAReset_goesOnAtTheChunkOfTheCheckpoint() throws Exception {
        download(decoding(new ScriptedSource(image)), Optional.empty());
        Checkpoint checkpoint = recorder.checkpoints.get(2);
        recorder.clear();
        ScriptedSource source = new ScriptedSource(image);

        download(decoding(source), Optional.of(checkpoint));

        assertInstalled();
        assertEquals(List.of(checkpoint.offset() / CHUNK * CHUNK), source.openings);
    }

    @Test
    void download_counterMode_isDecryptedAfterEachChunkWasCompared() throws Exception {
        CoseEncrypt message =
                CoseEncrypt.of(ContentAlgorithm.A128CTR, new byte[16], List.of(Recipient.of("fleet", KEY, KEY)));
        PayloadEncoding encrypted = new PayloadEncoding(Optional.of(message), OptionalInt.empty());
        ByteArrayOutputStream payload = new ByteArrayOutputStream();
        PayloadEncryptor.encrypt(encrypted, KEY, new ByteArrayInputStream(image), SIZE, payload);
        byte[] ciphertext = payload.toByteArray();
        PayloadEncoding both = encrypted.with(ChunkHashes.of(new ByteArrayInputStream(ciphertext), CHUNK));

        download(
                DecodingSource.of(
                        new ScriptedSource(ciphertext), both, Optional.of(new ContentCipher(message, KEY)), SIZE),
                Optional.empty());
        assertInstalled();
        recorder.clear();
        ciphertext[5 * CHUNK] ^= 1;
        download(
                DecodingSource.of(
                        new ScriptedSource(ciphertext), both, Optional.of(new ContentCipher(message, KEY)), SIZE),
                Optional.empty());

        assertEquals(
                RejectReason.PAYLOAD_DIGEST, recorder.rejection.orElseThrow().reason());
        assertTrue(recorder.rejection.orElseThrow().detail().startsWith("piece 6 of 7"), recorder.rejection::toString);
    }
}
