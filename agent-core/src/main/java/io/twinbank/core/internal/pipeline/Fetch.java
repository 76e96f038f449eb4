// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.pipeline;

import io.twinbank.core.spi.PayloadSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * One opening of a payload, read and hashed on the fetch lane until it ends, breaks, or is closed. Hashing here leaves the
 * agent's lane to the flash: one core works while the other waits for the medium.
 */
final class Fetch {
    /**
     * What came of filling a buffer.
     *
     * @param buffer filled as far as its position
     * @param hash of the payload up to the buffer's end, if the buffer is full; else empty
     * @param received how many bytes came since the payload was opened
     * @param validator what the source says of the payload's version
     * @param declaredBytes what the source says of the payload's size
     * @param ended whether the source says that the payload is over
     * @param surplus whether the source has more than it should
     * @param trouble what broke the fetch; null if nothing did
     */
    record Filled(
            ByteBuffer buffer,
            byte[] hash,
            long received,
            Optional<String> validator,
            OptionalLong declaredBytes,
            boolean ended,
            boolean surplus,
            @Nullable IOException trouble) {}

    private static final byte[] NO_HASH = {};

    private final PayloadSource source;
    private final PayloadSource.Request request;
    private final MessageDigest digest;
    private volatile PayloadSource.@Nullable Stream stream;
    private volatile boolean closed;
    private long received;
    private boolean ended;
    private @Nullable IOException trouble;

    /**
     * Makes a fetch.
     *
     * @param digest has hashed every chunk that lies before; from now on only the fetch lane uses it
     */
    Fetch(PayloadSource source, PayloadSource.Request request, MessageDigest digest) {
        this.source = source;
        this.request = request;
        this.digest = digest;
    }

    long offset() {
        return request.offset();
    }

    /**
     * Fills a buffer, on the fetch lane. Once the payload has ended or broken, buffers come back as they were given.
     *
     * @param buffer a chunk, or what is left of one after an interruption
     */
    Filled fill(ByteBuffer buffer) {
        boolean surplus = false;
        byte[] hash = NO_HASH;
        if (!ended && trouble == null && !closed) {
            read(buffer);
            if (!buffer.hasRemaining()) {
                surplus = hasMore();
                digest.update(buffer.duplicate().flip());
                hash = Hashes.soFar(digest);
            }
        }
        PayloadSource.Stream open = stream;
        return new Filled(
                buffer,
                hash,
                received,
                open == null ? Optional.empty() : open.validator(),
                open == null ? OptionalLong.empty() : open.sizeBytes(),
                ended,
                surplus,
                trouble);
    }

    /** Ends a read that blocks; later buffers come back as they were given. On the agent's lane; idempotent. */
    void close() {
        closed = true;
        PayloadSource.Stream open = stream;
        if (open != null) {
            open.close();
        }
    }

    private void read(ByteBuffer buffer) {
        try {
            PayloadSource.Stream open = open();
            while (buffer.hasRemaining() && !ended) {
                int got = open.read(buffer);
                ended = got < 0;
                received += Math.max(0, got);
            }
        } catch (IOException e) {
            trouble = e;
        } catch (RuntimeException e) {
            trouble = new IOException("payload source failed: " + e, e);
        }
    }

    private PayloadSource.Stream open() throws IOException {
        PayloadSource.Stream open = stream;
        if (open == null) {
            open = source.open(request);
            stream = open;
            if (closed) {
                open.close();
            }
        }
        return open;
    }

    /** Only where the source didn't say how much there is, it has to be asked whether there is more. */
    private boolean hasMore() {
        PayloadSource.Stream open = stream;
        if (open == null || request.offset() + received < request.sizeBytes()) {
            return false;
        }
        try {
            return open.sizeBytes().isEmpty() && open.read(ByteBuffer.allocate(1)) > 0;
        } catch (IOException e) {
            // The payload is whole, whatever the connection does now.
            return false;
        }
    }
}
