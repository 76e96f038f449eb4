// SPDX-License-Identifier: Apache-2.0
package io.twinbank.agentd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.agentd.GatewayOnFiles.Said;
import io.twinbank.hal.contract.Needs;
import io.twinbank.hal.contract.Part;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A part of the gateway can't be used: the daemon says which and why, and goes on when it is back. It isn't started again. */
@Tag("slow")
class GatewayFaultsIT {
    private static final int IMAGE_BYTES = 100_000;
    private static final int BYTES_OF_STATE = 1 << 20;

    @TempDir
    private Path folder;

    private GatewayOnFiles files;

    @BeforeEach
    void makeGateway() throws IOException {
        files = new GatewayOnFiles(folder);
    }

    @Test
    void start_bankVanished_isLookedForUntilItIsThere() throws Exception {
        Path elsewhere = Files.move(files.bank("B"), files.file("elsewhere"));
        try (RunningDaemon daemon = new RunningDaemon(files)) {
            daemon.awaitLine("the gateway can't be updated now");
            assertTrue(daemon.log().contains("bank-b.img"), daemon::log);
            Said status = files.twinbank("status");
            assertEquals(1, status.exit());
            assertTrue(status.err().contains("bank-b.img"), status::err);

            Files.move(elsewhere, files.bank("B"));

            daemon.awaitLine("gw-1 runs");
            awaitState("idle");
        }
    }

    @Test
    void start_environmentMissing_waitsForIt() throws Exception {
        Path elsewhere = Files.move(files.file("uboot.env"), files.file("elsewhere"));
        try (RunningDaemon daemon = new RunningDaemon(files)) {
            daemon.awaitLine("device fault IO");
            Said status = files.twinbank("status");
            assertEquals(1, status.exit());
            assertTrue(status.out().contains("waiting for the device"), status::out);
            assertTrue(status.lines().stream().anyMatch(line -> line.matches("trouble .*uboot.env.*")), status::out);

            Files.move(elsewhere, files.file("uboot.env"));

            daemon.awaitLine("what was wrong with the device has passed");
            awaitState("idle");
        }
    }

    @Test
    void install_bankVanished_failsAndTheNextOneIsInstalledWhenItIsBack() throws Exception {
        try (RunningDaemon daemon = started()) {
            Path elsewhere = Files.move(files.bank("B"), files.file("elsewhere"));
            Said failed = install(1).join();
            assertEquals(1, failed.exit());
            assertTrue(failed.last().startsWith("failed: flash"), failed::out);
            assertTrue(failed.last().contains("bank-b.img"), failed::out);
            daemon.awaitLine(failed.last());
            Said status = files.twinbank("status");
            assertEquals(1, status.exit());
            assertTrue(status.lines().stream().anyMatch(line -> line.matches("trouble .*bank-b.img.*")), status::out);

            Files.move(elsewhere, files.bank("B"));

            awaitState("last update  " + failed.last());

            assertArmed(install(2));
        }
    }

    @Test
    void install_bothCopiesOfTheEnvironmentSpoilt_goesOnWhenOneIsWritten() throws Exception {
        try (RunningDaemon daemon = started()) {
            byte[] good = Files.readAllBytes(files.file("uboot.env"));
            Files.write(files.file("uboot.env"), new byte[good.length]);
            CompletableFuture<Said> install = install(1);
            daemon.awaitLine("U-Boot's environment has no good copy");
            Said status = files.twinbank("status");
            assertEquals(1, status.exit());
            assertTrue(status.out().contains("reset, so that U-Boot saves one"), status::out);

            Files.write(files.file("uboot.env"), good);

            assertArmed(install);
        }
    }

    @Test
    @Needs(Part.MOUNT)
    void install_stateFolderFull_goesOnWhenThereIsRoom() throws Exception {
        Path state = Files.createDirectory(files.file("state"));
        try (Mount small = Mount.inMemory(state, BYTES_OF_STATE);
                RunningDaemon daemon = started()) {
            Path ballast = small.fill();
            CompletableFuture<Said> install = install(1);
            daemon.awaitLine("device fault NO_SPACE");
            awaitState("waiting for the device");

            Files.delete(ballast);

            assertArmed(install);
        }
    }

    @Test
    @Needs(Part.MOUNT)
    void install_stateFolderReadOnly_goesOnWhenItIsWritable() throws Exception {
        try (RunningDaemon daemon = started()) {
            CompletableFuture<Said> install;
            Mount readOnly = Mount.readOnly(files.file("state"));
            try (readOnly) {
                install = install(1);
                daemon.awaitLine("Read-only file system");
                awaitState("waiting for the device");
            }

            assertArmed(install);
        }
    }

    @Test
    @Needs(Part.MOUNT)
    void start_stateFolderReadOnly_isLookedAtUntilItIsWritable() throws Exception {
        Mount readOnly = Mount.readOnly(Files.createDirectory(files.file("state")));
        try (RunningDaemon daemon = new RunningDaemon(files)) {
            try (readOnly) {
                daemon.awaitLine("the gateway can't be updated now");
                assertTrue(daemon.log().contains("Read-only file system"), daemon::log);
                awaitState("not running");
            }

            daemon.awaitLine("gw-1 runs");
            awaitState("idle");
        }
    }

    private RunningDaemon started() {
        RunningDaemon daemon = new RunningDaemon(files);
        daemon.awaitLine("bank A runs");
        return daemon;
    }

    private CompletableFuture<Said> install(int sequence) throws IOException {
        Path update = files.update(sequence, GatewayOnFiles.image(2, IMAGE_BYTES));
        return CompletableFuture.supplyAsync(() -> files.twinbank("install", update.toString()));
    }

    private void assertArmed(CompletableFuture<Said> install) {
        Said said = install.join();
        assertEquals(0, said.exit(), said::err);
        assertTrue(said.last().startsWith("bank B is tried at the restart"), said::out);
        await().until(files::isRestarting);
    }

    private void awaitState(String part) {
        await().alias(part).until(() -> files.twinbank("status").out().contains(part));
    }

    private static ConditionFactory await() {
        return Awaitility.await().atMost(Duration.ofSeconds(50));
    }
}
