// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.twinbank.core.contract.ComponentHandlerContract;
import io.twinbank.core.spi.ComponentHandler;
import io.twinbank.core.spi.ComponentHandler.Change;
import io.twinbank.core.spi.ComponentHandler.Staging;
import io.twinbank.core.suit.Digest;
import io.twinbank.hal.ComponentId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileComponentTest extends ComponentHandlerContract {
    private static final byte[] CONTENT = {1, 2, 3};

    @TempDir
    Path folder;

    @Override
    protected ComponentHandler newHandler() {
        return FileComponent.of(file());
    }

    @Override
    protected ComponentHandler reopen(ComponentHandler old) {
        return FileComponent.of(file());
    }

    @Override
    protected Optional<byte[]> held() throws IOException {
        return Files.exists(file()) ? Optional.of(Files.readAllBytes(file())) : Optional.empty();
    }

    private Path file() {
        return folder.resolve("app.conf");
    }

    @Test
    void of_noFileName_isRefused() {
        assertThrows(IllegalArgumentException.class, () -> FileComponent.of(Path.of("/")));
    }

    @Test
    void activate_overAFile_keepsItsPermissions() throws IOException {
        Files.write(file(), new byte[] {9});
        Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rw-r-----"));

        install(change("one", CONTENT), CONTENT);

        assertEquals("rw-r-----", PosixFilePermissions.toString(Files.getPosixFilePermissions(file())));
    }

    @Test
    void stage_next_forgetsWhatEarlierUpdatesKept() throws IOException {
        install(change("one", CONTENT), CONTENT);
        byte[] other = {4};
        install(change("two", other), other);

        try (Staging staging = newHandler().stage(change("three", CONTENT))) {
            staging.complete();
        }

        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(
                    List.of(".app.conf.staged", "app.conf"),
                    files.map(path -> path.getFileName().toString()).sorted().toList());
        }
    }

    private void install(Change change, byte[] bytes) throws IOException {
        ComponentHandler handler = newHandler();
        try (Staging staging = handler.stage(change)) {
            staging.write(ByteBuffer.wrap(bytes));
            staging.complete();
        }
        handler.activate(change);
    }

    private static Change change(String manifest, byte[] bytes) {
        return new Change(
                ComponentId.of("config"),
                Digest.sha256Of(manifest.getBytes(StandardCharsets.UTF_8)),
                Digest.sha256Of(bytes),
                bytes.length);
    }
}
