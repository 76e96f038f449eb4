// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.source;

import io.twinbank.core.spi.PayloadSource;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/** A source that tells somebody what time its servers say it is, and how many bytes came over the network. */
public final class WatchedSource implements PayloadSource {
    private final PayloadSource source;
    private final Consumer<Instant> dates;
    private final LongConsumer bytes;

    /**
     * Makes it.
     *
     * @param source what serves
     * @param dates is told the date of each answer that has one, on the fetch thread
     * @param bytes is told after each read how many came over the network, on the fetch thread
     */
    public WatchedSource(PayloadSource source, Consumer<Instant> dates, LongConsumer bytes) {
        this.source = source;
        this.dates = dates;
        this.bytes = bytes;
    }

    @Override
    public boolean serves(URI uri) {
        return source.serves(uri);
    }

    @Override
    public Stream open(Request request) throws IOException {
        return new WatchedStream(source.open(request));
    }

    private final class WatchedStream implements Stream {
        private final Stream stream;
        private boolean told;
        private long handedOn;
        private long counted;

        WatchedStream(Stream stream) {
            this.stream = stream;
        }

        @Override
        public int read(ByteBuffer dst) throws IOException {
            try {
                int got = stream.read(dst);
                handedOn += Math.max(0, got);
                if (!told) {
                    told = true;
                    stream.date().ifPresent(dates);
                }
                return got;
            } finally {
                count();
            }
        }

        private void count() {
            long transferred = stream.transferredBytes();
            long now = transferred < 0 ? handedOn : transferred;
            bytes.accept(Math.max(0, now - counted));
            counted = now;
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
            return stream.transferredBytes();
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
