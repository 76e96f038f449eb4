// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.pipeline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.core.HttpPayloads;
import io.twinbank.core.cose.ContentAlgorithm;
import io.twinbank.core.internal.StepScheduler;
import io.twinbank.core.internal.record.Checkpoint;
import io.twinbank.core.internal.source.FileSource;
import io.twinbank.core.internal.source.RawServer;
import io.twinbank.core.spi.PayloadSource;
import io.twinbank.core.suit.Digest;
import io.twinbank.hal.FlashGeometry;
import io.twinbank.hal.contract.FakeClock;
import io.twinbank.hal.contract.StrictFlashBank;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Downloads that may transfer only so much. */
class MeterTest {
    private static final int SIZE = 200_003;
    private static final int ERASE = 4096;
    private static final int CHECKPOINT = 40_960;
    private static final long ASKED = CHECKPOINT + (64 << 10);
    private static final URI ADDRESS = URI.create("test:image");

    private final StepScheduler scheduler = new StepScheduler();
    private final byte[] image = new byte[SIZE];
    private final Recorder recorder = new Recorder();
    private final StrictFlashBank bank = new StrictFlashBank(new FlashGeometry(1 << 20, 512, ERASE));
    private ScriptedSource source = new ScriptedSource(image);
    private Meter meter = new Meter();

    @BeforeEach
    void fill() {
        new SplittableRandom(1).nextBytes(image);
    }

