// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal.linux;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.twinbank.hal.FlashBank;
import io.twinbank.hal.FlashGeometry;
import io.twinbank.hal.HalException;
import io.twinbank.hal.contract.FlashBankContract;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** A volume in a file, and a program that does to it what {@code ubiupdatevol} does to a volume. */
class UbiVolumeBankTest extends FlashBankContract {
    private static final int PAGE = 512;
    private static final int BLOCK = 15872;

    /** One process, as the real one: a pipe's second one may begin after the first was killed, and write to a deleted folder. */
    private static final String UPDATE = "exec dd bs=" + PAGE + " count=$(($1 / " + PAGE
            + ")) iflag=fullblock conv=notrunc,nocreat status=none of=\"$0\"";

    @TempDir
    Path folder;

    private final List<UbiVolumeBank> open = new ArrayList<>();
    private KernelTree kernel;
    private String script = UPDATE;

    @BeforeEach
    void makeBanks() throws IOException {
        kernel();
    }

    /** The suite asks for banks first. */
    private KernelTree kernel() throws IOException {
        if (kernel == null) {
            kernel = new KernelTree(Files.createDirectory(folder.resolve("kernel")));
            kernel.write("sys/class/ubi/ubi0/min_io_size", PAGE + "\n");
            kernel.write("sys/class/ubi/ubi0/mtd_num", "0\n");
            for (String volume : List.of("ubi0_0", "ubi0_1")) {
                kernel.write("sys/class/ubi/" + volume + "/usable_eb_size", BLOCK + "\n");
                kernel.write("sys/class/ubi/" + volume + "/reserved_ebs", "8\n");
                kernel.write("sys/class/ubi/" + volume + "/upd_marker", "0\n");
                kernel.write("sys/class/ubi/" + volume + "/name", "root" + volume.charAt(5) + "\n");
                Files.write(folder.resolve(volume), new byte[8 * BLOCK]);
            }
        }
        return kernel;
    }

    @Override
    protected FlashBank newBank() throws IOException {
        return open("ubi0_0", false);
    }

    @Override
    protected FlashBank newRunningBank() throws IOException {
        return open("ubi0_1", true);
    }

    @Override
    protected FlashBank reopen(FlashBank old) throws IOException {
        ((UbiVolumeBank) old).close();
        return open("ubi0_0", false);
    }

    @Test
    void open_volume_hasItsShapeAndStartsAnew() throws IOException {
        UbiVolumeBank bank = open("ubi0_0", false);

        assertEquals(new FlashGeometry(8 * BLOCK, PAGE, BLOCK), bank.geometry());
        assertFalse(bank.resumable());
    }

    @Test
    void open_noVolume_saysWhatIsMissing() {
        HalException missing = assertThrows(HalException.class, () -> open("ubi0_7", false));

        assertEquals(
                "open " + folder.resolve("ubi0_7") + ": /sys/class/ubi/ubi0_7/usable_eb_size is '', not a number",
                missing.getMessage());
    }

    @Test
    void write_outOfOrderOrTooMuch_isRefused() throws IOException {
        UbiVolumeBank bank = open("ubi0_0", false);
        bank.begin(2 * PAGE - 1);

        String refusal = "write of 512 bytes at 512: volume " + folder.resolve("ubi0_0")
                + " is written in order, at 0 now, up to 1024";
        assertFault(HalException.Kind.UNSUPPORTED, refusal, () -> bank.write(PAGE, ByteBuffer.allocate(PAGE)));
        bank.write(0, ByteBuffer.allocate(2 * PAGE));
        assertThrows(HalException.class, () -> bank.write(2 * PAGE, ByteBuffer.allocate(PAGE)));
        bank.sync();
    }

    @Test
    void read_updateUnderWay_isAFault() throws IOException {
        UbiVolumeBank bank = open("ubi0_0", false);
        bank.begin(2 * PAGE);
        bank.write(0, ByteBuffer.allocate(PAGE));
        bank.sync();

        assertFault(
                HalException.Kind.IO,
                "read " + folder.resolve("ubi0_0") + ": its update is under way, 512 of 1024 bytes are written",
                () -> bank.read(0, ByteBuffer.allocate(1)));
    }

