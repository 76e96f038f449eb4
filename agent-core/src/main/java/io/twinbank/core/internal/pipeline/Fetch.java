// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.pipeline;

import io.twinbank.core.spi.PayloadSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** One opening of a payload, read on the fetch lane until it ends, breaks, or is closed. */
final class Fetch {
    /**
     * What came of filling a buffer.
     *
     * @param buffer filled as far as its position
     * @param first whether it has the payload's first bytes since it was opened
     * @param received how many bytes came since it was opened
     * @param validator what the source says of the payload's version
     * @param declaredBytes what the source says of the payload's size
     * @param ended whether the source says that the payload is over
     * @param surplus whether the source has more than it should
     * @param trouble what broke the fetch; null if nothing did
     */
    record Filled(
            ByteBuffer buffer,
            boolean first,
            long received,
            Optional<String> validator,
            OptionalLong declaredBytes,
            boolean ended,
            boolean surplus,
            @Nullable IOException trouble) {}

    private final PayloadSource source;
    private final PayloadSource.Request request;
    private volatile PayloadSource.@Nullable Stream stream;
    private volatile boolean closed;
    private long received;
    private boolean over;

    Fetch(PayloadSource source, PayloadSource.Request request) {
        this.source = source;
        this.request = request;
    }

    long offset() {
        return request.offset();
    }

    /** Fills a buffer, on the fetch lane. Once it has broken or ended, buffers come back as they were given. */
    Filled fill(ByteBuffer buffer) {
        if (over || closed) {
            return filled(buffer, false, false, false, null);
        }
        long before = received;
        boolean surplus = false;
        try {
            PayloadSource.Stream open = open();
            while (buffer.hasRemaining()) {
                int got = open.read(buffer);
                if (got < 0) {
                    over = true;
                    return filled(buffer, before == 0 && received > 0, true, false, null);
                }
                received += got;
            }
            surplus = isLast() && open.sizeBytes().isEmpty() && open.read(ByteBuffer.allocate(1)) > 0;
        } catch (IOException e) {
            over = true;
            // A whole payload is good whatever the connection does afterwards.
            return filled(buffer, before == 0 && received > 0, false, false, isLast() ? null : e);
        } catch (RuntimeException e) {
            over = true;
            return filled(buffer, false, false, false, new IOException("payload source failed: " + e, e));
        }
        return filled(buffer, before == 0, false, surplus, null);
    }

    /** Ends a read that blocks; later buffers come back as they were given. On the agent's lane; idempotent. */
    void close() {
        closed = true;
        PayloadSource.Stream open = stream;
        if (open != null) {
            open.close();
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

    private boolean isLast() {
        return request.offset() + received >= request.sizeBytes();
    }

    private Filled filled(
            ByteBuffer buffer, boolean first, boolean ended, boolean surplus, @Nullable IOException trouble) {
        PayloadSource.Stream open = stream;
        return new Filled(
                buffer,
                first,
                received,
                open == null ? Optional.empty() : open.validator(),
                open == null ? OptionalLong.empty() : open.sizeBytes(),
                ended,
                surplus,
                trouble);
    }
}
