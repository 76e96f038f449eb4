// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.core.spi.PayloadSource;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FolderPayloadsTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://updates.example/7/image.bin",
                "https://updates.example/image.bin?v=7",
                "file:///x/image.bin",
                "/image.bin"
            })
    void serves_anyAddressThatEndsInTheName_onceTheFileIsThere(String address) throws IOException {
        PayloadSource source = new FolderPayloads(folder);
        assertFalse(source.serves(URI.create(address)));

        Files.write(folder.resolve("image.bin"), new byte[] {1, 2, 3});

        assertTrue(source.serves(URI.create(address)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://updates.example/",
                "https://updates.example/..",
                "https://updates.example",
                "tag:image.bin",
                "https://h/%00"
            })
    void serves_whatHasNoName_isNot(String address) {
        assertFalse(new FolderPayloads(folder).serves(URI.create(address)));
    }

    @Test
    void serves_nameWithAFolderInIt_staysInTheFolder() throws IOException {
        Path outside = Files.createTempFile(folder.getParent(), "outside", ".bin");
        try {
            assertFalse(new FolderPayloads(folder).serves(URI.create("https://h/..%2f" + outside.getFileName())));
        } finally {
            Files.delete(outside);
        }
    }

    @Test
    void open_atAnOffset_readsFromThere() throws Exception {
        Files.write(folder.resolve("image.bin"), new byte[] {1, 2, 3});
        URI address = URI.create("https://updates.example/image.bin");
        ByteBuffer read = ByteBuffer.allocate(2);

        try (PayloadSource.Stream stream =
                new FolderPayloads(folder).open(new PayloadSource.Request(address, 1, 3, Optional.empty()))) {
            assertEquals(2, stream.read(read));
            assertEquals(3, stream.sizeBytes().orElseThrow());
        }

        assertArrayEquals(new byte[] {2, 3}, read.array());
    }

    @Test
    void open_afterTheStickWasPulled_mayPass() {
        URI address = URI.create("https://updates.example/image.bin");

        IOException thrown = assertThrows(
                IOException.class,
                () -> new FolderPayloads(folder).open(new PayloadSource.Request(address, 0, 3, Optional.empty())));

        assertEquals("no file for https://updates.example/image.bin in " + folder, thrown.getMessage());
    }
}
