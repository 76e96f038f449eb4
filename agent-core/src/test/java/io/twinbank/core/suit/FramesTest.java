// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.suit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.twinbank.core.RejectReason;
import io.twinbank.core.RejectedException;
import io.twinbank.core.Rejection;
import io.twinbank.core.cose.ContentAlgorithm;
import io.twinbank.hal.BankId;
import io.twinbank.hal.Role;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Framed payloads: what the manifest says of them, their heads, and how they are made. */
class FramesTest {
    private static final ManifestVerifier VERIFIER = new ManifestVerifier(Limits.standard());
    private static final int FRAME = 4096;
    private static final byte[] IMAGE = new byte[3 * FRAME - 5];
    private static final int[] LENGTHS = {100, 4000, 7};
    private static final int ENCODED = 32 + 4107;
    private static final Frames FRAMES = new Frames(Frames.Codec.ZSTD, FRAME, ENCODED);

    @TempDir
    Path folder;

    private static InstallPlan plan(PayloadEncoding encoding, long imageBytes) throws Exception {
        EnvelopeBuilder builder = Fixtures.builder()
                .image(new EnvelopeBuilder.Image(
                        Digest.sha256Of(IMAGE), imageBytes, "https://x.example/os.zst", encoding));
        encoding.chunkHashes().ifPresent(hashes -> builder.integratedPayload(ChunkHashes.NAME, hashes.bytes()));
        return VERIFIER.plan(
                VERIFIER.authenticate(Fixtures.sign(builder), Fixtures.policy(), Role.FIRMWARE),
                Fixtures.target(BankId.A));
    }

    private static Rejection refused(PayloadEncoding encoding, long imageBytes) {
        return assertThrows(RejectedException.class, () -> plan(encoding, imageBytes))
                .rejection();
    }

    private static PayloadEncoding hashed(Frames frames) throws IOException {
        byte[] payload = new byte[Math.toIntExact(frames.encodedBytes())];
        return PayloadEncoding.IDENTITY
                .with(ChunkHashes.of(new ByteArrayInputStream(payload), 1 << 20))
                .with(frames);
    }

    @Test
    void plan_framesOverHashedChunks_sayHowMuchIsFetched() throws Exception {
        InstallPlan plan = plan(hashed(FRAMES), IMAGE.length);

        assertEquals(Optional.of(FRAMES), plan.encoding().frames());
        assertEquals(IMAGE.length, plan.sizeBytes());
        assertEquals(ENCODED, plan.encoding().encodedBytes(IMAGE.length));
        assertEquals(
                "identity, in 1 chunks of 1048576 bytes, each hashed, zstd in frames of 4096 bytes, 4139 bytes encoded",
                plan.encoding().toString());
    }

    @Test
    void plan_framesEncryptedInCounterMode_areAccepted() throws Exception {
        PayloadEncoding encrypted = new PayloadEncoding(
                Optional.of(Fixtures.encryption(ContentAlgorithm.A128CTR, new byte[16])), OptionalInt.empty());
        ChunkHashes hashes = ChunkHashes.of(new ByteArrayInputStream(new byte[ENCODED]), 1024);

        assertEquals(
                ENCODED,
                plan(encrypted.with(hashes).with(FRAMES), IMAGE.length)
                        .encoding()
                        .encodedBytes(IMAGE.length));
    }

    @Test
    void plan_framesWithoutHashesOfChunks_areUnsupported() {
        Rejection rejection = refused(PayloadEncoding.IDENTITY.with(FRAMES), IMAGE.length);

        assertEquals(RejectReason.UNSUPPORTED, rejection.reason());
        assertEquals("no hashes of chunks before them", rejection.found());
        assertEquals("[1, size, digest] as the first step", rejection.expected());
    }

    @Test
    void plan_framesInSealedChunks_areUnsupported() {
        PayloadEncoding sealed = new PayloadEncoding(
                Optional.of(Fixtures.encryption(ContentAlgorithm.A128GCM, new byte[12])), OptionalInt.of(1024));

        assertEquals(
                RejectReason.UNSUPPORTED,
                refused(sealed.with(FRAMES), IMAGE.length).reason());
    }

    @Test
    void plan_moreFramesThanTheTableMayHave_exceedsTheLimit() throws Exception {
        Rejection rejection = refused(hashed(new Frames(Frames.Codec.ZSTD, FRAME, 90_000)), 16384L * FRAME + 1);

        assertEquals(RejectReason.LIMIT_EXCEEDED, rejection.reason());
        assertEquals("16385", rejection.found());
        assertEquals("at most 16384; larger frames make fewer", rejection.expected());
    }

    @ParameterizedTest
    @CsvSource({"34", "12573"})
    void plan_encodedSizeThatNoFramesHave_isMalformed(int encodedBytes) throws Exception {
        Rejection rejection = refused(hashed(new Frames(Frames.Codec.ZSTD, FRAME, encodedBytes)), IMAGE.length);

        assertEquals(RejectReason.MALFORMED, rejection.reason());
        assertEquals(encodedBytes + " bytes", rejection.found());
        assertEquals("35 to 12560 bytes", rejection.expected());
    }

