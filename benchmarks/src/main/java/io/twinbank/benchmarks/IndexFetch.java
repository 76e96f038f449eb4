// SPDX-License-Identifier: Apache-2.0
package io.twinbank.benchmarks;

import io.twinbank.core.internal.index.BlockFinder;
import io.twinbank.core.internal.index.BlockIndex;
import io.twinbank.core.internal.index.BlockIndexMaker;
import io.twinbank.core.internal.index.FetchPlan;
import io.twinbank.core.internal.index.Held;
import io.twinbank.core.internal.index.Holdings;
import io.twinbank.core.internal.index.IndexedSource;
import io.twinbank.core.spi.PayloadSource;
import io.twinbank.core.suit.Digest;
import io.twinbank.hal.HalException;
import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Makes the index of an image ({@code make IMAGE INDEX STORE|- BLOCK}), or rebuilds the image by it from an older one and from ranges of
 * the store or the image ({@code fetch OLD INDEX STORE IMAGE-BYTES OUT GAP}). Prints what was fetched, in how many requests and in which time.
 */
public final class IndexFetch {
    private static final double NANOS = 1e9;

    private IndexFetch() {}

    public static void main(String[] args) throws Exception {
        long begun = System.nanoTime();
        if (args[0].equals("make")) {
            make(Path.of(args[1]), Path.of(args[2]), args[3], Integer.parseInt(args[4]));
            System.out.printf(Locale.ROOT, "made in %.2f s%n", (System.nanoTime() - begun) / NANOS);
        } else {
            fetch(args);
        }
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith("VmHWM")) {
                System.out.println(line);
            }
        }
    }

    private static void make(Path image, Path index, String store, int blockBytes) throws IOException {
        try (InputStream in = Files.newInputStream(image);
                OutputStream packed = store.equals("-")
                        ? OutputStream.nullOutputStream()
                        : new BufferedOutputStream(Files.newOutputStream(Path.of(store)))) {
            BlockIndexMaker maker =
                    new BlockIndexMaker(blockBytes, Optional.of(packed).filter(to -> !store.equals("-")));
            BlockIndex made = maker.make(in, Files.size(image), done -> {});
            Files.write(index, made.encode());
            System.out.println(made);
        }
    }

    private static void fetch(String[] args) throws Exception {
        byte[] bytes = Files.readAllBytes(Path.of(args[2]));
        long imageBytes = Long.parseLong(args[4]);
        BlockIndex index = BlockIndex.decode(bytes, Digest.sha256Of(bytes), imageBytes);
        try (FileChannel old = FileChannel.open(Path.of(args[1]));
                FileChannel store = FileChannel.open(Path.of(args[3]));
                OutputStream out = Files.newOutputStream(Path.of(args[5]))) {
            long begun = System.nanoTime();
            Holdings holdings = new BlockFinder(index).find(held(old), Optional.empty(), done -> {});
            FetchPlan plan = FetchPlan.of(index, holdings, 0, Long.parseLong(args[6]));
            long planned = System.nanoTime();
            Counted source = new Counted(store);
            URI uri = URI.create("file:///store");
            ByteBuffer some = ByteBuffer.allocate(1 << 20);
            try (PayloadSource.Stream image = new IndexedSource(source, uri, index, holdings, plan)
                    .open(new PayloadSource.Request(uri, 0, imageBytes, Optional.empty()))) {
                while (image.read(some) >= 0) {
                    out.write(some.array(), 0, some.position());
                    some.clear();
                }
            }
            long ended = System.nanoTime();
            if (source.transferred != plan.bytes() || source.requests != plan.requests()) {
                throw new IllegalStateException("predicted " + plan.bytes() + " bytes in " + plan.requests()
                        + " requests, took " + source.transferred + " in " + source.requests);
            }
            System.out.printf(
                    Locale.ROOT,
                    "index %d ranges %d requests %d connections %d find %.2f s rebuild %.2f s found %d%n",
                    bytes.length,
                    plan.bytes(),
                    plan.requests(),
                    source.connections,
                    (planned - begun) / NANOS,
                    (ended - planned) / NANOS,
                    holdings.foundBytes());
        }
    }

    private static Held held(FileChannel channel) throws IOException {
        long size = channel.size();
        return new Held() {
            @Override
            public long sizeBytes() {
                return size;
            }

            @Override
            public void read(long offset, ByteBuffer dst) throws HalException {
                try {
                    readFully(channel, offset, dst);
                } catch (IOException e) {
                    throw new HalException(HalException.Kind.IO, e.toString());
                }
            }
        };
    }

    private static void readFully(FileChannel channel, long offset, ByteBuffer dst) throws IOException {
        for (long at = offset; dst.hasRemaining(); ) {
            int got = channel.read(dst, at);
            if (got < 0) {
                throw new EOFException();
            }
            at += got;
        }
    }

    /** Serves bounded ranges of a file, as a server would. */
    private static final class Counted implements PayloadSource {
        private final FileChannel channel;
        private long transferred;
        private int requests;
        private int connections;

        Counted(FileChannel channel) {
            this.channel = channel;
        }

        @Override
        public boolean serves(URI uri) {
            return true;
        }

        @Override
        public Stream open(Request request) {
            connections++;
            requests++;
            return new Stream() {
                private long position = request.offset();
                private long end = request.end();

                @Override
                public int read(ByteBuffer dst) throws IOException {
                    int length = (int) Math.min(dst.remaining(), end - position);
                    if (length == 0) {
                        return -1;
                    }
                    ByteBuffer part = dst.slice().limit(length);
                    readFully(channel, position, part);
                    dst.position(dst.position() + length);
                    position += length;
                    transferred += length;
                    return length;
                }

                @Override
                public boolean turnTo(long offset, long before) {
                    requests++;
                    position = offset;
                    end = before;
                    return true;
                }

                @Override
                public Optional<String> validator() {
                    return Optional.empty();
                }

                @Override
                public OptionalLong sizeBytes() {
                    return OptionalLong.empty();
                }

                @Override
                public void close() {}
            };
        }
    }
}
