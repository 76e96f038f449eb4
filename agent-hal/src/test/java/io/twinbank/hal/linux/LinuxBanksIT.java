// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal.linux;

import static io.twinbank.hal.linux.LoopDevice.run;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.hal.BankId;
import io.twinbank.hal.ComponentId;
import io.twinbank.hal.HalException;
import io.twinbank.hal.contract.Needs;
import io.twinbank.hal.contract.Part;
import io.twinbank.hal.linux.Program.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Needs(Part.LOOP_DEVICE)
class LinuxBanksIT {
    private static final ComponentId OS = ComponentId.of("os");
    private static final int CAPACITY = 8 << 20;

    @TempDir
    Path folder;

    @Test
    void spoil_realFileSystem_cannotBeMounted() throws IOException {
        try (LoopDevice a = loop("a");
                LoopDevice b = loop("b");
                LinuxBanks banks = open(a.path(), b.path())) {
            assertInstanceOf(BlockDeviceBank.class, banks.bank(BankId.B, OS));
            assertFalse(banks.isBootable(BankId.B));
            run("mkfs.ext4", "-q", b.path().toString());
            assertTrue(banks.isBootable(BankId.B));

            banks.spoil(BankId.B);

            assertFalse(banks.isBootable(BankId.B));
            Path point = Files.createDirectory(folder.resolve("mnt"));
            Result mount = Program.run(
                    Duration.ofSeconds(10), List.of("mount", b.path().toString(), point.toString()));
            assertEquals(32, mount.exitCode(), mount.error());
        }
    }

    @Test
    void open_fileAndTheLoopDeviceOnIt_areRefused() throws IOException {
        try (LoopDevice a = loop("a")) {
            HalException refused = assertThrows(HalException.class, () -> open(a.path(), folder.resolve("a")));

            assertTrue(refused.getMessage().contains("shares its bytes with bank A of os, " + a.path()));
        }
    }

    private LoopDevice loop(String name) throws IOException {
        return LoopDevice.on(Files.write(folder.resolve(name), new byte[CAPACITY]));
    }

    private static LinuxBanks open(Path a, Path b) throws HalException {
        return LinuxBanks.open(
                Map.of(OS, Map.of(BankId.A, a, BankId.B, b)), () -> BankId.A, bank -> OptionalLong.of(0));
    }
}
