// SPDX-License-Identifier: Apache-2.0
package io.twinbank.mqtt;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PacketGuardTest {
    private static final int LIMIT = 300;
    private static final String UNWANTED = "a/b";

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 1000})
    void read_packetsWithinTheLimit_passWhole(int chunk) throws IOException {
        ByteArrayOutputStream packets = new ByteArrayOutputStream();
        packets.write(packet(0));
        packets.write(packet(127));
        packets.write(packet(128));
        packets.write(packet(LIMIT));
        packets.write(packet(2));

        byte[] passed = readAll(packets.toByteArray(), chunk);

        assertArrayEquals(packets.toByteArray(), passed);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7})
    void read_packetAboveTheLimit_throwsAtTheLengthHead(int chunk) throws IOException {
        ByteArrayOutputStream packets = new ByteArrayOutputStream();
        packets.write(packet(10));
        packets.write(packet(LIMIT + 1), 0, 3);

        IOException thrown = assertThrows(MalformedPacketException.class, () -> readAll(packets.toByteArray(), chunk));

        assertTrue(thrown.getMessage().contains("301 bytes, but at most 300"), thrown::getMessage);
    }

    @Test
    void read_lengthHeadOfFiveBytes_throws() {
        byte[] endless = {0x30, (byte) 0x80, (byte) 0x80, (byte) 0x80, (byte) 0x80, 0x01};

        assertThrows(MalformedPacketException.class, () -> readAll(endless, 1));
    }

    @Test
    void read_largestLengthHead_throwsWithoutOverflow() {
        byte[] largest = {0x30, (byte) 0xff, (byte) 0xff, (byte) 0xff, 0x7f};

        IOException thrown = assertThrows(MalformedPacketException.class, () -> readAll(largest, 1));

        assertTrue(thrown.getMessage().contains("268435455 bytes"), thrown::getMessage);
    }

    @Test
    void read_endWithinAPacket_isTheEnd() throws IOException {
        assertEquals(5, readAll(new byte[] {0x30, 10, 1, 2, 3}, 100).length);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 1000})
    void read_unwantedMessages_areDroppedAndCounted(int chunk) throws IOException {
        byte[] before = message(0x30, "a/bc", 100);
        byte[] between = message(0x31, "a", 0);
        byte[] after = packet(LIMIT);
        ByteArrayInputStream packets = new ByteArrayInputStream(concat(
                message(0x30, UNWANTED, 0),
                before,
                message(0x30, UNWANTED, 200),
                message(0x39, UNWANTED, 7),
                between,
                message(0x30, "x".repeat(2000), 3),
                after));

        PacketGuard guard = new PacketGuard(packets, 3000, topic -> !topic.equals(UNWANTED));

        assertArrayEquals(concat(before, between, after), readAll(guard, chunk));
        assertEquals(4, guard.dropped());
        assertEquals(0, guard.dropped());
    }

    @Test
    void read_unwantedMessagesThatWantAnAnswer_pass() throws IOException {
        byte[] messages = concat(message(0x32, UNWANTED, 10), message(0x34, UNWANTED, 10), message(0x30, "", 10));

        assertArrayEquals(messages, readAll(messages, 1));
    }

    @Test
    void read_topicThatIsNotWellFormed_passes() throws IOException {
        byte[] longer = {0x30, 4, 0, 3, 'a', '/'};
        byte[] none = {0x30, 1, 0};

        assertArrayEquals(longer, readAll(longer, 1));
        assertArrayEquals(none, readAll(none, 1));
    }

    @Test
    void read_endWithinAnUnwantedMessage_isTheEnd() throws IOException {
        byte[] whole = message(0x30, UNWANTED, 50);

        for (int length = 7; length < whole.length; length++) {
            assertEquals(0, readAll(Arrays.copyOf(whole, length), 10).length);
        }
    }

    private static byte[] message(int type, String topic, int payload) throws IOException {
        byte[] name = topic.getBytes(StandardCharsets.UTF_8);
        byte[] message = packet(2 + name.length + payload);
        message[0] = (byte) type;
        int at = message.length - payload - name.length - 2;
        message[at] = (byte) (name.length >> 8);
        message[at + 1] = (byte) name.length;
        System.arraycopy(name, 0, message, at + 2, name.length);
        return message;
    }

    private static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    private static byte[] packet(int length) throws IOException {
        ByteArrayOutputStream packet = new ByteArrayOutputStream();
        packet.write(0x30);
        int rest = length;
        do {
            packet.write(rest > 127 ? (rest & 0x7f) | 0x80 : rest);
            rest >>= 7;
        } while (rest > 0);
        for (int i = 0; i < length; i++) {
            packet.write(0xff - i);
        }
        return packet.toByteArray();
    }

    private static byte[] readAll(byte[] source, int chunk) throws IOException {
        return readAll(
                new PacketGuard(new ByteArrayInputStream(source), LIMIT, topic -> !topic.equals(UNWANTED)), chunk);
    }

    private static byte[] readAll(InputStream guard, int chunk) throws IOException {
        ByteArrayOutputStream passed = new ByteArrayOutputStream();
        try (guard) {
            byte[] buffer = new byte[chunk];
            for (int n = guard.read(buffer, 0, chunk); n >= 0; n = guard.read(buffer, 0, chunk)) {
                passed.write(buffer, 0, n);
            }
        }
        return passed.toByteArray();
    }
}
