// SPDX-License-Identifier: Apache-2.0
package io.twinbank.publisher.delta;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.core.internal.delta.BadFrameException;
import io.twinbank.core.internal.delta.DeltaDecoder;
import io.twinbank.core.internal.delta.DeltaFormat;
import io.twinbank.core.internal.delta.OldImage;
import io.twinbank.core.suit.Frames;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DeltaMakerTest {
    private static final int FRAME = 1 << 12;

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(ints = {1, 7, FRAME - 1, FRAME, FRAME + 1, DeltaFormat.GROUP_FRAMES * FRAME + 1})
    void make_equalImages_isSmall(int size) throws Exception {
        byte[] image = random(size, 1);

        assertTrue(bytes(check(image, image)) <= 64L * (size / FRAME + 1), "a few bytes a frame");
    }

    @ParameterizedTest
    @CsvSource({"0, 1", "0, 5000", "1, 5000", "7, 7", "8, 8", "5000, 1", "5000, 9000", "9000, 5000"})
    void make_imagesOfNothingInCommon_insertsAll(int oldSize, int size) throws Exception {
        assertTrue(bytes(check(random(oldSize, 1), random(size, 2))) < size + 200);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 100, FRAME, FRAME + 3})
    void make_insertionAtTheBegin_copiesTheRest(int inserted) throws Exception {
        byte[] old = random(50_000, 1);

        assertTrue(bytes(check(old, join(random(inserted, 2), old))) < inserted + 2000);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 100, FRAME, FRAME + 3})
    void make_bytesTakenAwayAtTheBegin_copiesTheRest(int gone) throws Exception {
        byte[] old = random(50_000, 1);

        assertTrue(bytes(check(old, Arrays.copyOfRange(old, gone, old.length))) < 2000);
    }

    @Test
    void make_blocksMoved_copiesThem() throws Exception {
        byte[] a = random(20_000, 1);
        byte[] b = random(30_000, 2);
        byte[] c = random(10_000, 3);

        assertTrue(bytes(check(join(a, b, c), join(c, a, a, b))) < 2000);
    }

    @Test
    void make_numbersShifted_codesTheDifferences() throws Exception {
        byte[] old = random(100_000, 1);
        byte[] image = old.clone();
        for (int i = 0; i < image.length; i += 50) {
            image[i] += 4;
        }

        assertTrue(bytes(check(old, image)) < 2000, "the same difference at the same distance");
    }

    @Test
    void make_fewDifferences_costsNoTimeForWhatIsTheSame() throws Exception {
        byte[] old = random(100_000, 1);
        byte[] image = old.clone();
        image[99_000]++;

        assertTrue(bytes(check(old, image)) < 1500);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void make_manyChanges_givesTheImageFromEachGroup(long seed) throws Exception {
        Random random = new Random(seed);
        byte[] old = random(300_000, seed);
        ByteArrayOutputStream image = new ByteArrayOutputStream();
        while (image.size() < 400_000) {
            int length = 1 + random.nextInt(random.nextBoolean() ? 40 : 20_000);
            int from = random.nextInt(old.length - length);
            byte[] piece = random.nextInt(5) == 0
                    ? random(length, seed + image.size())
                    : Arrays.copyOfRange(old, from, from + length);
            for (int i = random.nextInt(length); i < length; i += 1 + random.nextInt(100)) {
                piece[i] += (byte) random.nextInt(3);
            }
            image.writeBytes(piece);
        }

        check(old, image.toByteArray());
    }

    /** Three old bytes in four differ: instructions are longer than the frame. */
    @Test
    void make_instructionsLongerThanTheFrame_insertsInstead() throws Exception {
        byte[] old = random(3 * FRAME, 1);
        byte[] image = random(3 * FRAME, 2);
        for (int i = 0; i < image.length; i += 2) {
            image[i] = old[i];
        }

        for (byte[] frame : check(old, image)) {
            assertTrue(frame.length <= Frames.maxEncodedFrameBytes(FRAME), frame.length + " bytes");
        }
    }

    @Test
    void make_zeros_repeatsThem() throws Exception {
        assertTrue(bytes(check(new byte[0], new byte[200_000])) < 5000);
    }

    @Test
    void make_twice_givesTheSameBytes() throws Exception {
        byte[] old = random(100_000, 1);
        byte[] image = join(random(3000, 2), old);

        List<byte[]> once = check(old, image);
        List<byte[]> again = make(image);

        for (int i = 0; i < once.size(); i++) {
            assertArrayEquals(once.get(i), again.get(i));
        }
    }

    @Test
    void make_tellsProgressUpToTheEnd() throws Exception {
        Files.write(folder.resolve("old"), random(100_000, 1));
        Files.write(folder.resolve("new"), random(50_000, 2));
        DeltaMaker maker = new DeltaMaker(folder.resolve("old"), folder.resolve("new"), FRAME);
        AtomicLong done = new AtomicLong();

        maker.make(frame -> {}, bytes -> assertTrue(done.getAndSet(bytes) <= bytes, "never backwards"));

        assertEquals(maker.work(), done.get());
    }

    private List<byte[]> make(byte[] image) throws IOException {
        List<byte[]> frames = new ArrayList<>();
        Files.write(folder.resolve("new"), image);
        new DeltaMaker(folder.resolve("old"), folder.resolve("new"), FRAME).make(frames::add, done -> {});
        return frames;
    }

    /** Makes frames, and decodes them from the first on, and again from each group on with a decoder that knows nothing. */
    private List<byte[]> check(byte[] old, byte[] image) throws IOException, BadFrameException {
        Files.write(folder.resolve("old"), old);
        List<byte[]> frames = make(image);
        assertEquals((image.length + FRAME - 1) / FRAME, frames.size());
        ByteBuffer decoded = ByteBuffer.allocate(image.length);
        DeltaDecoder decoder = decoder(old, image.length);
        for (int i = 0; i < frames.size(); i++) {
            decoder.decode(i, ByteBuffer.wrap(frames.get(i)), decoded);
        }
        assertArrayEquals(image, decoded.array());
        for (int group = 0; group < frames.size(); group += DeltaFormat.GROUP_FRAMES) {
            DeltaDecoder fresh = decoder(old, image.length);
            ByteBuffer rest = ByteBuffer.allocate(image.length - group * FRAME);
            for (int i = group; i < frames.size(); i++) {
                fresh.decode(i, ByteBuffer.wrap(frames.get(i)), rest);
            }
            assertArrayEquals(Arrays.copyOfRange(image, group * FRAME, image.length), rest.array());
        }
        return frames;
    }

    private static DeltaDecoder decoder(byte[] old, long size) {
        OldImage image = new OldImage() {
            @Override
            public long sizeBytes() {
                return old.length;
            }

            @Override
            public void read(long offset, ByteBuffer dst) {
                dst.put(old, Math.toIntExact(offset), dst.remaining());
            }
        };
        return new DeltaDecoder(image, size, FRAME);
    }

    private static long bytes(List<byte[]> frames) {
        return frames.stream().mapToLong(frame -> frame.length).sum();
    }

    private static byte[] random(int size, long seed) {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            joined.writeBytes(part);
        }
        return joined.toByteArray();
    }
}
