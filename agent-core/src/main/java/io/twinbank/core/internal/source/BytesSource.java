// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.source;

import io.twinbank.core.spi.PayloadSource;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalLong;

/** One payload in memory, such as one that came integrated in its envelope; serves it for any address. */
public final class BytesSource implements PayloadSource {
    private final byte[] payload;

    /**
     * Makes a source.
     *
     * @param payload the payload; copied
     */
    public BytesSource(byte[] payload) {
        this.payload = payload.clone();
    }

    @Override
    public boolean serves(URI uri) {
        return true;
    }

    @Override
    public Stream open(Request request) {
        int offset = (int) Math.min(request.offset(), payload.length);
        ByteBuffer left = ByteBuffer.wrap(payload, offset, payload.length - offset);
        return new Stream() {
            @Override
            public int read(ByteBuffer dst) {
                if (!left.hasRemaining()) {
                    return -1;
                }
                int length = Math.min(left.remaining(), dst.remaining());
                dst.put(left.slice().limit(length));
                left.position(left.position() + length);
                return length;
            }

            @Override
            public Optional<String> validator() {
                return Optional.empty();
            }

            @Override
            public OptionalLong sizeBytes() {
                return OptionalLong.of(payload.length);
            }

            @Override
            public long transferredBytes() {
                return 0;
            }

            @Override
            public void close() {}
        };
    }
}
