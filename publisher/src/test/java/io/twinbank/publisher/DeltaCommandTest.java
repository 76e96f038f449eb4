// SPDX-License-Identifier: Apache-2.0
package io.twinbank.publisher;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.core.internal.delta.DeltaDecoder;
import io.twinbank.core.internal.delta.OldImage;
import io.twinbank.core.suit.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeltaCommandTest {
    private static final int FRAME = 1 << 16;

    @TempDir
    Path folder;

    private byte[] old = new byte[100_000];
    private byte[] image = new byte[0];

    @BeforeEach
    void makeImages() throws IOException {
        new Random(1).nextBytes(old);
        image = Arrays.copyOfRange(old, 1000, old.length);
        image[50_000]++;
        Files.write(folder.resolve("old.img"), old);
        Files.write(folder.resolve("new.img"), image);
    }

    @Test
    void delta_twoImages_writesATableAndFramesThatDecode() throws Exception {
        Run run = delta("--frame-bytes", "" + FRAME);

        assertEquals(0, run.exit(), run.err());
        ByteBuffer patch =
                ByteBuffer.wrap(Files.readAllBytes(folder.resolve("fw.delta"))).order(ByteOrder.LITTLE_ENDIAN);
        assertEquals(0x184D2A50, patch.getInt());
        assertEquals(12 + 2 * 4, patch.getInt());
        assertEquals("TBF1", "" + (char) patch.get() + (char) patch.get() + (char) patch.get() + (char) patch.get());
        assertEquals(16, patch.getInt());
        assertEquals(2, patch.getInt());
        int[] lengths = {patch.getInt(), patch.getInt()};
        ByteBuffer decoded = ByteBuffer.allocate(image.length);
        DeltaDecoder decoder = new DeltaDecoder(new Old(old), image.length, FRAME);
        for (int i = 0; i < lengths.length; i++) {
            decoder.decode(i, patch.slice(patch.position(), lengths[i]), decoded);
            patch.position(patch.position() + lengths[i]);
        }
        assertArrayEquals(image, decoded.array());
        assertFalse(patch.hasRemaining());
    }

    @Test
    void delta_json_saysWhatAManifestNeeds() throws Exception {
        Run run = delta("--json");

        assertEquals(0, run.exit(), run.err());
        Map<String, Object> said = Json.object(run.out());
        assertEquals(Digest.sha256Of(old).toString(), said.get("oldDigest"));
        assertEquals(Digest.sha256Of(image).toString(), said.get("digest"));
        assertEquals("100000", said.get("oldBytes").toString());
        assertEquals("99000", said.get("imageBytes").toString());
        assertEquals("1048576", said.get("frameBytes").toString());
        assertEquals(
                "" + Files.size(folder.resolve("fw.delta")), said.get("bytes").toString());
    }

    @Test
    void delta_people_areToldTheShare() {
        Run run = delta();

        assertEquals(0, run.exit(), run.err());
        assertTrue(run.out().contains("old image   sha-256"), run.out());
        assertTrue(run.out().matches("(?s).*fw\\.delta, \\d+ bytes: 0\\.\\d % of the new image\\s*"), run.out());
    }

    @Test
    void delta_ofImagesThatResembleNothing_warns() throws Exception {
        byte[] other = new byte[100_000];
        new Random(2).nextBytes(other);
        Files.write(folder.resolve("new.img"), other);

        Run run = delta();

        assertEquals(0, run.exit());
        assertTrue(run.err().contains("warning: the delta is no smaller than the new image. Is something"), run.err());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 1 << 15, 100_000, 1 << 21})
    void delta_frameBytesThatDevicesDoNotTake_exits2(int frameBytes) {
        Run run = delta("--frame-bytes", "" + frameBytes);

        assertEquals(2, run.exit());
        assertTrue(
                run.err().contains("--frame-bytes " + frameBytes + ": a power of two from 65536 to 1048576"),
                run.err());
    }

    @Test
    void delta_overAnImage_exits2AndLeavesIt() throws Exception {
        Run run = Run.otapub("delta", path("old.img"), path("new.img"), "-o", path("old.img"));

        assertEquals(2, run.exit());
        assertTrue(run.err().contains("is one of the images"), run.err());
        assertArrayEquals(old, Files.readAllBytes(folder.resolve("old.img")));
    }

    @Test
    void delta_missingImage_saysWhichAndWritesNothing() {
        Run run = Run.otapub("delta", path("none.img"), path("new.img"), "-o", path("fw.delta"));

        assertEquals(1, run.exit());
        assertTrue(run.err().contains("none.img"), run.err());
        assertFalse(Files.exists(folder.resolve("fw.delta")));
    }

    private Run delta(String... more) {
        String[] args = {"delta", path("old.img"), path("new.img"), "-o", path("fw.delta")};
        String[] all = Arrays.copyOf(args, args.length + more.length);
        System.arraycopy(more, 0, all, args.length, more.length);
        return Run.otapub(all);
    }

    private String path(String name) {
        return folder.resolve(name).toString();
    }

    private record Old(byte[] bytes) implements OldImage {
        @Override
        public long sizeBytes() {
            return bytes.length;
        }

        @Override
        public void read(long offset, ByteBuffer dst) {
            dst.put(bytes, Math.toIntExact(offset), dst.remaining());
        }
    }
}
