// SPDX-License-Identifier: Apache-2.0
package io.twinbank.mqtt;

import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The bytes of the binary messages that a server sends in frames (RFC 6455, section 5), however it cuts them; pings are answered in
 * between. Nothing is held of a frame but the rest of its length, so a length of any size costs no memory: packets are limited by
 * {@link PacketGuard} behind it. Confined to Paho's receiver thread.
 */
final class WebSocketInput extends FilterInputStream {
    private static final int CONTINUATION = 0x0;
    private static final int PING = 0x9;
    private static final int MAX_CONTROL = 125;

    private final WebSocketOutput out;
    private boolean inMessage;
    private long left;

    WebSocketInput(InputStream in, WebSocketOutput out) {
        super(in);
        this.out = out;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] dst, int offset, int count) throws IOException {
        if (count == 0) {
            return 0;
        }
        while (left == 0) {
            if (!nextFrame()) {
                return -1;
            }
        }
        int read = in.read(dst, offset, (int) Math.min(count, left));
        if (read < 0) {
            throw new EOFException("the connection ended within a WebSocket frame, " + left + " bytes before its end");
        }
        left -= read;
        return read;
    }

    @Override
    public int available() throws IOException {
        return (int) Math.min(left, in.available());
    }

    @Override
    public boolean markSupported() {
        return false;
    }

    /** Reads heads until data follow; tells whether the connection goes on. */
    private boolean nextFrame() throws IOException {
        int first = in.read();
        if (first < 0) {
            return false;
        }
        boolean last = (first & 0x80) != 0;
        int opcode = first & 0x0f;
        if ((first & 0x70) != 0) {
            throw malformed("reserved bits 0x" + Integer.toHexString(first & 0x70));
        }
        long length = length();
        if (opcode >= WebSocketOutput.CLOSE) {
            if (!last || length > MAX_CONTROL) {
                throw malformed("a control frame of " + length + " bytes" + (last ? "" : " that isn't the last"));
            }
            control(opcode, (int) length);
            return true;
        }
        if (opcode != (inMessage ? CONTINUATION : WebSocketOutput.BINARY)) {
            throw malformed("opcode " + opcode + (inMessage ? " within a message" : " where a binary message begins"));
        }
        inMessage = !last;
        left = length;
        return true;
    }

    private long length() throws IOException {
        int second = next();
        if ((second & 0x80) != 0) {
            throw malformed("a mask, which only clients use");
        }
        return switch (second) {
            case 126 -> length(2, 126);
            case 127 -> length(8, 0x1_0000);
            default -> second;
        };
    }

    private long length(int bytes, long least) throws IOException {
        long length = 0;
        for (int i = 0; i < bytes; i++) {
            length = (length << 8) | next();
        }
        if (length < least) {
            throw malformed("a length of " + Long.toUnsignedString(length) + " in " + bytes + " bytes");
        }
        return length;
    }

    private void control(int opcode, int length) throws IOException {
        byte[] payload = in.readNBytes(length);
        if (payload.length < length) {
            throw new EOFException("the connection ended within a control frame");
        }
        switch (opcode) {
            case PING -> out.control(WebSocketOutput.PONG, payload);
            case WebSocketOutput.PONG -> {} // nobody asked
            case WebSocketOutput.CLOSE -> throw closed(payload);
            default -> throw malformed("opcode " + opcode);
        }
    }

    private LinkException closed(byte[] payload) throws IOException {
        if (payload.length == 1) {
            throw malformed("a close frame of 1 byte");
        }
        if (payload.length == 0) {
            out.control(WebSocketOutput.CLOSE, payload);
            return new LinkException(LinkFailure.Kind.DISCONNECTED, "the WebSocket was closed without a reason");
        }
        ByteBuffer reason = ByteBuffer.wrap(payload);
        int code = Short.toUnsignedInt(reason.getShort());
        out.control(WebSocketOutput.CLOSE, new byte[] {payload[0], payload[1]});
        LinkFailure.Kind kind = switch (code) { // RFC 6455, section 7.4.1, and its registry
            case 1001, 1012, 1013 -> LinkFailure.Kind.BUSY;
            case 1002, 1003, 1007, 1010 -> LinkFailure.Kind.PROTOCOL;
            case 1008 -> LinkFailure.Kind.NOT_AUTHORISED;
            case 1009 -> LinkFailure.Kind.QUOTA;
            default -> LinkFailure.Kind.DISCONNECTED;
        };
        return new LinkException(kind, "WebSocket code " + code + " " + StandardCharsets.UTF_8.decode(reason));
    }

    private int next() throws IOException {
        int next = in.read();
        if (next < 0) {
            throw new EOFException("the connection ended within the head of a WebSocket frame");
        }
        return next;
    }

    private static MalformedPacketException malformed(String what) {
        return new MalformedPacketException("a WebSocket frame with " + what);
    }
}
