// SPDX-License-Identifier: Apache-2.0
package io.twinbank.mqtt;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A broker that lies, against a device with 32 MB of heap: whatever it sends, the device's process lives, and takes an offer from it afterwards. Real brokers
 * can't be made to do any of this.
 */
@Tag("slow")
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class FloodIT {
    private static final String OFFER = "twinbank/gw-1/offer";
    private static final String COMMAND = "twinbank/gw-1/command";
    private static final String CHUNKS = "twinbank/gw-1/payload/data";
    private static final int MANY = 100_000;
    private static final int FEWER = 10_000;
    private static final int CONTENT_TYPE = 3;
    private static final int TOPIC_ALIAS = 0x23;
    private static final int USER_PROPERTY = 0x26;

    /** Something to send; the device may hang up meanwhile. */
    private interface Attack {
        void send(OutputStream out) throws IOException;
    }

    @TempDir
    Path folder;

    private ServerSocket broker;
    private Process device;

    @BeforeEach
    void begin() throws IOException {
        broker = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        broker.setSoTimeout((int) Duration.ofSeconds(30).toMillis());
        device = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx32m",
                        "-XX:+UseSerialGC",
                        "-XX:+ExitOnOutOfMemoryError",
                        "-cp",
                        System.getProperty("java.class.path"),
                        FloodedDevice.class.getName(),
                        String.valueOf(broker.getLocalPort()))
                .redirectError(folder.resolve("stderr").toFile())
                .redirectOutput(folder.resolve("stdout").toFile())
                .start();
    }

    @AfterEach
    void end() throws Exception {
        device.destroyForcibly();
        device.waitFor(10, TimeUnit.SECONDS);
        broker.close();
    }

    @Test
    void offersWithoutEnd_qos0And1() throws Exception {
        byte[] payload = new byte[1000];
        attack(out -> repeat(out, MANY, publish(0, OFFER, 1, contentType(Topics.ENVELOPE), payload)));
        attack(out -> {
            for (int i = 0; i < FEWER; i++) {
                out.write(publish(1, OFFER, 1 + i % 65_535, contentType(Topics.ENVELOPE), payload));
            }
        });

        survives();
    }

    @Test
    void topicsThatNobodySubscribedTo_qos0And1() throws Exception {
        byte[] payload = new byte[1000];
        attack(out -> {
            for (int i = 0; i < MANY; i++) {
                out.write(publish(0, "twinbank/gw-2/offer/" + i, 1, contentType(Topics.ENVELOPE), payload));
            }
        });
        attack(out -> {
            for (int i = 0; i < MANY; i++) {
                out.write(publish(1, "elsewhere/" + i, 1 + i % 65_535, contentType(Topics.ENVELOPE), payload));
            }
        });

        survives();
    }

    @Test
    void chunksThatNobodyAskedFor_withAndWithoutADownload() throws Exception {
        byte[] chunk = PayloadResponder.chunk(3, 1 << 20, "v1", new byte[1000]).payload();
        byte[] message = publish(0, CHUNKS, 1, contentType(Topics.PAYLOAD_CHUNK), chunk);
        attack(out -> repeat(out, MANY, message));
        attack(out -> {
            for (int i = 0; i < MANY; i++) {
                out.write(publish(1, CHUNKS, 1 + i % 65_535, contentType(Topics.PAYLOAD_CHUNK), chunk));
            }
        });
        attack(out -> {
            out.write(publish(0, COMMAND, 1, contentType(Topics.COMMAND), new byte[10]));
            repeat(out, FEWER, message);
        });

        survives();
    }

    @Test
    void packetsOf256Megabytes() throws Exception {
        for (int kind : new int[] {0x20, 0x30, 0x90, 0xf0}) {
            attack(out -> {
                out.write(new byte[] {(byte) kind, (byte) 0xff, (byte) 0xff, (byte) 0xff, 0x7f});
                repeat(out, 4, new byte[1 << 20]);
            });
        }

        survives();
    }

    @Test
    void propertiesAbused() throws Exception {
        attack(out -> {
            for (int alias = 1; alias <= FEWER; alias++) {
                out.write(publish(
                        0,
                        "t/" + alias + "x".repeat(500),
                        1,
                        property(TOPIC_ALIAS, alias >> 8, alias & 0xff),
                        new byte[0]));
            }
        });
        ByteArrayOutputStream users = new ByteArrayOutputStream();
        for (int i = 0; i < 9000; i++) {
            users.writeBytes(property(USER_PROPERTY, 0, 4, 'n', 'a', 'm', 'e', 0, 5, 'v', 'a', 'l', 'u', 'e'));
        }
        attack(out -> repeat(out, 200, publish(0, OFFER, 1, users.toByteArray(), new byte[0])));
        attack(out -> out.write(publish(0, OFFER, 1, property(0x7e, 1), new byte[0])));
        attack(out -> out.write(publish(0, "", 1, property(TOPIC_ALIAS, 0, 9), new byte[0])));
        attack(out -> out.write(publish(0, OFFER, 1, property(TOPIC_ALIAS, 0, 0), new byte[0])));
        attack(out -> out.write(
                publish(0, OFFER, 1, concat(contentType("text/plain"), contentType(Topics.ENVELOPE)), new byte[0])));
        attack(out -> out.write(new byte[] {0x30, 6, 0, 1, 'x', 100, 3, 0}));
        attack(out -> out.write(publish(2, OFFER, 1, new byte[0], new byte[0])));
        attack(out -> out.write(publish(3, OFFER, 1, new byte[0], new byte[0])));

        survives();
    }

    @Test
    void bytesAtRandom() throws Exception {
        for (int seed = 0; seed < 40; seed++) {
            Random random = new Random(seed);
            byte[] bytes = new byte[random.nextInt(400)];
            random.nextBytes(bytes);
            if (bytes.length > 1 && random.nextBoolean()) {
                bytes[0] = (byte) (0x30 | random.nextInt(16)); // what gets furthest: a message of the right length
                bytes[1] = (byte) Math.min(bytes.length - 2, 127);
            }
            attack(out -> out.write(bytes));
        }

        survives();
    }

    private void attack(Attack attack) throws Exception {
        assertTrue(device.isAlive(), this::told);
        try (Socket client = accept()) {
            Thread drain = new Thread(() -> drain(client), "drain");
            drain.start();
            try {
                attack.send(client.getOutputStream());
                client.shutdownOutput(); // it reads to the end
            } catch (SocketException e) {
                // it hung up, which is its right
            }
            drain.join();
        }
    }

    /** What every attack ends with: the device comes back, and an offer is acknowledged. */
    private void survives() throws Exception {
        try (Socket client = accept()) {
            client.getOutputStream().write(publish(1, OFFER, 7, contentType(Topics.ENVELOPE), new byte[10]));
            client.setSoTimeout(30_000);
            int kind = 0;
            while (kind != 0x40) {
                kind = client.getInputStream().read();
                assertTrue(kind >= 0, this::told);
                readRest(client.getInputStream());
            }
        }
        device.getOutputStream().close();
        assertTrue(device.waitFor(30, TimeUnit.SECONDS), this::told);
        assertEquals(0, device.exitValue(), this::told);
        String found = Files.readString(folder.resolve("stdout"));
        System.out.println(
                "flooded device: " + found.strip() + ", log " + Files.size(folder.resolve("stderr")) + " bytes");
        assertTrue(Files.size(folder.resolve("stderr")) < 1 << 20, this::told);
    }

    private String told() {
        try {
            String text = Files.readString(folder.resolve("stderr"));
            return "the device said: …" + text.substring(Math.max(0, text.length() - 4000));
        } catch (IOException e) {
            return e.toString();
        }
    }

    private Socket accept() throws IOException {
        Socket client = broker.accept();
        InputStream in = client.getInputStream();
        in.read();
        readRest(in);
        client.getOutputStream().write(new byte[] {0x20, 3, 0, 0, 0});
        in.read();
        readRest(in);
        client.getOutputStream().write(new byte[] {(byte) 0x90, 6, 0, 1, 0, 1, 1, 0});
        return client;
    }

    private static void drain(Socket client) {
        try {
            client.getInputStream().skip(Long.MAX_VALUE);
            client.getInputStream().transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            // the end
        }
    }

    private static void readRest(InputStream in) throws IOException {
        int length = 0;
        for (int shift = 0, next = 0x80; (next & 0x80) != 0; shift += 7) {
            next = in.read();
            length |= (next & 0x7f) << shift;
        }
        in.readNBytes(length);
    }

    private static void repeat(OutputStream out, int times, byte[] packet) throws IOException {
        for (int i = 0; i < times; i++) {
            out.write(packet);
        }
    }

    private static byte[] contentType(String type) {
        byte[] text = type.getBytes(UTF_8);
        return concat(property(CONTENT_TYPE, text.length >> 8, text.length), text);
    }

    private static byte[] property(int... bytes) {
        byte[] property = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            property[i] = (byte) bytes[i];
        }
        return property;
    }

    private static byte[] publish(int qos, String topic, int id, byte[] properties, byte[] payload) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(body);
        byte[] name = topic.getBytes(UTF_8);
        out.writeShort(name.length);
        out.write(name);
        if (qos > 0) {
            out.writeShort(id);
        }
        out.write(length(properties.length));
        out.write(properties);
        out.write(payload);
        return concat(new byte[] {(byte) (0x30 | qos << 1)}, concat(length(body.size()), body.toByteArray()));
    }

    private static byte[] length(int value) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int left = value; ; left >>= 7) {
            bytes.write(left < 128 ? left : left & 0x7f | 0x80);
            if (left < 128) {
                return bytes.toByteArray();
            }
        }
    }

    private static byte[] concat(byte[] first, byte[] second) {
        ByteArrayOutputStream both = new ByteArrayOutputStream();
        List.of(first, second).forEach(both::writeBytes);
        return both.toByteArray();
    }
}
