// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.pipeline;

import io.twinbank.core.spi.PayloadSource;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How many bytes a download may transfer over the network, and how many it did. The download has them granted on the agent's
 * lane; the source that is read through here never reads on beyond them. Payload bytes count, as they come: encoded, and also
 * those that are passed over. What protocols add doesn't, nor what the system received and nobody read.
 *
 * <p>For one download. Thread-safe.
 */
public final class Meter {
    /** What was granted is used up: no trouble of the network's. */
    static final class SpentException extends IOException {
        private static final long serialVersionUID = 1L;

        SpentException() {
            super("no more bytes are allowed");
        }
    }

    private long granted;
    private long transferred;
    /** How much of the payload is still to come. */
    private long rest = Long.MAX_VALUE;

    private boolean closed;

    /** Makes a meter by which nothing is granted yet. */
    public Meter() {}

    /**
     * Has a source's bytes counted, and limited.
     *
     * @param source what transfers: under the one that decodes, if there is one
     * @return the same payloads
     */
    public PayloadSource over(PayloadSource source) {
        return new PayloadSource() {
            @Override
            public boolean serves(URI uri) {
                return source.serves(uri);
            }

            @Override
            public Stream open(Request request) throws IOException {
                if (request.end() == Long.MAX_VALUE) {
                    expect(request.sizeBytes() - request.offset());
                }
                return new MeteredStream(source.open(request));
            }
        };
    }

    /**
     * Returns how many bytes were granted in all.
     *
     * @return never less than {@link #transferredBytes}
     */
    public synchronized long grantedBytes() {
        return granted;
    }

    /**
     * Returns how many bytes came, and may be coming in the read that is under way. After the download it doesn't rise any more.
     *
     * @return how many of those that were granted are used up
     */
    public synchronized long transferredBytes() {
        return transferred;
    }

    synchronized void grant(long bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException("can't allow " + bytes + " bytes");
        }
        granted = granted > Long.MAX_VALUE - bytes ? Long.MAX_VALUE : granted + bytes;
    }

    /** How much more may be read; what is granted for all the rest of a payload is enough for whatever it is decoded to. */
    synchronized long left() {
        long left = granted - transferred;
        return closed ? 0 : left >= rest ? Long.MAX_VALUE : left;
    }

    /**
     * Tells how much is still to come to a payload of which only ranges are fetched: no request says so.
     *
     * @param bytes of all of them
     */
    public synchronized void expect(long bytes) {
        rest = bytes;
    }

    private synchronized void came(int got) {
        rest = got < 0 ? 0 : Math.max(0, rest - got);
    }

    synchronized void close() {
        closed = true;
    }

    private synchronized int reserve(int most) throws SpentException {
        int bytes = closed ? 0 : (int) Math.min(most, granted - transferred);
        if (bytes == 0) {
            rest = Long.MAX_VALUE; // more is to come than was thought
            throw new SpentException();
        }
        transferred += bytes;
        return bytes;
    }

    private synchronized void settle(long reserved, long came) {
        transferred += came - reserved;
    }

    private final class MeteredStream implements PayloadSource.Stream {
        private final PayloadSource.Stream stream;
        private long handedOn;

        MeteredStream(PayloadSource.Stream stream) {
            this.stream = stream;
        }

        @Override
        public int read(ByteBuffer dst) throws IOException {
            int limit = dst.limit();
            long before = counted();
            int reserved = reserve(dst.remaining());
            dst.limit(dst.position() + reserved);
            try {
                int got = stream.read(dst);
                came(got);
                handedOn += Math.max(0, got);
                return got;
            } finally {
                dst.limit(limit);
                settle(reserved, counted() - before);
            }
        }

        private long counted() {
            long bytes = stream.transferredBytes();
            return bytes < 0 ? handedOn : bytes;
        }

        @Override
        public boolean turnTo(long offset, long end) {
            return stream.turnTo(offset, end);
        }

        @Override
        public Optional<String> validator() {
            return stream.validator();
        }

        @Override
        public OptionalLong sizeBytes() {
            return stream.sizeBytes();
        }

        @Override
        public Optional<Instant> date() {
            return stream.date();
        }

        @Override
        public long transferredBytes() {
            return counted();
        }

        @Override
        public void abandon() {
            stream.abandon();
        }

        @Override
        public void close() {
            stream.close();
        }
    }
}
