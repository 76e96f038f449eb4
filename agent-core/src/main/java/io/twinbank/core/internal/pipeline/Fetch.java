// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.pipeline;

import io.twinbank.core.internal.record.Checkpoint;
import io.twinbank.core.spi.PayloadSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** One opening of a payload, read on the fetch lane until it ends, breaks, or is closed. */
final class Fetch {
    /**
     * What came of filling a buffer.
     *
     * @param buffer filled as far as its position
     * @param received how many bytes came since the payload was opened
     * @param validator what the source says of the payload's version
     * @param declaredBytes what the source says of the payload's size
     * @param ended whether the source says that the payload is over
     * @param surplus whether the source has more than it should
     * @param trouble what broke the fetch; null if nothing did
     */
    record Filled(
            ByteBuffer buffer,
            long received,
            Optional<String> validator,
            OptionalLong declaredBytes,
            boolean ended,
            boolean surplus,
            @Nullable IOException trouble) {
        boolean isWhole() {
            return !buffer.hasRemaining();
        }
    }

    private final PayloadSource source;
    private final PayloadSource.Request request;
    private volatile PayloadSource.@Nullable Stream stream;
    private volatile boolean closed;
    private Optional<String> validator = Optional.empty();
    private OptionalLong declaredBytes = OptionalLong.empty();
    private final AtomicLong received = new AtomicLong();
    private final AtomicLong transferred = new AtomicLong();
    private boolean ended;
    private @Nullable IOException trouble;

    Fetch(PayloadSource source, PayloadSource.Request request) {
        this.source = source;
        this.request = request;
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
        if (!ended && trouble == null && !closed) {
            try {
                PayloadSource.Stream open = open();
                read(open, buffer);
                surplus = !buffer.hasRemaining() && hasMore(open);
            } catch (IOException e) {
                trouble = e;
            } catch (RuntimeException e) {
                trouble = new IOException("payload source failed: " + e, e);
            }
        }
        return new Filled(buffer, received.get(), validator, declaredBytes, ended, surplus, trouble);
    }

    /** How many bytes the source had to transfer so far; on any lane. */
    long transferred() {
        return transferred.get();
    }

    /** Ends a read that blocks, because too little comes; what came is still handed on. On the agent's lane. */
    void abandon() {
        closed = true;
        PayloadSource.Stream open = stream;
        if (open != null) {
            open.abandon();
        }
    }

    /** Ends a read that blocks; later buffers come back as they were given. On the agent's lane; idempotent. */
    void close() {
        closed = true;
        PayloadSource.Stream open = stream;
        if (open != null) {
            open.close();
        }
    }

    private void read(PayloadSource.Stream open, ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining() && !ended) {
            long before = open.transferredBytes();
            int got = open.read(buffer);
            if (got == 0 && open.transferredBytes() <= before) {
                throw new IOException("payload source gave nothing, and not the end");
            }
            ended = got < 0;
            received.addAndGet(Math.max(0, got));
            transferred.set(Math.max(received.get(), open.transferredBytes()));
            if (validator.isEmpty() && declaredBytes.isEmpty()) {
                declaredBytes = open.sizeBytes();
                validator = open.validator().filter(text -> text.length() <= Checkpoint.MAX_VALIDATOR);
            }
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
    private boolean hasMore(PayloadSource.Stream open) {
        if (declaredBytes.isPresent() || request.offset() + received.get() < request.sizeBytes()) {
            return false;
        }
        try {
            return open.read(ByteBuffer.allocate(1)) > 0;
        } catch (IOException e) {
            // The payload is whole, whatever the connection does now.
            return false;
        }
    }
}
