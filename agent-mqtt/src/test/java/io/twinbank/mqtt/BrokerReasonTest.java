// SPDX-License-Identifier: Apache-2.0
package io.twinbank.mqtt;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BrokerReasonTest {
    @Test
    void parse_everyProperty_findsTheTwo() {
        ByteArrayOutputStream properties = new ByteArrayOutputStream();
        properties.writeBytes(new byte[] {0x11, 0, 0, 0, 9, 0x21, 0, 4, 0x24, 1, 0x25, 1, 0x27, 0, 1, 0, 0});
        properties.writeBytes(property(0x12, "id"));
        properties.writeBytes(new byte[] {0x22, 0, 1});
        properties.writeBytes(property(0x26, "name"));
        properties.writeBytes(new byte[] {0, 1, 'v', 0x28, 1, 0x29, 1, 0x2a, 1, 0x13, 0, 60});
        properties.writeBytes(property(0x1a, "info"));
        properties.writeBytes(property(0x15, "method"));
        properties.writeBytes(property(0x16, "data"));
        properties.writeBytes(property(0x1f, "go away"));
        properties.writeBytes(property(0x1c, "other.example"));

        assertEquals(
                new BrokerReason(true, 0x9c, Optional.of("go away"), Optional.of("other.example")),
                BrokerReason.connAck(body(1, 0x9c, properties.toByteArray())));
    }

    @Test
    void parse_cutOff_keepsWhatCameBefore() {
        byte[] whole = body(0, 0x9d, concat(property(0x1c, "other.example"), property(0x1f, "moved")));
        for (int length = 0; length < whole.length; length++) {
            BrokerReason answer = BrokerReason.connAck(Arrays.copyOf(whole, length));
            assertEquals(Optional.empty(), answer.said());
            assertEquals(length < 2 ? 0x80 : 0x9d, answer.reason());
            assertEquals(length >= 3 + 16, answer.serverReference().isPresent(), "of " + length + " bytes");
        }
    }

    @Test
    void parse_unknownProperty_keepsWhatCameBefore() {
        BrokerReason answer = BrokerReason.connAck(
                body(1, 0, concat(property(0x1f, "well"), new byte[] {0x7f}, property(0x1c, "x"))));

        assertEquals(new BrokerReason(true, 0, Optional.of("well"), Optional.empty()), answer);
    }

    @Test
    void greeting_ofTheGuard_isTheFirstPacketOnly() throws IOException {
        byte[] first = body(1, 0x9c, property(0x1c, "other.example"));
        byte[] second = body(0, 0x9d, property(0x1c, "evil.example"));
        try (PacketGuard guard = new PacketGuard(
                new ByteArrayInputStream(concat(packet(0x20, first), packet(0x20, second))), 1000, topic -> true)) {
            assertFalse(guard.greeting().isPresent());

            guard.readAllBytes();

            assertEquals(
                    Optional.of("other.example"), guard.greeting().orElseThrow().serverReference());
        }
    }

    @Test
    void greeting_otherPackets_areNone() throws IOException {
        byte[] body = body(1, 0, new byte[0]);
        try (PacketGuard guard = new PacketGuard(
                new ByteArrayInputStream(concat(packet(0x30, body), packet(0x90, body))), 1000, topic -> true)) {
            guard.readAllBytes();

            assertFalse(guard.greeting().isPresent());
            assertFalse(guard.farewell().isPresent());
        }
    }

    @Test
    void farewell_afterOtherPackets_isWhatDisconnectSaid() throws IOException {
        byte[] properties = concat(property(0x1f, "moved"), property(0x1c, "other.example"));
        byte[] body = concat(new byte[] {(byte) 0x9d, (byte) properties.length}, properties);
        try (PacketGuard guard = new PacketGuard(
                new ByteArrayInputStream(
                        concat(packet(0x20, body(1, 0, new byte[0])), packet(0x30, body), packet(0xe0, body))),
                1000,
                topic -> true)) {
            guard.readAllBytes();

            assertEquals(
                    new BrokerReason(false, 0x9d, Optional.of("moved"), Optional.of("other.example")),
                    guard.farewell().orElseThrow());
        }
    }

    @Test
    void farewell_withoutAReason_isNoRefusal() {
        assertFalse(BrokerReason.disconnect(new byte[0]).isRefusal());
        assertFalse(BrokerReason.disconnect(new byte[] {0}).isRefusal());
    }

    @Test
    void greeting_long_isReadFromItsBeginning() throws IOException {
        byte[] body =
                concat(new byte[] {1, 0, (byte) 0x90, 0x4e}, property(0x1f, "well"), property(0x26, "x".repeat(9900)));
        try (PacketGuard guard = new PacketGuard(new ByteArrayInputStream(packet(0x20, body)), 20_000, topic -> true)) {
            guard.readAllBytes();

            assertEquals(Optional.of("well"), guard.greeting().orElseThrow().said());
        }
    }

    private static byte[] packet(int type, byte[] body) {
        byte[] head = body.length < 128
                ? new byte[] {(byte) type, (byte) body.length}
                : new byte[] {(byte) type, (byte) ((body.length & 0x7f) | 0x80), (byte) (body.length >> 7)};
        return concat(head, body);
    }

    private static byte[] body(int flags, int reason, byte[] properties) {
        return concat(new byte[] {(byte) flags, (byte) reason, (byte) properties.length}, properties);
    }

    private static byte[] property(int id, String value) {
        byte[] utf8 = value.getBytes(UTF_8);
        return concat(new byte[] {(byte) id, (byte) (utf8.length >> 8), (byte) utf8.length}, utf8);
    }

    private static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
