// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.app;

import io.twinbank.core.HttpPayloads;
import io.twinbank.core.spi.PayloadSource;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLContext;

/** The agent's own HTTPS source, with a meter at the pipe: it counts what a power cut makes the agent fetch twice. */
final class CountingSource implements PayloadSource {
    private final PayloadSource https;
    private final AtomicLong fetchedBytes = new AtomicLong();

    CountingSource(SSLContext tls) {
        this.https = HttpPayloads.builder().sslContext(tls).build();
    }

    /** How many bytes of payloads the agent took since the start. */
    long fetchedBytes() {
        return fetchedBytes.get();
    }

    @Override
    public boolean serves(URI uri) {
        return https.serves(uri);
    }

    @Override
    public Stream open(Request request) throws IOException {
        Stream stream = https.open(request);
        return new Stream() {
            @Override
            public int read(ByteBuffer dst) throws IOException {
                int n = stream.read(dst);
                fetchedBytes.addAndGet(Math.max(n, 0));
                return n;
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
        };
    }
}