    @Test
    void pieceBytes_frames_areWhatABudgetMustAllowAtOnce() throws Exception {
        assertEquals(0, PayloadEncoding.IDENTITY.pieceBytes());
        assertEquals(
                (4096 + 16 + 64) + (20 + 4 * 16384) + 3 * (1 << 20),
                hashed(FRAMES).pieceBytes());
    }

    @Test
    void decode_whatWasEncoded_tellsWhereEachFrameIs() throws Exception {
        FrameTable table = FrameTable.decode(ByteBuffer.wrap(FrameTable.encode(FRAME, LENGTHS)), FRAMES, IMAGE.length);

        assertEquals(3, table.count());
        assertEquals(32, table.encodedBegin(0));
        assertEquals(132, table.encodedBegin(1));
        assertEquals(4000, table.encodedBytes(1));
        assertEquals(4000, table.longestEncodedBytes());
        assertEquals(ENCODED, table.encodedBegin(3));
        assertEquals(FRAME, table.decodedBytes(1));
        assertEquals(FRAME - 5, table.decodedBytes(2));
    }

    @ParameterizedTest
    @CsvSource({
        "0, 81, first magic number, 0x184d2a51, 0x184d2a50",
        "4, 23, size in the head, 23, 24",
        "8, 85, second magic number, 0x31464255, 0x31464254",
        "12, 13, log2 of the frame size, 0x0000000d, 0x0000000c",
        "15, 1, log2 of the frame size, 0x0100000c, 0x0000000c",
        "16, 4, number of frames, 4, 3",
        "20, 0, length of frame 1 of 3, 0, 1 to 4176",
        "25, 17, length of frame 2 of 3, 4512, 1 to 4176",
        "31, 128, length of frame 3 of 3, 2147483655, 1 to 4176",
        "28, 8, end of the last frame, 4140, 4139",
        "28, 6, end of the last frame, 4138, 4139"
    })
    void decode_anotherByte_isMalformedWithItsNumbers(int at, int value, String what, String found, String expected) {
        byte[] head = FrameTable.encode(FRAME, LENGTHS);
        head[at] = (byte) value;

        Rejection rejection = assertThrows(
                        RejectedException.class, () -> FrameTable.decode(ByteBuffer.wrap(head), FRAMES, IMAGE.length))
                .rejection();

        assertEquals(
                new Rejection(RejectReason.MALFORMED, what + " of the framed payload", found, expected), rejection);
    }

    @Test
    void decode_headOfAnotherSize_isMalformed() {
        byte[] head = Arrays.copyOf(FrameTable.encode(FRAME, LENGTHS), 31);

        Rejection rejection = assertThrows(
                        RejectedException.class, () -> FrameTable.decode(ByteBuffer.wrap(head), FRAMES, IMAGE.length))
                .rejection();

        assertEquals("31", rejection.found());
        assertEquals("32", rejection.expected());
    }

    private Frames frame(long imageBytes, PayloadFramer.FrameEncoder encoder, List<Long> progress) throws IOException {
        Path payload = folder.resolve("payload");
        try (SeekableByteChannel out =
                Files.newByteChannel(payload, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            return PayloadFramer.frame(
                    Frames.Codec.ZSTD, FRAME, new ByteArrayInputStream(IMAGE), imageBytes, encoder, out, progress::add);
        }
    }

    @Test
    void frame_image_isCutEncodedAndTabled() throws Exception {
        List<Long> progress = new ArrayList<>();
        List<Integer> sizes = new ArrayList<>();

        Frames frames = frame(
                IMAGE.length,
                (index, bytes) -> {
                    sizes.add(bytes.length);
                    return new byte[LENGTHS[(int) index]];
                },
                progress);

        assertEquals(FRAMES, frames);
        assertEquals(List.of(FRAME, FRAME, FRAME - 5), sizes);
        assertEquals(List.of(4096L, 8192L, (long) IMAGE.length), progress);
        byte[] payload = Files.readAllBytes(folder.resolve("payload"));
        assertEquals(ENCODED, payload.length);
        assertArrayEquals(FrameTable.encode(FRAME, LENGTHS), Arrays.copyOf(payload, 32));
    }

    @Test
    void frame_imageThatEnds_throws() {
        assertThrows(
                EOFException.class, () -> frame(IMAGE.length + 1, (index, bytes) -> new byte[1], new ArrayList<>()));
    }

    @Test
    void frame_whatNoDeviceTakes_throws() {
        assertThrows(
                IllegalArgumentException.class,
                () -> frame(IMAGE.length, (index, bytes) -> new byte[4177], new ArrayList<>()));
        assertThrows(
                IllegalArgumentException.class,
                () -> frame(IMAGE.length, (index, bytes) -> new byte[0], new ArrayList<>()));
        assertThrows(
                IllegalArgumentException.class,
                () -> frame(16384L * FRAME + 1, (index, bytes) -> new byte[1], new ArrayList<>()));
    }

    @ParameterizedTest
    @CsvSource({"2048, 1", "5000, 1", "16777216, 1", "4096, 0"})
    void new_sizesOutOfBounds_throws(int frameBytes, long encodedBytes) {
        assertThrows(IllegalArgumentException.class, () -> new Frames(Frames.Codec.ZSTD, frameBytes, encodedBytes));
    }
}
