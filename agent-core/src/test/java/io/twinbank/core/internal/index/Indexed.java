// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.index;

import io.twinbank.core.spi.PayloadSource;
import io.twinbank.hal.HalException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;

/** An image with its index, and what devices fetch. */
record Indexed(byte[] image, BlockIndex index, byte[] fetched) {
    static final URI URI_OF_STORE = URI.create("https://firmware.example/image");

    static Indexed packed(byte[] image, int blockBytes) {
        ByteArrayOutputStream store = new ByteArrayOutputStream();
        BlockIndex index = make(new BlockIndexMaker(blockBytes, Optional.of(store)), image);
        return new Indexed(image, index, store.toByteArray());
    }

    static Indexed plain(byte[] image, int blockBytes) {
        return new Indexed(image, make(new BlockIndexMaker(blockBytes, Optional.empty()), image), image);
    }

    private static BlockIndex make(BlockIndexMaker maker, byte[] image) {
        try {
            return maker.make(new ByteArrayInputStream(image), image.length, done -> {});
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Bytes that no compression makes smaller. */
    static byte[] random(int seed, int length) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    /** Bytes that are half as long when they are packed. */
    static byte[] text(int seed, int length) {
        byte[] bytes = random(seed, length);
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) ('a' + (bytes[i] & 0xf));
        }
        return bytes;
    }

    static byte[] join(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    static byte[] part(byte[] bytes, int from, int to) {
        return Arrays.copyOfRange(bytes, from, to);
    }

    /** What a bank holds, as long as it does. */
    static Held held(byte[] bytes) {
        return new Held() {
            @Override
            public long sizeBytes() {
                return bytes.length;
            }

            @Override
            public void read(long offset, ByteBuffer dst) throws HalException {
                dst.put(bytes, (int) offset, dst.remaining());
            }
        };
    }

    Holdings find(byte[] active) {
        return new BlockFinder(index).find(held(active), Optional.empty(), done -> {});
    }

    Holdings find(byte[] active, Held.Target target) {
        return new BlockFinder(index).find(held(active), Optional.of(target), done -> {});
    }

    /** Serves what devices fetch, as an HTTP server serves ranges, and counts. */
    final class Server implements PayloadSource {
        final List<FetchPlan.Range> requests = new ArrayList<>();
        final byte[] content = fetched.clone();
        long transferred;
        long breaksAt = Long.MAX_VALUE;
        boolean keepsConnections = true;
        int connections;

        @Override
        public boolean serves(URI uri) {
            return true;
        }

        @Override
        public Stream open(Request request) {
            connections++;
            return new Stream() {
                private ByteBuffer left = range(request.offset(), request.end());
                private long count;

                @Override
                public int read(ByteBuffer dst) throws IOException {
                    if (transferred >= breaksAt) {
                        breaksAt = Long.MAX_VALUE;
                        throw new IOException("connection reset");
                    }
                    int length = Math.min(Math.min(left.remaining(), dst.remaining()), 100);
                    dst.put(left.slice().limit(length));
                    left.position(left.position() + length);
                    count += length;
                    transferred += length;
                    return length == 0 ? -1 : length;
                }

                @Override
                public boolean turnTo(long offset, long end) {
                    if (keepsConnections) {
                        left = range(offset, end);
                    }
                    return keepsConnections;
                }

                @Override
                public Optional<String> validator() {
                    return Optional.of("\"1\"");
                }

                @Override
                public OptionalLong sizeBytes() {
                    return OptionalLong.of(content.length);
                }

                @Override
                public long transferredBytes() {
                    return count;
                }

                @Override
                public void close() {}
            };
        }

        private ByteBuffer range(long offset, long end) {
            requests.add(new FetchPlan.Range(offset, end));
            return ByteBuffer.wrap(content).position((int) offset).limit((int) Math.min(content.length, end));
        }
    }

    Server server() {
        return new Server();
    }

    /** Reads an image from an offset to its end. */
    static byte[] read(IndexedSource source, long offset, long imageBytes) throws IOException {
        ByteArrayOutputStream image = new ByteArrayOutputStream();
        try (PayloadSource.Stream stream = open(source, offset, imageBytes)) {
            ByteBuffer some = ByteBuffer.allocate(3000);
            while (stream.read(some) >= 0) {
                image.write(some.array(), 0, some.position());
                some.clear();
            }
        }
        return image.toByteArray();
    }

    static PayloadSource.Stream open(IndexedSource source, long offset, long imageBytes) throws IOException {
        return source.open(new PayloadSource.Request(URI_OF_STORE, offset, imageBytes, Optional.empty()));
    }
}
