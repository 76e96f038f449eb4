// SPDX-License-Identifier: Apache-2.0
package io.twinbank.agentd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.agentd.GatewayOnFiles.Said;
import io.twinbank.agentd.control.ControlClient;
import io.twinbank.agentd.control.ControlServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands while an agent runs: they ask it. */
class DaemonTest {
    @TempDir
    private Path folder;

    private GatewayOnFiles files;
    private RunningAgent agent;

    @BeforeEach
    void start() throws IOException {
        files = new GatewayOnFiles(folder);
        agent = new RunningAgent(files);
    }

    @AfterEach
    void stop() {
        agent.close();
    }

    @Test
    void status_asksTheRunningAgent() {
        assertTrue(files.twinbank("status", "--json").last().contains("\"agentRunning\":true"));
        assertTrue(files.twinbank("status").out().contains("agent        running, offline"));
    }

    @Test
    void install_goesOnInTheRunningAgent() throws IOException {
        Path update = files.update(7, GatewayOnFiles.image(2, 1_000_003));

        Said said = files.twinbank("install", update.toString());

        assertEquals(0, said.exit(), said.err());
        assertEquals("bank B is tried at the restart, which is asked for now; 3 attempts", said.last());
        assertTrue(files.twinbank("status", "--json").last().startsWith("{\"state\":\"ARMED\""));
    }

    @Test
    void install_noPayloadBeside_keepsTryingAndSaysSo() throws Exception {
        Path update = files.update(7, GatewayOnFiles.image(2, 1_000_003));
        Files.delete(files.file("image-7.img"));
        Thread typing = new Thread(() -> files.twinbank("install", update.toString()));
        typing.start();

        Awaitility.await().until(() -> files.twinbank("status").out().contains("state        downloading"));

        Files.write(files.file("image-7.img"), GatewayOnFiles.image(2, 1_000_003));
        typing.join();
        assertTrue(files.twinbank("status").out().contains("state        armed"), "the file that came is taken");
    }

    @Test
    void confirm_noTrial_saysNo() {
        Said said = files.twinbank("confirm");

        assertEquals(1, said.exit());
        assertTrue(said.last().startsWith("there is no trial to confirm"), said.out());
    }

    @Test
    void run_secondDaemon_isRefused() {
        Said said = files.twinbank("run");

        assertEquals(1, said.exit());
        assertTrue(said.err().contains("another agent has"), said.err());
    }

    @Test
    void socket_isItsOwnersAlone() throws IOException {
        assertEquals(
                "rw-------",
                PosixFilePermissions.toString(Files.getPosixFilePermissions(ConfigOptions.socket(agent.config))));
    }

    @Test
    void socket_leftByAKilledDaemon_isNoDaemon() throws IOException {
        Path left = files.file("left.sock");
        ControlServer killed = ControlServer.start(left, agent.host);
        Path kept = files.file("kept.sock");
        Files.createLink(kept, left);
        killed.close();

        assertFalse(new ControlClient(kept).answers());
    }
}
