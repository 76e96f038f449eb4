// SPDX-License-Identifier: Apache-2.0
package io.twinbank.agentd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.agentd.GatewayOnFiles.Said;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A command that restarts the gateway takes a while, and whoever asked for it is done before. */
class RestartTest {
    @TempDir
    private Path folder;

    @Test
    void close_whileTheRestartIsUnderWay_letsItToItsEnd() throws Exception {
        GatewayOnFiles files = new GatewayOnFiles(folder);
        Path gate = files.file("gate");
        assertEquals(0, new ProcessBuilder("mkfifo", gate.toString()).start().waitFor());
        Path command = Files.writeString(
                files.file("restart"), "#!/bin/sh\nread line <" + gate + "\ntouch " + files.file("restarting") + "\n");
        Files.writeString(
                files.config,
                Files.readString(files.config).replaceAll("reset.command = .*", "reset.command = sh " + command));
        RunningAgent agent = new RunningAgent(files);
        Said said = files.twinbank(
                "install", files.update(7, GatewayOnFiles.image(2, 100_000)).toString());
        assertEquals(0, said.exit(), said.err());

        Thread closing = new Thread(agent.host::close);
        closing.start();
        // It has to wait for the command and not for the agent's thread, which is interrupted after some seconds.
        Awaitility.await()
                .until(() -> Stream.of(closing.getStackTrace())
                        .anyMatch(frame -> frame.getMethodName().equals("awaitEnd")));
        assertFalse(files.isRestarting());
        // Both ways, so that it opens at once.
        try (RandomAccessFile open = new RandomAccessFile(gate.toFile(), "rw")) {
            open.write('\n');
            closing.join();
        }

        assertTrue(files.isRestarting());
        agent.close();
    }
}
