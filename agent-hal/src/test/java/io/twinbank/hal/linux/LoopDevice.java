// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.twinbank.hal.linux.Program.Result;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A block device on a file. */
final class LoopDevice implements AutoCloseable {
    private final Path path;

    private LoopDevice(Path path) {
        this.path = path;
    }

    static LoopDevice on(Path file) throws IOException {
        return new LoopDevice(Path.of(run("losetup", "--find", "--show", file.toString())));
    }

    Path path() {
        return path;
    }

    @Override
    public void close() throws IOException {
        run("losetup", "--detach", path.toString());
    }

    static String run(String... command) throws IOException {
        Result result = Program.run(Duration.ofSeconds(30), List.of(command));
        assertEquals(0, result.exitCode(), result.error());
        return result.text();
    }
}
