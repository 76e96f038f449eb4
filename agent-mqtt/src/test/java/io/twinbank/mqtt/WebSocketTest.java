// SPDX-License-Identifier: Apache-2.0
package io.twinbank.mqtt;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.mqtt.LinkFailure.Kind;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WebSocketTest {
    private static final int FINAL = 0x80;
    private static final Server SERVER = Server.parse("wss://broker.example/mqtt?a=b");

    private final SecureRandom random = new SecureRandom();
    private final ByteArrayOutputStream sent = new ByteArrayOutputStream();
    private final WebSocketOutput out = new WebSocketOutput(sent, random);

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 125, 126, 127, 65_535, 65_536, 200_000})
    void read_frameOfAnySize_comesWhole(int size) throws IOException {
        byte[] payload = bytes(size);

        assertArrayEquals(payload, readAll(frame(FINAL | 2, payload), 1000));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 7, 100_000})
    void read_messageInSeveralFramesWithPingsBetween_comesWhole(int chunk) throws IOException {
        byte[] payload = bytes(70_000);
        byte[] frames = concat(
                frame(2, Arrays.copyOf(payload, 10)),
                frame(FINAL | 9, "ping".getBytes(UTF_8)),
                frame(0, Arrays.copyOfRange(payload, 10, 10)),
                frame(0, Arrays.copyOfRange(payload, 10, 69_000)),
                frame(FINAL | 10, new byte[0]),
                frame(FINAL, Arrays.copyOfRange(payload, 69_000, 70_000)));

        assertArrayEquals(payload, readAll(frames, chunk));
        assertArrayEquals("ping".getBytes(UTF_8), unmask(sent.toByteArray(), FINAL | 10));
    }

    @Test
    void read_oneByteAtATime_isTheSame() throws IOException {
        byte[] payload = {(byte) 0xff, 0, 1};
        try (InputStream in = input(frame(FINAL | 2, payload))) {
            assertEquals(0xff, in.read());
            assertEquals(0, in.read());
            assertEquals(1, in.read());
            assertEquals(-1, in.read());
        }
    }

    @Test
    void read_hugeLength_isStreamedWithoutAllocating() throws IOException {
        byte[] head = {(byte) (FINAL | 2), 127, 0x3f, -1, -1, -1, -1, -1, -1, -1};
        try (InputStream in = input(concat(head, new byte[] {1, 2}))) {
            assertEquals(2, in.read(new byte[10], 0, 10));
            EOFException thrown = assertThrows(EOFException.class, () -> in.read(new byte[10], 0, 10));
            assertTrue(thrown.getMessage().contains("4611686018427387901 bytes before its end"), thrown::getMessage);
        }
    }

    @Test
    void read_hugePacketInAHugeFrame_isRefusedByTheGuard() throws IOException {
        byte[] head = {(byte) (FINAL | 2), 127, 0x3f, -1, -1, -1, -1, -1, -1, -1};
        byte[] packet = {0x30, -1, -1, -1, 0x7f, 0};
        try (InputStream in = new PacketGuard(input(concat(head, packet)), 1000, topic -> true)) {
            assertThrows(MalformedPacketException.class, in::readAllBytes);
        }
    }

    @Test
    void read_lengthWithTheTopBit_isRefused() {
        assertMalformed(
                new byte[] {(byte) (FINAL | 2), 127, -1, -1, -1, -1, -1, -1, -1, -1}, "length of 18446744073709551615");
    }

    @Test
    void read_lengthInTooManyBytes_isRefused() {
        assertMalformed(new byte[] {(byte) (FINAL | 2), 126, 0, 125}, "a length of 125 in 2 bytes");
        assertMalformed(new byte[] {(byte) (FINAL | 2), 127, 0, 0, 0, 0, 0, 0, -1, -1}, "a length of 65535 in 8 bytes");
    }

    @Test
    void read_maskedFrame_isRefused() {
        assertMalformed(new byte[] {(byte) (FINAL | 2), (byte) 0x81, 0, 0, 0, 0, 1}, "a mask");
    }

    @Test
    void read_reservedBit_isRefused() {
        assertMalformed(frame(FINAL | 0x42, new byte[1]), "reserved bits 0x40");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 7})
    void read_textOrUnknownOpcode_isRefused(int opcode) {
        assertMalformed(frame(FINAL | opcode, new byte[1]), "opcode " + opcode);
    }

    @Test
    void read_unknownControlOpcode_isRefused() {
        assertMalformed(frame(FINAL | 11, new byte[1]), "opcode 11");
    }

    @Test
    void read_continuationOfNothing_isRefused() {
        assertMalformed(frame(FINAL, new byte[1]), "opcode 0 where a binary message begins");
    }

    @Test
    void read_messageWithinAMessage_isRefused() {
        assertMalformed(concat(frame(2, new byte[1]), frame(FINAL | 2, new byte[1])), "opcode 2 within a message");
    }

    @Test
    void read_controlFrameTooLongOrCut_isRefused() {
        assertMalformed(frame(FINAL | 9, new byte[126]), "a control frame of 126 bytes");
        assertMalformed(frame(9, new byte[1]), "that isn't the last");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void read_endWithinAHead_isSaid(int length) {
        byte[] cut = Arrays.copyOf(frame(FINAL | 2, new byte[200]), length);

        assertThrows(EOFException.class, () -> readAll(cut, 10));
    }

    @Test
    void read_endWithinAControlFrame_isSaid() {
        byte[] cut = Arrays.copyOf(frame(FINAL | 9, new byte[20]), 10);

        assertThrows(EOFException.class, () -> readAll(cut, 10));
    }

    @ParameterizedTest
    @CsvSource({
        "1000, DISCONNECTED",
        "1001, BUSY",
        "1002, PROTOCOL",
        "1007, PROTOCOL",
        "1008, NOT_AUTHORISED",
        "1009, QUOTA",
        "1011, DISCONNECTED",
        "1013, BUSY",
        "4000, DISCONNECTED"
    })
    void read_close_isAnsweredAndClassified(int code, Kind kind) {
        byte[] payload = concat(new byte[] {(byte) (code >> 8), (byte) code}, "bye\n".getBytes(UTF_8));

        LinkException thrown = assertThrows(LinkException.class, () -> readAll(frame(FINAL | 8, payload), 10));

        assertEquals(kind, LinkFailure.of(thrown).kind());
        assertTrue(LinkFailure.of(thrown).text().contains("WebSocket code " + code + " bye"), thrown::getMessage);
        assertArrayEquals(Arrays.copyOf(payload, 2), unmask(sent.toByteArray(), FINAL | 8));
    }

    @Test
    void read_closeWithoutAReason_isTheEnd() {
        LinkException thrown = assertThrows(LinkException.class, () -> readAll(frame(FINAL | 8, new byte[0]), 10));

        assertEquals(Kind.DISCONNECTED, thrown.kind());
        assertArrayEquals(new byte[0], unmask(sent.toByteArray(), FINAL | 8));
    }

    @Test
    void read_closeOfOneByte_isRefused() {
        assertMalformed(frame(FINAL | 8, new byte[1]), "a close frame of 1 byte");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 125, 126, 16_384})
    void write_flushed_isOneMaskedFrame(int size) throws IOException {
        byte[] payload = bytes(size);
        out.write(payload);
        assertEquals(0, sent.size());

        out.flush();
        out.flush();

        assertArrayEquals(payload, unmask(sent.toByteArray(), FINAL | 2));
    }

    @Test
    void write_moreThanAFrame_isSeveral() throws IOException {
        byte[] payload = bytes(16_385);
        out.write(payload[0]);
        out.write(payload, 1, payload.length - 1);
        out.flush();

        byte[] all = sent.toByteArray();
        assertArrayEquals(Arrays.copyOf(payload, 16_384), unmask(Arrays.copyOf(all, 8 + 16_384), FINAL | 2));
        assertArrayEquals(
                new byte[] {payload[16_384]}, unmask(Arrays.copyOfRange(all, 8 + 16_384, all.length), FINAL | 2));
    }

    @Test
    void write_twice_hasAnotherMask() throws IOException {
        out.write(new byte[100]);
        out.flush();
        out.write(new byte[100]);
        out.flush();

        byte[] all = sent.toByteArray();
        assertTrue(!Arrays.equals(Arrays.copyOf(all, 106), Arrays.copyOfRange(all, 106, 212)));
    }

    @Test
    void open_goodAnswer_asksForMqtt() throws IOException {
        handshake(goodAnswer());

        String request = sent.toString(US_ASCII);
        assertTrue(request.startsWith("GET /mqtt?a=b HTTP/1.1\r\nHost: broker.example:443\r\n"), request);
        assertTrue(request.contains("\r\nSec-WebSocket-Protocol: mqtt\r\n"), request);
        assertTrue(request.endsWith("\r\n\r\n"), request);
    }

    @Test
    void accept_exampleOfTheStandard_isRight() {
        assertEquals("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", WebSocketHandshake.accept("dGhlIHNhbXBsZSBub25jZQ=="));
    }

    @Test
    void open_wrongKey_isRefused() {
        assertRefused(goodAnswer().replace("ACCEPT", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="), "expected ");
    }

    @ParameterizedTest
    @CsvSource({"HTTP/1.1 403 Forbidden", "HTTP/1.1 200 OK", "HTTP/1.0 404"})
    void open_otherStatus_isRefusedWithIt(String status) {
        assertRefused(goodAnswer().replace("HTTP/1.1 101 Switching Protocols", status), status);
    }

    @Test
    void open_fieldsMissingOrOthers_areRefused() {
        assertRefused(goodAnswer().replace("Upgrade: websocket\r\n", ""), "upgrade is \"\"");
        assertRefused(goodAnswer().replace("keep-alive, Upgrade", "close"), "connection is \"close\"");
        assertRefused(goodAnswer().replace("Protocol: mqtt", "Protocol: stomp"), "sec-websocket-protocol is \"stomp\"");
        assertRefused(
                goodAnswer().replace("\r\n\r\n", "\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n"),
                "sec-websocket-extensions");
    }

    @Test
    void open_noHttp_isSaid() {
        assertThrows(MalformedPacketException.class, () -> handshake("SSH-2.0-OpenSSH\r\n\r\n"));
        assertThrows(MalformedPacketException.class, () -> handshake("HTTP/1.1 101 x\r\nnonsense\r\n\r\n"));
        assertThrows(EOFException.class, () -> handshake("HTTP/1.1 101 x\r\n"));
        IOException thrown = assertThrows(
                MalformedPacketException.class, () -> handshake("HTTP/1.1 101 x\r\nX: " + "x".repeat(10_000)));
        assertTrue(thrown.getMessage().contains("more than 8192 bytes"), thrown::getMessage);
    }

    private static String goodAnswer() {
        return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n"
                + "sec-websocket-accept: ACCEPT\r\nSec-WebSocket-Protocol: mqtt\r\n\r\n";
    }

    private void assertRefused(String answer, String why) {
        LinkException thrown = assertThrows(LinkException.class, () -> handshake(answer));
        assertEquals(Kind.WEBSOCKET_REFUSED, thrown.kind());
        assertTrue(thrown.getMessage().contains(why), thrown::getMessage);
    }

    /** Answers when the request is there, for the answer hangs on its key. */
    private void handshake(String answer) throws IOException {
        InputStream in = new InputStream() {
            private InputStream answering;

            @Override
            public int read() throws IOException {
                if (answering == null) {
                    String key = sent.toString(US_ASCII).replaceAll("(?s).*Sec-WebSocket-Key: (\\S+).*", "$1");
                    answering = new ByteArrayInputStream(answer.replace("ACCEPT", WebSocketHandshake.accept(key))
                            .getBytes(US_ASCII));
                }
                return answering.read();
            }
        };
        WebSocketHandshake.open(in, sent, SERVER, random);
    }

    private void assertMalformed(byte[] frames, String what) {
        IOException thrown = assertThrows(MalformedPacketException.class, () -> readAll(frames, 10));
        assertTrue(
                thrown.getMessage().toLowerCase(Locale.ROOT).contains(what.toLowerCase(Locale.ROOT)),
                thrown::getMessage);
    }

    private InputStream input(byte[] frames) {
        return new WebSocketInput(new ByteArrayInputStream(frames), out);
    }

    private byte[] readAll(byte[] frames, int chunk) throws IOException {
        ByteArrayOutputStream read = new ByteArrayOutputStream();
        try (InputStream in = input(frames)) {
            byte[] buffer = new byte[chunk];
            for (int n = in.read(buffer, 0, chunk); n >= 0; n = in.read(buffer, 0, chunk)) {
                read.write(buffer, 0, n);
            }
        }
        return read.toByteArray();
    }

    private static byte[] frame(int first, byte[] payload) {
        int length = payload.length;
        byte[] head = length < 126
                ? new byte[] {(byte) first, (byte) length}
                : length < 0x1_0000
                        ? new byte[] {(byte) first, 126, (byte) (length >> 8), (byte) length}
                        : new byte[] {
                            (byte) first,
                            127,
                            0,
                            0,
                            0,
                            0,
                            (byte) (length >> 24),
                            (byte) (length >> 16),
                            (byte) (length >> 8),
                            (byte) length
                        };
        return concat(head, payload);
    }

    /** Returns the payload of the one frame that a client sent. */
    private static byte[] unmask(byte[] frame, int first) {
        assertEquals(first, frame[0] & 0xff);
        assertTrue((frame[1] & 0x80) != 0, "not masked");
        int length = frame[1] & 0x7f;
        int at = 2;
        if (length == 126) {
            length = ((frame[2] & 0xff) << 8) | (frame[3] & 0xff);
            at = 4;
        }
        byte[] payload = Arrays.copyOfRange(frame, at + 4, frame.length);
        assertEquals(length, payload.length);
        for (int i = 0; i < length; i++) {
            payload[i] ^= frame[at + i % 4];
        }
        return payload;
    }

    private static byte[] bytes(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    private static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
