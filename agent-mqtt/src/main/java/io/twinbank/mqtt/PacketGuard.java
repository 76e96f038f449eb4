// SPDX-License-Identifier: Apache-2.0
package io.twinbank.mqtt;

import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Follows the framing of what the broker sends, ahead of Paho: refuses a packet that declares more than the limit, for Paho allocates whatever the
 * length head says, and drops messages of QoS 0 that nobody wants, for Paho takes 60 ns for each of their bytes. Keeps what CONNACK and DISCONNECT
 * said. Reading is confined to Paho's receiver thread.
 */
final class PacketGuard extends FilterInputStream {
    private static final int MAX_LENGTH_BYTES = 4;
    private static final int CONNACK = 0x20;
    private static final int DISCONNECT = 0xe0;
    private static final int KIND_AND_QOS = 0xf6;
    private static final int PUBLISH_QOS_0 = 0x30;
    private static final int KEPT_BYTES = 4 << 10;
    /** Longer than any that is heard. */
    private static final int LONGEST_TOPIC_BYTES = 1 << 10;

    private final int maxBytes;
    private final Predicate<String> wanted;
    private final AtomicLong dropped = new AtomicLong();
    private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
    private volatile @Nullable BrokerReason greeting;
    private volatile @Nullable BrokerReason farewell;
    private int type;
    /** The beginning of the packet, as far as it was looked at. */
    private final ByteArrayOutputStream head = new ByteArrayOutputStream();

    private byte[] ahead = new byte[0];
    private int aheadRead;
    private int left;

    /**
     * Guards a stream.
     *
     * @param wanted whether a message of QoS 0 on this topic is of use now
     */
    PacketGuard(InputStream in, int maxBytes, Predicate<String> wanted) {
        super(in);
        this.maxBytes = maxBytes;
        this.wanted = wanted;
    }

    /** Returns what the broker answered to CONNECT; empty before that. */
    Optional<BrokerReason> greeting() {
        return Optional.ofNullable(greeting);
    }

    /** Returns why the broker disconnected; empty if it didn't say. */
    Optional<BrokerReason> farewell() {
        return Optional.ofNullable(farewell);
    }

    /** Returns how many messages were dropped since it was asked before. Any thread. */
    long dropped() {
        return dropped.getAndSet(0);
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
        if (aheadRead == ahead.length && left == 0) {
            begin();
        }
        if (aheadRead < ahead.length) {
            int read = Math.min(count, ahead.length - aheadRead);
            System.arraycopy(ahead, aheadRead, dst, offset, read);
            aheadRead += read;
            return read;
        }
        int read = super.read(dst, offset, Math.min(count, Math.max(left, 1)));
        if (read > 0) {
            body(dst, offset, read);
        }
        return read;
    }

    /** Looks at the next packet that is wanted as far as needed. At the stream's end there is nothing ahead, or less than a head. */
    private void begin() throws IOException {
        do {
            head.reset();
            left = 0;
            type = next();
            left = type < 0 ? 0 : length();
        } while ((type & KIND_AND_QOS) == PUBLISH_QOS_0 && !isWanted() && skip());
        ahead = head.toByteArray();
        aheadRead = 0;
    }

    private int next() throws IOException {
        int read = in.read();
        if (read >= 0) {
            head.write(read);
        }
        return read;
    }

    private int length() throws IOException {
        int length = 0;
        for (int i = 0; i < MAX_LENGTH_BYTES; i++) {
            int read = next();
            if (read < 0) {
                return 0;
            }
            length |= (read & 0x7f) << (7 * i);
            if ((read & 0x80) == 0) {
                if (length > maxBytes) {
                    throw new MalformedPacketException("the broker sent a packet of " + length + " bytes, but at most "
                            + maxBytes + " were allowed");
                }
                return length;
            }
        }
        throw new MalformedPacketException("a packet's length head has more than " + MAX_LENGTH_BYTES + " bytes");
    }

    /** What isn't well-formed is Paho's to refuse. */
    private boolean isWanted() throws IOException {
        if (left < Short.BYTES) {
            return true;
        }
        int high = next();
        int low = next();
        left -= Short.BYTES;
        int length = high << 8 | low;
        if (low < 0 || length == 0 || length > left) {
            return true;
        }
        if (length > LONGEST_TOPIC_BYTES) {
            return false;
        }
        byte[] topic = in.readNBytes(length);
        left -= length;
        head.writeBytes(topic);
        return topic.length < length || wanted.test(new String(topic, StandardCharsets.UTF_8));
    }

    /** Passes over the packet; false if the stream ends within it. */
    private boolean skip() throws IOException {
        dropped.incrementAndGet();
        for (long skipped; left > 0; left -= (int) skipped) {
            skipped = in.skip(left);
            if (skipped == 0) {
                if (in.read() < 0) {
                    head.reset();
                    left = 0;
                    return false;
                }
                skipped = 1;
            }
        }
        return true;
    }

    private void body(byte[] src, int offset, int count) {
        left = Math.max(left - count, 0);
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
}
