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

/** A source whose servers' word for what time it is goes on to somebody. */
public final class DatedSource implements PayloadSource {
    private final PayloadSource source;
    private final Consumer<Instant> dates;

    /**
     * Makes it.
     *
     * @param source what serves
     * @param dates is told the date of each answer that has one, on the fetch thread
     */
    public DatedSource(PayloadSource source, Consumer<Instant> dates) {
        this.source = source;
        this.dates = dates;
    }

    @Override
    public boolean serves(URI uri) {
        return source.serves(uri);
    }

    @Override
    public Stream open(Request request) throws IOException {
        return new DatedStream(source.open(request));
    }

    private final class DatedStream implements Stream {
        private final Stream stream;
        private boolean told;

        DatedStream(Stream stream) {
            this.stream = stream;
        }

        @Override
        public int read(ByteBuffer dst) throws IOException {
            int got = stream.read(dst);
            if (!told) {
                told = true;
                stream.date().ifPresent(dates);
            }
            return got;
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
