// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.app;

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/** What fills the demo's images: pseudo-random bytes, or somebody's file. Any size, from any offset, in constant memory. */
final class Bodies {
    private Bodies() {}

    /** Pseudo-random bytes; the same for the same seed. */
    static PayloadServer.Payload random(long seed, long sizeBytes) {
        return new PayloadServer.Payload() {
            @Override
            public long sizeBytes() {
                return sizeBytes;
            }

            @Override
            public InputStream open(long offset) {
                return new RandomStream(seed, offset, sizeBytes);
            }
        };
    }

    /** A file's bytes. */
    static PayloadServer.Payload file(Path file) throws IOException {
        long sizeBytes = Files.size(file);
        return new PayloadServer.Payload() {
            @Override
            public long sizeBytes() {
                return sizeBytes;
            }

            @Override
            public InputStream open(long offset) throws IOException {
                return Channels.newInputStream(FileChannel.open(file).position(offset));
            }
        };
    }

    /** A header, then a body. */
    static PayloadServer.Payload concat(byte[] header, PayloadServer.Payload body) {
        return new PayloadServer.Payload() {
            @Override
            public long sizeBytes() {
                return header.length + body.sizeBytes();
            }

            @Override
            public InputStream open(long offset) throws IOException {
                if (offset >= header.length) {
                    return body.open(offset - header.length);
                }
                InputStream head = new ByteArrayInputStream(header, (int) offset, header.length);
                return new SequenceInputStream(head, body.open(0));
            }
        };
    }

    /** The end of another payload. */
    static PayloadServer.Payload from(PayloadServer.Payload whole, long begin) {
        return new PayloadServer.Payload() {
            @Override
            public long sizeBytes() {
                return whole.sizeBytes() - begin;
            }

            @Override
            public InputStream open(long offset) throws IOException {
                return whole.open(begin + offset);
            }
        };
    }

    /** Another payload with something else in its middle. */
    static PayloadServer.Payload replaced(PayloadServer.Payload whole, long at, PayloadServer.Payload part) {
        return new PayloadServer.Payload() {
            @Override
            public long sizeBytes() {
                return whole.sizeBytes();
            }

            @Override
            public InputStream open(long offset) throws IOException {
                long end = at + part.sizeBytes();
                if (offset >= end) {
                    return whole.open(offset);
                }
                InputStream rest = new SequenceInputStream(part.open(Math.max(0, offset - at)), whole.open(end));
                return offset >= at
                        ? rest
                        : new SequenceInputStream(new Limited(whole.open(offset), at - offset), rest);
            }
        };
    }

    /** Another payload with one byte changed. */
    static PayloadServer.Payload tampered(PayloadServer.Payload good, long at) {
        return new PayloadServer.Payload() {
            @Override
            public long sizeBytes() {
                return good.sizeBytes();
            }

            @Override
            public InputStream open(long offset) throws IOException {
                return new TamperedStream(good.open(offset), at - offset);
            }
        };
    }

    /** Eight bytes for each multiple of eight, by SplitMix64, so that any offset can be had without those before it. */
    private static final class RandomStream extends InputStream {
        private final long seed;
        private final long end;
        private long position;

        RandomStream(long seed, long position, long end) {
            this.seed = seed;
            this.position = position;
            this.end = end;
        }

        @Override
        public int read() {
            if (position >= end) {
                return -1;
            }
            long word = word(position >>> 3);
            return (int) (word >>> (8 * (position++ & 7))) & 0xff;
        }

        @Override
        public int read(byte[] dst, int from, int length) {
            if (length == 0) {
                return 0;
            }
            int n = (int) Math.min(length, end - position);
            if (n <= 0) {
                return -1;
            }
            long word = 0;
            for (int i = 0; i < n; i++, position++) {
                if (i == 0 || (position & 7) == 0) {
                    word = word(position >>> 3);
                }
                dst[from + i] = (byte) (word >>> (8 * (position & 7)));
            }
            return n;
        }

        private long word(long index) {
            long z = seed + (index + 1) * 0x9E3779B97F4A7C15L;
            z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
            z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
            return z ^ (z >>> 31);
        }
    }

    private static final class Limited extends FilterInputStream {
        private long left;

        Limited(InputStream in, long left) {
            super(in);
            this.left = left;
        }

        @Override
        public int read() throws IOException {
            return left-- > 0 ? super.read() : -1;
        }

        @Override
        public int read(byte[] dst, int from, int length) throws IOException {
            int n = left <= 0 ? -1 : super.read(dst, from, (int) Math.min(length, left));
            left -= Math.max(0, n);
            return n;
        }
    }

    private static final class TamperedStream extends FilterInputStream {
        private long until;

        TamperedStream(InputStream in, long until) {
            super(in);
            this.until = until;
        }

        @Override
        public int read() throws IOException {
            int value = super.read();
            return value >= 0 && until-- == 0 ? value ^ 1 : value;
        }

        @Override
        public int read(byte[] dst, int from, int length) throws IOException {
            int n = super.read(dst, from, length);
            if (n > 0) {
                if (until >= 0 && until < n) {
                    dst[from + (int) until] ^= 1;
                }
                until -= n;
            }
            return n;
        }
    }
}
