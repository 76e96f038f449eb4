// SPDX-License-Identifier: Apache-2.0
package io.twinbank.agentd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.core.spi.SelfTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HealthFolderTest {
    @TempDir
    private Path folder;

    private void program(String name, String line) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(folder.resolve(name).getParent());
        Files.writeString(file, "#!/bin/sh\n" + line + "\n");
        assertTrue(file.toFile().setExecutable(true));
    }

    private SelfTest.Result run() throws IOException {
        return new HealthFolder(folder).run();
    }

    @Test
    void run_noPrograms_passes() throws IOException {
        assertEquals(SelfTest.Result.pass(), run());
    }

    @Test
    void run_allPass_passesInTheOrderOfTheNames() throws IOException {
        Path log = folder.resolve("log");
        program("required/20-second", "echo second >> " + log);
        program("required/10-first", "echo first >> " + log);
        program("wanted/10-third", "echo third >> " + log);

        assertEquals(SelfTest.Result.pass(), run());
        assertEquals("first\nsecond\nthird\n", Files.readString(log));
    }

    @Test
    void run_requiredFails_failsWithWhatItSaid() throws IOException {
        program("required/10-modem", "echo no SIM; exit 3");

        assertEquals(SelfTest.Result.fail("10-modem ended with 3: no SIM"), run());
    }

    @Test
    void run_requiredIsNotThereYet_isAskedAgain() throws IOException {
        program("required/10-modem", "echo registering >&2; exit 75");

        assertEquals(SelfTest.Result.notYet("10-modem ended with 75: registering"), run());
    }

    @Test
    void run_wantedFails_passes() throws IOException {
        program("wanted/10-display", "exit 1");

        assertEquals(SelfTest.Result.pass(), run());
    }

    @Test
    void run_notExecutable_isNotAsked() throws IOException {
        Files.createDirectories(folder.resolve("required"));
        Files.writeString(folder.resolve("required/README"), "what these are");

        assertEquals(SelfTest.Result.pass(), run());
    }

    @Test
    void start_theComparisonMayFailTheTrial_itsDeadlineIsLateEnough() throws IOException {
        GatewayOnFiles files = new GatewayOnFiles(folder).with("health.compare = fail");

        try (RunningAgent agent = new RunningAgent(files)) {
            assertTrue(agent.host.agentStatus().running().isPresent());
        }
    }
}
