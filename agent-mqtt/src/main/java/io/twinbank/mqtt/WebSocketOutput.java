// SPDX-License-Identifier: Apache-2.0
package io.twinbank.mqtt;

import java.io.IOException;
import java.io.OutputStream;
import java.security.SecureRandom;

/**
 * Makes masked frames (RFC 6455, section 5) of what is written: a binary message at each flush, or when 16 KiB are there. Frames of
 * several threads, such as an answer to a ping, don't mix.
 */
final class WebSocketOutput extends OutputStream {
    static final int BINARY = 0x2;
    static final int CLOSE = 0x8;
    static final int PONG = 0xa;

    private static final int FINAL = 0x80;
    private static final int MASKED = 0x80;
    private static final int MAX_FRAME = 16 << 10;

    private final OutputStream out;
    private final SecureRandom random;
    private final byte[] buffer = new byte[MAX_FRAME];
    private int count;

    WebSocketOutput(OutputStream out, SecureRandom random) {
        this.out = out;
        this.random = random;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public synchronized void write(byte[] src, int offset, int length) throws IOException {
        for (int done = 0; done < length; ) {
            if (count == MAX_FRAME) {
                flush();
            }
            int step = Math.min(length - done, MAX_FRAME - count);
            System.arraycopy(src, offset + done, buffer, count, step);
            count += step;
            done += step;
        }
    }

    @Override
    public synchronized void flush() throws IOException {
        if (count > 0) {
            int length = count;
            count = 0;
            frame(BINARY, buffer, length);
        }
    }

    /** Sends a control frame at once, between those of messages. */
    synchronized void control(int opcode, byte[] payload) throws IOException {
        frame(opcode, payload.clone(), payload.length);
    }

    private void frame(int opcode, byte[] payload, int length) throws IOException {
        byte[] mask = new byte[4];
        random.nextBytes(mask);
        for (int i = 0; i < length; i++) {
            payload[i] ^= mask[i % mask.length];
        }
        boolean small = length < 126; // never above 16 KiB, so 16 bits are enough
        byte[] head = small
                ? new byte[] {(byte) (FINAL | opcode), (byte) (MASKED | length)}
                : new byte[] {(byte) (FINAL | opcode), (byte) (MASKED | 126), (byte) (length >> 8), (byte) length};
        byte[] frame = new byte[head.length + mask.length + length];
        System.arraycopy(head, 0, frame, 0, head.length);
        System.arraycopy(mask, 0, frame, head.length, mask.length);
        System.arraycopy(payload, 0, frame, head.length + mask.length, length);
        out.write(frame);
        out.flush();
    }
}
