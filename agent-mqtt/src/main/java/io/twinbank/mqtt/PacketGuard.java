// SPDX-License-Identifier: Apache-2.0
package io.twinbank.mqtt;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * Follows the framing of what the broker sends and refuses a packet that declares more than the limit, before Paho, which
 * allocates whatever the length head says, sees the end of that head. Confined to Paho's receiver thread.
 */
final class PacketGuard extends FilterInputStream {
    private static final int MAX_LENGTH_BYTES = 4;

    private final int maxBytes;
    private int lengthBytes = -1;
    private int length;
    private int left;

    PacketGuard(InputStream in, int maxBytes) {
        super(in);
        this.maxBytes = maxBytes;
    }

    @Override
    public int read() throws IOException {
        int read = super.read();
        if (read < 0) {
            return read;
        }
        if (left > 0) {
            left--;
        } else if (lengthBytes < 0) {
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
        left -= Math.max(read, 0);
        return read;
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
