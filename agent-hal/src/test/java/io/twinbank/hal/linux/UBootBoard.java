// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal.linux;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.twinbank.hal.BankId;
import io.twinbank.hal.HalException;
import io.twinbank.hal.contract.Part;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A board with U-Boot. The environment, the script and the banks are on one disk. */
final class UBootBoard extends QemuBoard {
    private static final byte[] MARK = "TWBK".getBytes(UTF_8);
    private static final int BLOCK = 512;
    private static final int COPY_BYTES = 0x4000;
    private static final int DISK_BYTES = 1 << 20;
    private static final int FLASH_BYTES = 64 << 20;

    /**
     * Makes a board and boots it.
     *
     * @param folder for its files
     * @param script the boot script
     * @param convention what the script means by its variables
     * @param kept the names of its variables
     * @param variables of the factory, a line each
     */
    UBootBoard(Path folder, Path script, BootConvention convention, String kept, String variables) throws IOException {
        super(folder, convention);
        // A comment of mkenvimage's input ends at its line; the words between are ours.
        try (InputStream board = UBootBoard.class.getResourceAsStream("qemu-board.env")) {
            Files.writeString(file("board.env"), new String(board.readAllBytes(), UTF_8) + "kept=" + kept + "\n");
        }
        run(tool("mkenvimage"), "-s", "0x40000", "-o", "flash.bin", "board.env");
        Files.copy(script, file("boot.cmd"));
        run(tool("mkimage"), "-T", "script", "-C", "none", "-A", "arm64", "-d", "boot.cmd", "boot.scr");
        Files.writeString(file("factory.env"), variables);
        run(tool("mkenvimage"), "-r", "-s", Integer.toString(COPY_BYTES), "-o", "disk.bin", "factory.env");
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

    @Override
    BootVariables variables() throws IOException {
        return UBootEnvironment.open(file("fw_env.config"));
    }

    @Override
    List<String> board() {
        return List.of(
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
                "virtio-blk-device,drive=disk");
    }

    /** The board prints its environment before it keeps it. */
    @Override
    public void boot() throws IOException {
        super.boot();
        List<String> helpers = console()
                .lines()
                .filter(line -> line.matches("(tb_\\w+|twinbank_slot)=.*|bootargs=.*twinbank.*"))
                .toList();
        assertEquals(List.of(), helpers, "what a script keeps, though only it needs it");
    }

    @Override
    public boolean loseVariables() throws IOException {
        poke(0, new byte[COPY_BYTES]);
        poke(COPY_BYTES, new byte[COPY_BYTES]);
        return true;
    }

    @Override
    public void spoil(BankId bank) throws HalException {
        try {
            poke(begin(bank), new byte[MARK.length]);
        } catch (IOException e) {
            throw Disk.fault("spoil", file("disk.bin"), e);
        }
    }

    /** Damages the copy of the environment that counts, or the other one. */
    void flipBitOfCopy(int copy) throws IOException {
        byte[] disk = Files.readAllBytes(file("disk.bin"));
        int at = copy * COPY_BYTES + 100;
        poke(at, new byte[] {(byte) (disk[at] ^ 1)});
    }

    @Override
    public boolean isBootable(BankId bank) throws HalException {
        try (RandomAccessFile disk = new RandomAccessFile(file("disk.bin").toFile(), "r")) {
            disk.seek(begin(bank));
            return disk.read() != 0;
        } catch (IOException e) {
            throw Disk.fault("read", file("disk.bin"), e);
        }
    }

    private static long begin(BankId bank) {
        return (bank == BankId.A ? 0x40L : 0x60L) * BLOCK;
    }

    private void poke(long at, byte[] bytes) throws IOException {
        try (RandomAccessFile disk = new RandomAccessFile(file("disk.bin").toFile(), "rw")) {
            disk.seek(at);
            disk.write(bytes);
        }
    }

    private static Path tool(String name) {
        return Part.UBOOT_TOOLS.path().resolveSibling(name);
    }
}
