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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PacketGuardTest {
    private static final int LIMIT = 300;

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
        ByteArrayOutputStream passed = new ByteArrayOutputStream();
        try (InputStream in = new PacketGuard(new ByteArrayInputStream(source), LIMIT)) {
            byte[] buffer = new byte[chunk];
            for (int n = in.read(buffer, 0, chunk); n >= 0; n = in.read(buffer, 0, chunk)) {
                passed.write(buffer, 0, n);
            }
        }
        return passed.toByteArray();
    }
}
