// SPDX-License-Identifier: Apache-2.0
package io.twinbank.agentd;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.twinbank.hal.contract.Part;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A gateway that a real U-Boot boots, in QEMU, with our boot script: the environment is on one disk, each bank on its own. An image is a
 * U-Boot script, whose checksum U-Boot checks as it does a kernel's; it says its version and the bank, and switches the gateway off.
 */
final class QemuGateway {
    private static final Path HAL = Path.of("..", "agent-hal", "src");
    private static final Pattern BOOTED = Pattern.compile("BOOTED (\\S+) from ([AB]).* twinbank\\.slot=([AB])\\s");
    private static final int SCRIPT_AT = 0x100 * 512;
    private static final int DISK_BYTES = 1 << 20;
    private static final int FLASH_BYTES = 64 << 20;
    private static final int IMAGE_LINES = 400;
    private static final int BOOT_SECONDS = 20;

    /** What a boot came to. */
    record Boot(String version, String bank) {}

    final GatewayOnFiles files;

    QemuGateway(GatewayOnFiles files) throws IOException {
        this.files = files;
        // The board's compiled environment is that of the boot contract; of two lines the later counts.
        Files.writeString(
                files.file("board.env"),
                Files.readString(HAL.resolve("test/resources/io/twinbank/hal/linux/qemu-board.env")) + """
                        kept=BOOT_ORDER BOOT_A_LEFT BOOT_B_LEFT
                        twinbank_boot=if test ${twinbank_slot} = A; then virtio dev 1; else virtio dev 2; fi; \
                        virtio read ${m} 0 100; source ${m}; virtio dev 0
                        """);
        run(tool("mkenvimage"), "-s", "0x40000", "-o", "flash.bin", "board.env");
        try (RandomAccessFile flash =
                new RandomAccessFile(files.file("flash.bin").toFile(), "rw")) {
            flash.setLength(FLASH_BYTES);
        }
        Path script = HAL.resolve("main/boot/uboot-rauc.cmd").toAbsolutePath().normalize();
        run(tool("mkimage"), "-T", "script", "-C", "none", "-A", "arm64", "-d", script.toString(), "boot.scr");
        poke("uboot.env", SCRIPT_AT, Files.readAllBytes(files.file("boot.scr")));
        poke("uboot.env", DISK_BYTES - 1, new byte[1]);
        poke("bank-a.img", 0, image("1.0"));
    }

    /** Makes an image: mostly padding, so that a byte of it that is changed somewhere makes a difference. */
    byte[] image(String version) throws IOException {
        StringBuilder script = new StringBuilder();
        for (int i = 0; i < IMAGE_LINES; i++) {
            script.append("# line ")
                    .append(i)
                    .append(" of the image of version ")
                    .append(version)
                    .append('\n');
        }
        script.append("echo BOOTED ").append(version).append(" from ${twinbank_slot} with ${bootargs}; poweroff\n");
        Files.writeString(files.file("image.cmd"), script);
        run(tool("mkimage"), "-T", "script", "-C", "none", "-A", "arm64", "-d", "image.cmd", "image.bin");
        return Files.readAllBytes(files.file("image.bin"));
    }

    /** Changes a byte of a bank or of the environment. */
    void tamper(String file, long at) throws IOException {
        try (RandomAccessFile bytes = new RandomAccessFile(files.file(file).toFile(), "rw")) {
            bytes.seek(at);
            int was = bytes.read();
            bytes.seek(at);
            bytes.write(was ^ 1);
        }
    }

    private void poke(String file, long at, byte[] bytes) throws IOException {
        try (RandomAccessFile disk = new RandomAccessFile(files.file(file).toFile(), "rw")) {
            disk.seek(at);
            disk.write(bytes);
        }
    }

    /** Switches it on. Afterwards the agent of the bank that was booted may run. */
    Boot boot() throws IOException {
        Process board = new ProcessBuilder(command())
                .directory(files.folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(files.file("qemu.log").toFile())
                .start();
        try {
            boolean ended = board.waitFor(BOOT_SECONDS, TimeUnit.SECONDS);
            board.destroyForcibly().waitFor();
            String console = Files.readString(files.file("console"));
            Matcher booted = BOOTED.matcher(console);
            if (!ended || !booted.find()) {
                throw new IOException("nothing booted: " + console + Files.readString(files.file("qemu.log")));
            }
            assertEquals(booted.group(2), booted.group(3), "what the kernel is told of the bank");
            files.boot(booted.group(2));
            return new Boot(booted.group(1), booted.group(2));
        } catch (InterruptedException e) {
            board.destroyForcibly();
            throw new IOException(e);
        }
    }

    private List<String> command() {
        List<String> command = new ArrayList<>(List.of(
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
                "if=pflash,unit=1,format=raw,file=flash.bin"));
        // QEMU puts the first of them into the last place.
        for (String disk : List.of("bank-b.img", "bank-a.img", "uboot.env")) {
            String id = disk.substring(0, disk.indexOf('.'));
            command.addAll(List.of(
                    "-drive", "if=none,format=raw,file=" + disk + ",id=" + id,
                    "-device", "virtio-blk-device,drive=" + id));
        }
        return command;
    }

    private static Path tool(String name) {
        return Part.UBOOT_TOOLS.path().resolveSibling(name);
    }

    private void run(Path tool, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(tool.toString()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .directory(files.folder.toFile())
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
