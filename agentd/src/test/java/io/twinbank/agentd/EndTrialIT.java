// SPDX-License-Identifier: Apache-2.0
package io.twinbank.agentd;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.hal.contract.Needs;
import io.twinbank.hal.contract.Part;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script that ends a trial whose agent never starts: no Java is in it. */
class EndTrialIT {
    private static final Path SCRIPT = Path.of("src/main/package/end-trial").toAbsolutePath();

    @TempDir
    private Path folder;

    private GatewayOnFiles gateway;

    @BeforeEach
    void gateway() throws IOException {
        gateway = new GatewayOnFiles(folder);
    }

    private String run() throws IOException, InterruptedException {
        return run(gateway.config);
    }

    private String run(Path config) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder("sh", SCRIPT.toString()).redirectErrorStream(true);
        builder.environment().put("TWINBANK_CONF", config.toString());
        Process script = builder.start();
        String printed = new String(script.getInputStream().readAllBytes(), UTF_8);
        assertEquals(0, script.waitFor(), printed);
        return printed.strip();
    }

    private void environment(String... variables) throws IOException {
        byte[] copy = GatewayOnFiles.environment(variables);
        Files.write(
                gateway.file("uboot.env"),
                ByteBuffer.allocate(2 * copy.length).put(copy).put(copy).array());
    }

    @Test
    @Needs(Part.LIBUBOOTENV)
    void uboot_onTrial_restartsAndChangesNothing() throws Exception {
        environment("BOOT_A_LEFT=3", "BOOT_B_LEFT=1", "BOOT_ORDER=B A", "twinbank_trial=B");
        byte[] before = Files.readAllBytes(gateway.file("uboot.env"));

        assertEquals("bank B is still on trial: restarting", run());

        assertTrue(gateway.isRestarting());
        assertArrayEquals(before, Files.readAllBytes(gateway.file("uboot.env")));
    }

    @Test
    @Needs(Part.LIBUBOOTENV)
    void uboot_noTrial_doesNothing() throws Exception {
        assertEquals("no trial, nothing to do", run());

        assertFalse(gateway.isRestarting());
    }

    @Test
    @Needs(Part.LIBUBOOTENV)
    void uboot_noEnvironment_doesNothing() throws Exception {
        Files.delete(gateway.file("uboot.env"));

        assertEquals("no trial, nothing to do", run());

        assertFalse(gateway.isRestarting());
    }

    @Test
    @Needs(Part.GRUB)
    void grub_onTrial_restarts() throws Exception {
        Path grub = gateway.file("grub.conf");
        Files.write(
                grub,
                Files.readAllLines(gateway.config).stream()
                        .map(line -> line.startsWith("boot.kind") ? "boot.kind = grub" : line)
                        .map(line -> line.startsWith("boot.uboot") ? "boot.grub.env = grubenv" : line)
                        .toList());
        String grubenv = gateway.file("grubenv").toString();
        String editor = Part.GRUB.path().toString();
        assertEquals(0, new ProcessBuilder(editor, grubenv, "create").start().waitFor());
        assertEquals(
                0,
                new ProcessBuilder(editor, grubenv, "set", "ORDER=B A", "twinbank_trial=B")
                        .start()
                        .waitFor());

        assertEquals("bank B is still on trial: restarting", run(grub));

        assertTrue(gateway.isRestarting());
    }
}
