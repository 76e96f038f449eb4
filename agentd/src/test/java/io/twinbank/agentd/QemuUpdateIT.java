// SPDX-License-Identifier: Apache-2.0
package io.twinbank.agentd;

import static io.twinbank.hal.contract.Part.QEMU_ARM;
import static io.twinbank.hal.contract.Part.UBOOT;
import static io.twinbank.hal.contract.Part.UBOOT_TOOLS;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.agentd.GatewayOnFiles.Said;
import io.twinbank.agentd.QemuGateway.Boot;
import io.twinbank.hal.contract.Needs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The agent installs and arms, a real U-Boot chooses, and the agent tells the truth about it. */
@Tag("slow")
@Needs({UBOOT_TOOLS, UBOOT, QEMU_ARM})
class QemuUpdateIT {
    @TempDir
    private Path folder;

    private GatewayOnFiles files;
    private QemuGateway gateway;

    @BeforeEach
    void provision() throws IOException {
        files = new GatewayOnFiles(folder);
        gateway = new QemuGateway(files);
        assertEquals(new Boot("1.0", "A"), gateway.boot());
    }

    private void install(long sequence, String version) throws IOException {
        Said said = files.twinbank(
                "install", files.update(sequence, gateway.image(version)).toString());
        assertEquals(0, said.exit(), said.out() + said.err());
    }

    private String status() {
        return files.twinbank("status", "--json").last();
    }

    @Test
    void update_confirmed_staysAndIsntEvenWrittenTo() throws IOException {
        install(2, "2.0");
        assertTrue(status().contains("\"trial\":{\"kind\":\"ARMED\",\"attemptsLeft\":3}"), status());

        assertEquals(new Boot("2.0", "B"), gateway.boot());
        assertTrue(status().contains("\"trial\":{\"kind\":\"RUNNING\",\"attemptsLeft\":2}"), status());
        assertEquals("installed", files.twinbank("confirm").last());

        byte[] confirmed = Files.readAllBytes(files.file("uboot.env"));
        for (int i = 0; i < 4; i++) {
            assertEquals(new Boot("2.0", "B"), gateway.boot());
        }
        assertArrayEquals(confirmed, Files.readAllBytes(files.file("uboot.env")));
        assertTrue(status().contains("\"lastOutcome\":{\"outcome\":\"Installed\""), status());
    }

    @Test
    void update_whoseAgentNeverStarts_fallsBackAfterItsAttempts() throws IOException {
        install(2, "2.0");
        for (int i = 0; i < 3; i++) {
            assertEquals(new Boot("2.0", "B"), gateway.boot());
        }

        assertEquals(new Boot("1.0", "A"), gateway.boot());
        assertTrue(status().contains("\"trial\":{\"kind\":\"FELL_BACK\""), status());
        agentStarts();

        assertTrue(status().contains("\"lastOutcome\":{\"outcome\":\"RolledBack\""), status());
        assertTrue(status().contains("\"trial\":{\"kind\":\"NONE\""), status());
        assertEquals(new Boot("1.0", "A"), gateway.boot());
    }

    @Test
    void update_thatFailsItsHealthChecks_isRolledBackByTheAgent() throws IOException {
        Path check = Files.createDirectories(files.file("health/required")).resolve("10-modem");
        Files.writeString(check, "#!/bin/sh\necho no SIM\nexit 1\n");
        assertTrue(check.toFile().setExecutable(true));
        files.with("health.dir = health");
        install(2, "2.0");
        assertEquals(new Boot("2.0", "B"), gateway.boot());
        agentStarts();

        assertEquals(new Boot("1.0", "A"), gateway.boot());
        agentStarts();

        assertTrue(status().contains("\"outcome\":\"RolledBack\",\"cause\":\"SELF_TEST_FAILED\""), status());
        assertTrue(status().contains("10-modem ended with 1: no SIM"), status());
    }

    @Test
    void update_spoiltBetweenArmAndBoot_isPassedOver() throws IOException {
        install(2, "2.0");
        gateway.tamper("bank-b.img", 1000);

        assertEquals(new Boot("1.0", "A"), gateway.boot());
        agentStarts();

        assertTrue(status().contains("\"lastOutcome\":{\"outcome\":\"RolledBack\""), status());
    }

    @Test
    void update_withOneCopyOfTheEnvironmentSpoilt_goesOn() throws IOException {
        for (int copy = 0; copy < 2; copy++) {
            gateway.tamper("uboot.env", copy * 0x4000L + 100);
            install(2 + copy, "2." + copy);
            Boot tried = gateway.boot();
            assertEquals("2." + copy, tried.version());
            assertEquals("installed", files.twinbank("confirm").last());
            assertEquals(tried, gateway.boot());
        }
    }

    /** An agent starts, does what the start-up table says, and is asked for something harmless. */
    private void agentStarts() throws IOException {
        try (RunningAgent agent = new RunningAgent(files)) {
            agent.awaitRest();
        }
    }
}
