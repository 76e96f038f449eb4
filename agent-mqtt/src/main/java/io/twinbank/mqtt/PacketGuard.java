// SPDX-License-Identifier: Apache-2.0
package io.twinbank.mqtt;

import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Follows the framing of what the broker sends and refuses a packet that declares more than the limit, before Paho, which
 * allocates whatever the length head says, sees the end of that head. Keeps what CONNACK and DISCONNECT said. Reading is confined to Paho's
 * receiver thread.
 */
final class PacketGuard extends FilterInputStream {
    private static final int MAX_LENGTH_BYTES = 4;
    private static final int CONNACK = 0x20;
    private static final int DISCONNECT = 0xe0;
    private static final int KEPT_BYTES = 4 << 10;

    private final int maxBytes;
    private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
    private volatile @Nullable BrokerReason greeting;
    private volatile @Nullable BrokerReason farewell;
    private int type;
    private int lengthBytes = -1;
    private int length;
    private int left;

    PacketGuard(InputStream in, int maxBytes) {
        super(in);
        this.maxBytes = maxBytes;
    }

    /** Returns what the broker answered to CONNECT; empty before that. */
    Optional<BrokerReason> greeting() {
        return Optional.ofNullable(greeting);
    }

    /** Returns why the broker disconnected; empty if it didn't say. */
    Optional<BrokerReason> farewell() {
        return Optional.ofNullable(farewell);
    }

    @Override
    public int read() throws IOException {
        int read = super.read();
        if (read < 0) {
            return read;
        }
        if (left > 0) {
            body(new byte[] {(byte) read}, 0, 1);
        } else if (lengthBytes < 0) {
            type = read;
            lengthBytes = 0;
            length = 0;
        } else {
            lengthByte(read);
        }
        return read;
    }

    @Override
    public int read(byte[] dst, int offset, int count) throws IOException {
        if (left == 0 && count > 0) {
            int read = read();
            if (read < 0) {
                return -1;
            }
            dst[offset] = (byte) read;
            return 1;
        }
        int read = super.read(dst, offset, Math.min(count, left));
        if (read > 0) {
            body(dst, offset, read);
        }
        return read;
    }

    private void body(byte[] src, int offset, int count) {
        left -= count;
        if (type == CONNACK || type == DISCONNECT) {
            kept.write(src, offset, Math.min(count, KEPT_BYTES - kept.size()));
            if (left == 0) {
                keep(kept.toByteArray());
                kept.reset();
            }
        }
    }

    private void keep(byte[] body) {
        if (type == DISCONNECT) {
            farewell = BrokerReason.disconnect(body);
        } else if (greeting == null) {
            greeting = BrokerReason.connAck(body);
        }
    }

    @Override
    public boolean markSupported() {
        return false;
    }

    private void lengthByte(int read) throws MalformedPacketException {
        if (lengthBytes == MAX_LENGTH_BYTES) {
            throw new MalformedPacketException("a packet's length head has more than " + MAX_LENGTH_BYTES + " bytes");
        }
        length |= (read & 0x7f) << (7 * lengthBytes);
        lengthBytes++;
        if ((read & 0x80) != 0) {
            return;
        }
        if (length > maxBytes) {
            throw new MalformedPacketException(
                    "the broker sent a packet of " + length + " bytes, but at most " + maxBytes + " were allowed");
        }
        left = length;
        lengthBytes = -1;
    }
}
