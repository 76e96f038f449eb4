// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal.linux;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.twinbank.hal.BankId;
import io.twinbank.hal.BootControl;
import io.twinbank.hal.BootControl.Enforcement;
import io.twinbank.hal.contract.BootControlContract;
import io.twinbank.hal.contract.Part;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A board in QEMU whose boot loader is a real U-Boot with a boot script of ours, or a published one. The environment and the banks
 * are on one disk, on which the host works while the board is off; what boots is a bank that begins with a mark, and it says so and
 * switches the board off.
 */
final class QemuBoard implements BootControlContract.Rig, BootableBanks {
    private static final Pattern BOOTED = Pattern.compile("BOOTED ([AB])");
    private static final byte[] MARK = "TWBK".getBytes(UTF_8);
    private static final int BLOCK = 512;
    private static final int COPY_BYTES = 0x4000;
    private static final int DISK_BYTES = 1 << 20;
    private static final int FLASH_BYTES = 64 << 20;

    private final Path folder;
    private BankId running = BankId.A;
    private String console = "";

    /**
     * Makes a board and boots it.
     *
     * @param folder for its files
     * @param script the boot script
     * @param variables of the factory, a line each
     */
    QemuBoard(Path folder, String script, String variables) throws IOException {
        this.folder = folder;
        // A comment of mkenvimage's input ends at its line; the words between are ours.
        try (InputStream board = QemuBoard.class.getResourceAsStream("qemu-board.env")) {
            Files.write(file("board.env"), board.readAllBytes());
        }
        run("mkenvimage", "-s", "0x40000", "-o", "flash.bin", "board.env");
        Files.writeString(file("boot.cmd"), script);
        run("mkimage", "-T", "script", "-C", "none", "-A", "arm64", "-d", "boot.cmd", "boot.scr");
        Files.writeString(file("factory.env"), variables);
        run("mkenvimage", "-r", "-s", Integer.toString(COPY_BYTES), "-o", "disk.bin", "factory.env");
        try (RandomAccessFile flash = new RandomAccessFile(file("flash.bin").toFile(), "rw")) {
            flash.setLength(FLASH_BYTES);
        }
        poke(DISK_BYTES - 1, new byte[1]);
        for (BankId bank : BankId.values()) {
            poke(begin(bank), MARK);
        }
        poke(0x100L * BLOCK, Files.readAllBytes(file("boot.scr")));
        Files.writeString(file("fw_env.config"), "disk.bin 0x0 0x4000\ndisk.bin 0x4000 0x4000\n");
        boot();
    }

    /** Returns what the board printed at its last boot. */
    String console() {
        return console;
    }

    UBootEnvironment environment() throws IOException {
        return UBootEnvironment.open(file("fw_env.config"));
    }

    @Override
    public BootControl control() throws IOException {
        return VariableBootControl.of(environment(), BootConvention.rauc(), this, Enforcement.AGENT_ONLY);
    }

    @Override
    public void boot() throws IOException {
        Process board = new ProcessBuilder(
                        Part.QEMU_ARM.path().toString(),
                        "-machine",
                        "virt",
                        "-cpu",
                        "cortex-a57",
                        "-m",
                        "256",
                        "-display",
                        "none",
                        "-serial",
                        "file:console",
                        "-monitor",
                        "none",
                        "-nic",
                        "none",
                        "-bios",
                        Part.UBOOT.path().toString(),
                        "-drive",
                        "if=pflash,unit=1,format=raw,file=flash.bin",
                        "-drive",
                        "if=none,format=raw,file=disk.bin,id=disk",
                        "-device",
                        "virtio-blk-device,drive=disk")
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(file("qemu.log").toFile())
                .start();
        try {
            boolean ended = board.waitFor(60, TimeUnit.SECONDS);
            board.destroyForcibly().waitFor();
            console = Files.readString(file("console"));
            Matcher booted = BOOTED.matcher(console);
            if (!ended || !booted.find()) {
                throw new IOException(
                        "nothing booted, ended " + ended + ": " + console + Files.readString(file("qemu.log")));
            }
            running = BankId.valueOf(booted.group(1));
        } catch (InterruptedException e) {
            board.destroyForcibly();
            throw new IOException(e);
        }
    }

    @Override
    public boolean loseVariables() throws IOException {
        poke(0, new byte[COPY_BYTES]);
        poke(COPY_BYTES, new byte[COPY_BYTES]);
        return true;
    }

    @Override
    public void spoil(BankId bank) {
        try {
            poke(begin(bank), new byte[MARK.length]);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Damages the copy of the environment that counts, or the other one. */
    void flipBitOfCopy(int copy) throws IOException {
        byte[] disk = Files.readAllBytes(file("disk.bin"));
        int at = copy * COPY_BYTES + 100;
        poke(at, new byte[] {(byte) (disk[at] ^ 1)});
    }

    @Override
    public BankId running() {
        return running;
    }

    @Override
    public boolean isBootable(BankId bank) {
        try (RandomAccessFile disk = new RandomAccessFile(file("disk.bin").toFile(), "r")) {
            disk.seek(begin(bank));
            return disk.read() != 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public OptionalLong securityVersion(BankId bank) {
        return Optional.of(bank).filter(this::isBootable).isPresent() ? OptionalLong.of(0) : OptionalLong.empty();
    }

    private static long begin(BankId bank) {
        return (bank == BankId.A ? 0x40L : 0x60L) * BLOCK;
    }

    private Path file(String name) {
        return folder.resolve(name);
    }

    private void poke(long at, byte[] bytes) throws IOException {
        try (RandomAccessFile disk = new RandomAccessFile(file("disk.bin").toFile(), "rw")) {
            disk.seek(at);
            disk.write(bytes);
        }
    }

    private void run(String tool, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(
                List.of(Part.UBOOT_TOOLS.path().resolveSibling(tool).toString()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        String printed = new String(process.getInputStream().readAllBytes(), UTF_8);
        try {
            assertEquals(0, process.waitFor(), printed);
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }
}
