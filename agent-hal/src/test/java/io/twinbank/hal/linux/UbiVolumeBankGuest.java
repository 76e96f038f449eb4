// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal.linux;

import static io.twinbank.hal.linux.LoopDevice.run;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.hal.BankId;
import io.twinbank.hal.ComponentId;
import io.twinbank.hal.FlashBank;
import io.twinbank.hal.HalException;
import io.twinbank.hal.contract.FlashBankContract;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** On volumes of the kernel's UBI, on nandsim; run by {@link FlashGuest}. */
class UbiVolumeBankGuest extends FlashBankContract {
    private static final Path VOLUME = Path.of("/dev/ubi0_0");
    private static final Path RUNNING = Path.of("/dev/ubi0_1");
    private static final Path DATA = Path.of("/dev/ubi0_2");
    private static final ComponentId OS = ComponentId.of("os");

    private final List<UbiVolumeBank> open = new ArrayList<>();

    @Override
    protected FlashBank newBank() throws IOException {
        return open(VOLUME, false);
    }

    @Override
    protected FlashBank newRunningBank() throws IOException {
        return open(RUNNING, true);
    }

    @Override
    protected FlashBank reopen(FlashBank old) throws IOException {
        ((UbiVolumeBank) old).close();
        return open(VOLUME, false);
    }

    @Test
    void end_updateUnderWay_leavesAnEccFaultAndNothingBootable() throws IOException {
        try (LinuxBanks banks = banks()) {
            FlashBank bank = banks.bank(BankId.B, OS);
            update(bank);
            assertTrue(banks.isBootable(BankId.B));
            bank.begin(bank.geometry().capacityBytes());
            bank.write(0, ByteBuffer.allocate(moreThanAPipeHolds(bank)));

            bank.end();

            HalException interrupted = assertThrows(HalException.class, () -> bank.read(0, ByteBuffer.allocate(1)));
            assertEquals(HalException.Kind.ECC, interrupted.kind());
            assertFalse(banks.isBootable(BankId.B));
            update(bank);
            assertTrue(banks.isBootable(BankId.B));
        }
    }

    @Test
    void spoil_installedBank_isNotBootableUntilTheNextUpdate() throws IOException {
        try (LinuxBanks banks = banks()) {
            update(banks.bank(BankId.B, OS));

            banks.spoil(BankId.B);

            assertFalse(banks.isBootable(BankId.B));
            update(banks.bank(BankId.B, OS));
            assertTrue(banks.isBootable(BankId.B));
        }
    }

    @Test
    void write_somebodyReadsTheVolume_isLocked() throws IOException {
        UbiVolumeBank bank = open(VOLUME, false);
        int page = bank.geometry().writeSizeBytes();
        bank.begin(page);

        try (FileChannel reader = FileChannel.open(VOLUME)) {
            assertTrue(reader.isOpen());
            assertLocked(
                    "write /dev/ubi0_0: ubiupdatevol ended with 255", () -> bank.write(0, ByteBuffer.allocate(page)));
        }

        update(bank);
    }

    @Test
    void begin_ubifsMounted_isLocked() throws IOException {
        UbiVolumeBank bank = open(DATA, false);
        run("mount", "-t", "ubifs", "ubi0:data", "/mnt");
        try {
            assertLocked(
                    "begin: bank /dev/ubi0_2 is in use: ubi0:data is mounted on /mnt, unmount it", () -> bank.begin(1));
        } finally {
            run("umount", "/mnt");
        }
        bank.begin(1);
    }

    private static void update(FlashBank bank) throws HalException {
        byte[] image = new byte[bank.geometry().eraseSizeBytes()];
        new Random(1).nextBytes(image);
        bank.begin(image.length);
        bank.write(0, ByteBuffer.wrap(image));
        bank.sync();
        bank.end();
    }

    /** So {@code ubiupdatevol} has begun to write when the last of it is taken. */
    private static int moreThanAPipeHolds(FlashBank bank) {
        int block = bank.geometry().eraseSizeBytes();
        return (128 << 10) / block * block;
    }

    private static LinuxBanks banks() throws HalException {
        return LinuxBanks.open(
                Map.of(OS, Map.of(BankId.A, RUNNING, BankId.B, VOLUME)), () -> BankId.A, bank -> OptionalLong.of(0));
    }

    private UbiVolumeBank open(Path volume, boolean running) throws HalException {
        UbiVolumeBank bank =
                UbiVolumeBank.open(volume, new Kernel(Path.of("/")), Guard.notRunning(volume, () -> running));
        open.add(bank);
        return bank;
    }

    @AfterEach
    void close() throws HalException {
        for (UbiVolumeBank each : open) {
            each.close();
        }
    }

    private static void assertLocked(String begin, Executable call) {
        HalException refused = assertThrows(HalException.class, call);
        assertEquals(HalException.Kind.LOCKED, refused.kind());
        assertTrue(refused.getMessage().startsWith(begin), refused.getMessage());
    }
}
