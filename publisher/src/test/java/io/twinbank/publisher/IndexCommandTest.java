// SPDX-License-Identifier: Apache-2.0
package io.twinbank.publisher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.core.RejectedException;
import io.twinbank.core.internal.index.BlockIndex;
import io.twinbank.core.suit.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IndexCommandTest {
    private static final int BYTES = 100_000;

    @TempDir
    Path folder;

    private Path image() throws IOException {
        return Files.write(folder.resolve("fw.img"), new byte[BYTES]);
    }

    private BlockIndex index(Run run) throws IOException, RejectedException {
        assertEquals(0, run.exit(), run.err());
        byte[] index = Files.readAllBytes(folder.resolve("fw.index"));
        Digest digest = Digest.sha256Of(index);
        assertTrue(run.out().contains("fw.index, " + index.length + " bytes"), run.out());
        assertTrue(run.out().contains(digest.toString()), run.out());
        return BlockIndex.decode(index, digest, BYTES);
    }

    @Test
    void index_image_isOfItsOwnBytes() throws IOException, RejectedException {
        BlockIndex index = index(Run.otapub(
                "index", image().toString(), "-o", folder.resolve("fw.index").toString()));

        assertEquals("98 blocks of 1024 bytes", index.toString());
    }

    @Test
    void index_store_isOfPackedBlocks() throws IOException, RejectedException {
        Path store = folder.resolve("fw.store");
        Run run = Run.otapub(
                "index",
                image().toString(),
                "-o",
                folder.resolve("fw.index").toString(),
                "--store",
                store.toString(),
                "--block",
                "2048");

        assertEquals(Files.size(store), index(run).fetchedTotal());
        assertEquals(2048, index(run).blockBytes());
        assertTrue(Files.size(store) < 1000, Files.size(store) + " bytes");
        assertTrue(run.out().contains("fw.store, " + Files.size(store) + " bytes for 100000"), run.out());
    }

    @Test
    void index_oddBlockSize_isAUsageError() throws IOException {
        Run run = Run.otapub(
                "index", image().toString(), "-o", folder.resolve("i").toString(), "--block", "1000");

        assertEquals(2, run.exit());
        assertTrue(run.err().contains("blockBytes must be a power of two from 512 to 32768, not 1000"), run.err());
    }

    @Test
    void index_emptyImage_isAUsageError() throws IOException {
        Path empty = Files.write(folder.resolve("empty.img"), new byte[0]);

        Run run =
                Run.otapub("index", empty.toString(), "-o", folder.resolve("i").toString());

        assertEquals(2, run.exit());
        assertTrue(run.err().contains("an image of 0 bytes has 0 blocks"), run.err());
    }
}
