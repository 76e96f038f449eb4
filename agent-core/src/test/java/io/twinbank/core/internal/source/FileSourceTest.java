// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.source;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.core.spi.PayloadException;
import io.twinbank.core.spi.PayloadException.Kind;
import io.twinbank.core.spi.PayloadSource;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileSourceTest {
    private final FileSource source = new FileSource();
    private final byte[] payload = new byte[70_000];

    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void write() throws Exception {
        new SplittableRandom(1).nextBytes(payload);
        file = Files.write(folder.resolve("an image"), payload);
    }

    @Test
    void read_atAnOffset_givesTheRest() throws Exception {
        Optional<String> validator;
        try (PayloadSource.Stream first = open(file.toUri(), 0, Optional.empty())) {
            assertArrayEquals(payload, HttpSourceTest.drain(first));
            assertEquals(OptionalLong.of(payload.length), first.sizeBytes());
            validator = first.validator();
        }

        try (PayloadSource.Stream second = open(file.toUri(), 12_345, validator)) {
            assertArrayEquals(Arrays.copyOfRange(payload, 12_345, payload.length), HttpSourceTest.drain(second));
        }
    }

    @Test
    void open_fileReplaced_isChanged() throws Exception {
        Optional<String> validator;
        try (PayloadSource.Stream first = open(file.toUri(), 0, Optional.empty())) {
            validator = first.validator();
        }
        Files.setLastModifiedTime(file, FileTime.fromMillis(1));

        assertEquals(Kind.CHANGED, refusal(file.toUri(), validator).kind());
    }

    @Test
    void open_missingFileOrFolder_isFinal() {
        assertEquals(
                Kind.FINAL,
                refusal(folder.resolve("absent").toUri(), Optional.empty()).kind());
        assertEquals(Kind.FINAL, refusal(folder.toUri(), Optional.empty()).kind());
    }

    @ParameterizedTest
    @ValueSource(strings = {"file://host/x", "file:x", "file:///x?y", "file:///x%00y"})
    void open_addressOfNoLocalFile_isFinal(String address) {
        assertEquals(Kind.FINAL, refusal(URI.create(address), Optional.empty()).kind());
    }

    @Test
    void serves_filesOnly() {
        assertTrue(source.serves(URI.create("file:///x")));
        assertFalse(source.serves(URI.create("https://x/y")));
    }

    @Test
    void bytes_anyAddress_givesThePayload() throws Exception {
        BytesSource bytes = new BytesSource(payload);
        URI address = URI.create("#firmware");

        try (PayloadSource.Stream stream =
                bytes.open(new PayloadSource.Request(address, 60_000, payload.length, Optional.empty()))) {
            assertTrue(bytes.serves(address));
            assertEquals(OptionalLong.of(payload.length), stream.sizeBytes());
            assertArrayEquals(Arrays.copyOfRange(payload, 60_000, payload.length), HttpSourceTest.drain(stream));
        }
    }

    private PayloadSource.Stream open(URI uri, long offset, Optional<String> validator) throws Exception {
        return source.open(new PayloadSource.Request(uri, offset, payload.length, validator));
    }

    private PayloadException refusal(URI uri, Optional<String> validator) {
        return assertThrows(
                PayloadException.class, () -> open(uri, 0, validator).close());
    }
}