    @Test
    void read_lastUpdateInterrupted_isNotCorrectable() throws IOException {
        kernel.write("sys/class/ubi/ubi0_0/upd_marker", "1\n");

        assertFault(
                HalException.Kind.ECC,
                "read " + folder.resolve("ubi0_0") + ": its last update was interrupted, update it again",
                () -> open("ubi0_0", false).read(0, ByteBuffer.allocate(1)));
    }

    @Test
    void write_volumeInUse_isLockedAndLostUntilTheNextBegin() throws IOException {
        script =
                "echo 'ubiupdatevol: error!: cannot start volume update' >&2; echo 'error 16 (Device or resource busy)' >&2;"
                        + " exit 255";
        UbiVolumeBank busy = open("ubi0_0", false);
        busy.begin(PAGE);

        HalException refused = assertThrows(HalException.class, () -> busy.write(0, ByteBuffer.allocate(PAGE)));

        assertEquals(HalException.Kind.LOCKED, refused.kind());
        assertFault(
                HalException.Kind.IO,
                "sync " + folder.resolve("ubi0_0") + ": its update failed, begin again",
                busy::sync);
        busy.begin(PAGE);
        busy.sync();
    }

    @Test
    void begin_mountedUnderAnyOfItsNames_isLocked() throws IOException {
        for (String source : List.of("ubi0_0", "/dev/ubi0_0", "ubi0:root0", "ubi:root0", "/dev/ubiblock0_0")) {
            kernel.write("proc/self/mountinfo", "40 1 0:45 / /mnt rw - ubifs " + source + " rw\n");

            assertFault(
                    HalException.Kind.LOCKED,
                    "begin: bank " + folder.resolve("ubi0_0") + " is in use: " + source
                            + " is mounted on /mnt, unmount it",
                    () -> open("ubi0_0", false).begin(1));
            open("ubi0_1", false).begin(1);
        }
    }

    @Test
    void begin_rootOfTheCommandLine_isLocked() throws IOException {
        kernel.write("proc/cmdline", "ubi.mtd=4 root=ubi0:root0 rootfstype=ubifs");

        assertFault(
                HalException.Kind.LOCKED,
                "begin: bank " + folder.resolve("ubi0_0")
                        + " is in use: the kernel's command line has root=ubi0:root0, so this is the running bank",
                () -> open("ubi0_0", false).begin(1));
    }

    @Test
    void end_updateUnderWay_endsTheProgram() throws IOException {
        UbiVolumeBank bank = open("ubi0_0", false);
        bank.begin(2 * PAGE);
        bank.write(0, ByteBuffer.allocate(PAGE));
        bank.end();

        bank.begin(PAGE);

        assertWritesAnew(bank);
    }

    @Test
    void write_fromTheBeginAgain_startsAnew() throws IOException {
        UbiVolumeBank bank = open("ubi0_0", false);
        bank.begin(2 * PAGE);
        bank.write(0, ByteBuffer.allocate(PAGE));
        bank.write(0, ByteBuffer.allocate(2 * PAGE));

        bank.begin(PAGE);

        assertWritesAnew(bank);
        assertWritesAnew(bank);
    }

    private static void assertWritesAnew(UbiVolumeBank bank) throws HalException {
        byte[] image = new byte[PAGE];
        image[0] = 1;
        bank.write(0, ByteBuffer.wrap(image));
        bank.sync();
        ByteBuffer back = ByteBuffer.allocate(PAGE);
        bank.read(0, back);
        assertArrayEquals(image, back.array());
    }

    private static void assertFault(HalException.Kind kind, String message, Executable call) {
        HalException fault = assertThrows(HalException.class, call);
        assertEquals(message, fault.getMessage());
        assertEquals(kind, fault.kind());
    }

    private UbiVolumeBank open(String volume, boolean running) throws IOException {
        Path path = folder.resolve(volume);
        UbiVolumeBank bank = UbiVolumeBank.open(
                path,
                kernel(),
                Guard.notRunning(path, () -> running),
                (device, bytes) -> List.of("sh", "-c", script, device.toString(), Long.toString(bytes)));
        open.add(bank);
        return bank;
    }

    @AfterEach
    void closeAll() throws IOException {
        for (UbiVolumeBank bank : open) {
            bank.close();
        }
    }
}
