// SPDX-License-Identifier: Apache-2.0
package io.twinbank.agentd;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.twinbank.publisher.Otapub;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.zip.CRC32;

/** A gateway whose banks and U-Boot environment are files, and the maker of its updates. */
final class GatewayOnFiles {
    static final int BANK_BYTES = 2 << 20;
    private static final int ENVIRONMENT_BYTES = 0x4000;
    private static final int CRC_BYTES = 4;

    /** What a command said. */
    record Said(int exit, String out, String err) {
        List<String> lines() {
            return out.lines().toList();
        }

        String last() {
            List<String> lines = lines();
            return lines.isEmpty() ? "" : lines.get(lines.size() - 1);
        }
    }

    final Path folder;
    final Path config;
    private final List<String> more = new ArrayList<>();

    GatewayOnFiles(Path folder) throws IOException {
        this.folder = folder;
        this.config = folder.resolve("twinbank.conf");
        Files.write(file("bank-a.img"), image(1, BANK_BYTES));
        Files.write(file("bank-b.img"), new byte[BANK_BYTES]);
        byte[] copy = environment("BOOT_A_LEFT=3", "BOOT_B_LEFT=0", "BOOT_ORDER=A");
        Files.write(
                file("uboot.env"),
                ByteBuffer.allocate(2 * copy.length).put(copy).put(copy).array());
        Files.writeString(
                file("fw_env.config"), file("uboot.env") + " 0 0x4000\n" + file("uboot.env") + " 0x4000 0x4000\n");
        otapub("keygen", "--out", file("maker.pem").toString());
        boot("A");
        write();
    }

    Path file(String name) {
        return folder.resolve(name);
    }

    static byte[] image(long seed, int bytes) {
        byte[] image = new byte[bytes];
        new Random(seed).nextBytes(image);
        return image;
    }

    /** One copy of a redundant environment, as libubootenv's documentation has it. */
    static byte[] environment(String... variables) {
        ByteBuffer copy = ByteBuffer.allocate(ENVIRONMENT_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        copy.position(CRC_BYTES).put((byte) 1);
        for (String variable : variables) {
            copy.put(variable.getBytes(UTF_8)).put((byte) 0);
        }
        CRC32 crc = new CRC32();
        crc.update(copy.array(), CRC_BYTES + 1, ENVIRONMENT_BYTES - CRC_BYTES - 1);
        return copy.putInt(0, (int) crc.getValue()).array();
    }

    /** Adds lines to the configuration. */
    GatewayOnFiles with(String... lines) {
        more.addAll(List.of(lines));
        write();
        return this;
    }

    private void write() {
        List<String> lines = new ArrayList<>(List.of(
                "device.name = gw-1",
                "device.vendor-domain = example.com",
                "device.class = gw",
                "device.serial = 0001",
                "bank.a = bank-a.img",
                "bank.b = bank-b.img",
                "bank.running = file:running",
                "boot.kind = uboot",
                "boot.uboot.config = fw_env.config",
                "state.dir = state",
                "trust.anchors = maker.pub.pem",
                "reset.command = touch " + file("restarting")));
        lines.addAll(more);
        try {
            Files.write(config, lines);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Has a bank booted. */
    void boot(String bank) throws IOException {
        Files.deleteIfExists(file("restarting"));
        Files.writeString(file("running"), bank + "\n");
    }

    /** Which bank was booted. */
    String running() throws IOException {
        return Files.readString(file("running")).strip();
    }

    /** Where a bank is. */
    Path bank(String name) {
        return file("bank-" + name.toLowerCase(Locale.ROOT) + ".img");
    }

    /** Whether the agent has asked for a restart since the last boot. */
    boolean isRestarting() {
        return Files.exists(file("restarting"));
    }

    /** Makes an update, its payload beside it. */
    Path update(long sequence, byte[] image, String... options) throws IOException {
        Path payload = file("image-" + sequence + ".img");
        Path envelope = file("update-" + sequence + ".suit");
        Files.write(payload, image);
        List<String> words = new ArrayList<>(List.of(
                "pack",
                "--image",
                payload.toString(),
                "--key",
                file("maker.pem").toString(),
                "--vendor-domain",
                "example.com",
                "--model",
                "gw",
                "--sequence",
                Long.toString(sequence),
                "--component",
                "os",
                "--out",
                envelope.toString()));
        if (!List.of(options).contains("--security-version")) {
            words.addAll(List.of("--security-version", "0"));
        }
        if (!List.of(options).contains("--uri")) {
            words.addAll(List.of("--uri", "https://updates.invalid/" + payload.getFileName()));
        }
        words.addAll(List.of(options));
        otapub(words.toArray(new String[0]));
        return envelope;
    }

    private static void otapub(String... words) {
        StringWriter said = new StringWriter();
        PrintWriter printer = new PrintWriter(said, true);
        assertEquals(0, Otapub.run(printer, printer, words), said.toString());
    }

    /** Types a command, with this gateway's configuration. */
    Said twinbank(String... words) {
        List<String> all = new ArrayList<>(List.of(words));
        all.addAll(1, List.of("--config", config.toString()));
        return say(all.toArray(new String[0]));
    }

    /** Types a command. */
    static Said say(String... words) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int exit = Twinbank.run(new PrintWriter(out, true), new PrintWriter(err, true), words);
        return new Said(exit, out.toString(), err.toString());
    }
}