    @Test
    void download_everythingIsAllowed_isAskedAboutOnceACheckpoint() throws Exception {
        download(meter.over(source), Optional.empty());

        assertEquals("complete", recorder.last());
        assertEquals(List.of(ASKED, ASKED), recorder.wanted.subList(0, 2));
        assertTrue(recorder.wanted.size() <= 6, () -> recorder.wanted.toString());
        assertEquals(SIZE, meter.transferredBytes());
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 4095, 4096, 50_000, 99_999, 100_000, 200_002})
    void download_lessIsAllowedThanItTakes_isHeldWithWholeUnitsBehindACheckpoint(long allowed) throws Exception {
        recorder.allowance = allowed;

        download(meter.over(source), Optional.empty());

        long units = allowed / ERASE * ERASE;
        assertEquals("held", recorder.last());
        assertEquals(units, recorder.lastCheckpoint().map(Checkpoint::offset).orElse(0L));
        assertEquals(units, source.served);
        assertEquals(units, meter.transferredBytes());
        assertEquals(allowed, meter.grantedBytes());
        assertEquals(0, source.open);
        assertEquals(List.of(), recorder.interruptions);
    }

    @Test
    void download_allowedBitByBit_fetchesNoByteTwiceAndNoneThatWasNotAllowed() throws Exception {
        Optional<Checkpoint> from = Optional.empty();
        long transferred = 0;
        int held = 0;
        do {
            meter = new Meter();
            recorder.allowance = 30_000;
            download(meter.over(source), from);
            from = recorder.lastCheckpoint();
            assertTrue(meter.transferredBytes() <= 30_000);
            transferred += meter.transferredBytes();
        } while (recorder.last().equals("held") && ++held < 20);

        assertEquals("complete", recorder.last());
        assertEquals(SIZE, transferred);
        assertEquals(SIZE, source.served);
        assertEquals(6, held);
        assertImageIsThere();
    }

    @Test
    void download_encoded_countsWhatComesAndGoesOnWhereTheSealEnds() throws Exception {
        Sealing sealing = new Sealing(ContentAlgorithm.A128GCM, 1024);
        source = new ScriptedSource(sealing.encrypt(image));
        PayloadSource sealed =
                DecodingSource.of(meter.over(source), sealing.encoding(), Optional.of(sealing.cipher()), SIZE);

        download(sealed, Optional.empty());

        assertEquals("complete", recorder.last());
        assertEquals(sealing.encoding().encodedBytes(SIZE), meter.transferredBytes());
        assertEquals(List.of(0L), recorder.resumed);
        assertImageIsThere();
    }

    @Test
    void download_encodedAndAllowedToTheByte_isComplete() throws Exception {
        Sealing sealing = new Sealing(ContentAlgorithm.A128GCM, 1024);
        source = new ScriptedSource(sealing.encrypt(image));
        recorder.allowance = sealing.encoding().encodedBytes(SIZE);
        PayloadSource sealed =
                DecodingSource.of(meter.over(source), sealing.encoding(), Optional.of(sealing.cipher()), SIZE);

        download(sealed, Optional.empty());

        assertEquals("complete", recorder.last());
        assertEquals(meter.grantedBytes(), meter.transferredBytes());
        assertEquals(List.of(), recorder.interruptions);
    }

    @Test
    void download_encodedAndOneByteShort_isHeld() throws Exception {
        Sealing sealing = new Sealing(ContentAlgorithm.A128GCM, 1024);
        source = new ScriptedSource(sealing.encrypt(image));
        recorder.allowance = sealing.encoding().encodedBytes(SIZE) - 1;
        PayloadSource sealed =
                DecodingSource.of(meter.over(source), sealing.encoding(), Optional.of(sealing.cipher()), SIZE);

        download(sealed, Optional.empty());

        assertEquals("held", recorder.last());
        assertTrue(source.served <= recorder.allowed);
    }

    @Test
    void download_connectionBreaks_whatIsGrantedStaysGranted() throws Exception {
        for (int i = 0; i < 10; i++) {
            source.breaks(9001, new IOException("reset by peer"));
        }
        recorder.allowance = SIZE;

        download(meter.over(source), Optional.empty());

        assertEquals("complete", recorder.last());
        assertEquals(10, recorder.interruptions.size());
        assertEquals(SIZE, meter.transferredBytes());
    }

    @Test
    void stop_whileAllowed_nothingMoreIsTransferred() throws Exception {
        recorder.allowance = SIZE;
        PayloadSource metered = meter.over(source);
        recorder.onCheckpoint = checkpoint -> {
            if (recorder.toStop != null) {
                recorder.toStop.stop();
            }
        };

        recorder.toStop = newDownload(metered, Optional.empty());
        recorder.toStop.start();
        scheduler.runAll();

        try (PayloadSource.Stream stream =
                metered.open(new PayloadSource.Request(ADDRESS, 0, SIZE, Optional.empty()))) {
            assertThrows(IOException.class, () -> stream.read(ByteBuffer.allocate(1)));
        }
        assertEquals(source.served, meter.transferredBytes());
    }

    @Test
    void read_moreThanIsGranted_isCutAndThenRefused() throws Exception {
        meter.grant(1000);

        try (PayloadSource.Stream stream =
                meter.over(source).open(new PayloadSource.Request(ADDRESS, 0, SIZE, Optional.empty()))) {
            ByteBuffer buffer = ByteBuffer.allocate(2000);
            assertEquals(1000, stream.read(buffer));
            IOException spent = assertThrows(IOException.class, () -> stream.read(buffer));
            assertEquals("no more bytes are allowed", spent.getMessage());
            assertEquals(2000, buffer.limit());
        }
        assertEquals(1000, source.served);
    }

    /** Such a server sends all of it from the begin: that costs, so it counts. */
    @Test
    void read_serverWithoutRanges_whatIsPassedOverCountsAndIsLimited() throws Exception {
        PayloadSource http = HttpPayloads.builder().allowHttp(true).build();
        try (RawServer server = new RawServer((request, out) -> {
                    RawServer.head(out, "200 OK", "ETag: \"v1\"", "Content-Length: " + SIZE);
                    out.write(image);
                });
                PayloadSource.Stream stream = meter.over(http)
                        .open(new PayloadSource.Request(server.uri("/image"), 150_000, SIZE, Optional.of("\"v1\"")))) {
            ByteBuffer buffer = ByteBuffer.allocate(SIZE);
            meter.grant(149_999);
            while (meter.left() > 0) {
                assertEquals(0, stream.read(buffer));
            }
            assertThrows(Meter.SpentException.class, () -> stream.read(buffer));
            assertEquals(149_999, meter.transferredBytes());

            meter.grant(11);
            while (meter.left() > 0) {
                stream.read(buffer);
            }
            assertArrayEquals(
                    Arrays.copyOfRange(image, 150_000, 150_010), Arrays.copyOf(buffer.array(), buffer.position()));
        }
    }

    /** A range says nothing of those that follow: who planned them does. */
    @Test
    void left_whereRangesAreFetched_isEnoughWhenAllOfThemAreGranted() throws Exception {
        meter.expect(300);
        meter.grant(299);

        try (PayloadSource.Stream stream =
                meter.over(source).open(new PayloadSource.Request(ADDRESS, 0, 100, SIZE, Optional.empty()))) {
            ByteBuffer buffer = ByteBuffer.allocate(300);
            assertEquals(299, meter.left());
            assertEquals(100, stream.read(buffer.limit(100)));
            assertEquals(199, meter.left());

            meter.grant(1);
            assertEquals(Long.MAX_VALUE, meter.left());
            assertEquals(200, stream.read(buffer.limit(300)));
            assertEquals(Long.MAX_VALUE, meter.left(), "nothing more is to come");

            assertThrows(Meter.SpentException.class, () -> stream.read(ByteBuffer.allocate(1)));
            assertEquals(0, meter.left(), "it was thought");
        }
    }

    @Test
    void read_file_costsNothing(@TempDir Path folder) throws Exception {
        Path file = Files.write(folder.resolve("image"), image);
        meter.grant(1);

        try (PayloadSource.Stream stream =
                meter.over(new FileSource()).open(new PayloadSource.Request(file.toUri(), 0, SIZE, Optional.empty()))) {
            ByteBuffer buffer = ByteBuffer.allocate(SIZE);
            while (buffer.hasRemaining()) {
                assertFalse(stream.read(buffer) < 0);
            }
        }
        assertEquals(0, meter.transferredBytes());
    }

    private void download(PayloadSource from, Optional<Checkpoint> checkpoint) throws Exception {
        newDownload(from, checkpoint).start();
        scheduler.runAll();
    }

    private Download newDownload(PayloadSource from, Optional<Checkpoint> checkpoint) throws Exception {
        bank.begin(SIZE);
        Digest digest =
                Digest.sha256(Digest.sha256(new byte[32]).newMessageDigest().digest(image));
        Job job = new Job(ADDRESS, SIZE, digest, digest, CHECKPOINT, false);
        return new Download(
                scheduler,
                new FakeClock(),
                List.of(from),
                bank,
                job,
                checkpoint,
                recorder,
                new SplittableRandom(1),
                Optional.of(meter));
    }

    private void assertImageIsThere() {
        assertArrayEquals(image, Arrays.copyOf(bank.content(), SIZE));
    }
}
