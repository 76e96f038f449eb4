// SPDX-License-Identifier: Apache-2.0
package io.twinbank.agentd.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalDouble;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServiceRestartsTest {
    private static final Duration LONG = Duration.ofMinutes(5);

    @TempDir
    private Path folder;

    private List<String> command(String script) throws IOException {
        Path file = Files.writeString(folder.resolve("systemctl"), script);
        return List.of("sh", file.toString());
    }

    /** Blocks for ever in opening a pipe that nobody writes. */
    private List<String> hanging() throws Exception {
        Path pipe = folder.resolve("pipe");
        assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
        return command("echo $$ >>" + folder.resolve("pids") + "\nread line <" + pipe + "\necho 7\n");
    }

    private List<String> pids() {
        try {
            return Files.readAllLines(folder.resolve("pids"));
        } catch (IOException e) {
            return List.of();
        }
    }

    private boolean isAlive(String pid) {
        return ProcessHandle.of(Long.parseLong(pid)).map(ProcessHandle::isAlive).orElse(false);
    }

    @Test
    void read_theSumOfAllServices_isThereFromTheSecondTimeOn() throws Exception {
        ServiceRestarts restarts = new ServiceRestarts(command("printf '2\\n\\n0\\n\\n3\\n'"), LONG);

        assertEquals(OptionalDouble.empty(), restarts.read());

        Awaitility.await().until(() -> restarts.read().equals(OptionalDouble.of(5)));
    }

    @Test
    void read_programHangs_returnsAtOnceAndStartsNoSecond() throws Exception {
        ServiceRestarts restarts = new ServiceRestarts(hanging(), LONG);
        restarts.read();
        Awaitility.await().until(() -> pids().size() == 1);

        for (int i = 0; i < 100; i++) {
            assertEquals(OptionalDouble.empty(), restarts.read());
        }

        assertTrue(isAlive(pids().get(0)), "it still hangs");
        assertEquals(1, pids().size());
        Files.writeString(folder.resolve("pipe"), "go on\n");
        Awaitility.await().until(() -> restarts.read().equals(OptionalDouble.of(7)));
    }

    @Test
    void read_programHangsTooLong_isKilledAndAskedAgain() throws Exception {
        ServiceRestarts restarts = new ServiceRestarts(hanging(), Duration.ofMillis(200));
        restarts.read();

        Awaitility.await().until(() -> !pids().isEmpty() && !isAlive(pids().get(0)));

        Awaitility.await().until(() -> {
            restarts.read();
            return pids().size() > 1;
        });
        Awaitility.await().until(() -> pids().stream().noneMatch(this::isAlive));
    }

    @Test
    void read_programFails_tellsNothing() throws Exception {
        List<String> command = command("echo 4\nexit $(cat " + folder.resolve("exit") + ")\n");
        Files.writeString(folder.resolve("exit"), "0");
        ServiceRestarts restarts = new ServiceRestarts(command, LONG);
        Awaitility.await().until(() -> restarts.read().equals(OptionalDouble.of(4)));

        Files.writeString(folder.resolve("exit"), "1");

        Awaitility.await().until(() -> restarts.read().isEmpty());
    }
}
