// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal;

import io.twinbank.core.Offer;
import io.twinbank.core.RejectReason;
import io.twinbank.core.RejectedException;
import io.twinbank.core.spi.PayloadException;
import io.twinbank.core.spi.PayloadSource;
import io.twinbank.core.spi.Scheduler;
import io.twinbank.core.spi.Scheduler.Lane;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Fetches an envelope that was offered by a pointer: at most the limit of bytes, a few tries, and its digest must be the pointer's.
 * That makes it the one that was meant, not one that is believed.
 */
final class EnvelopeFetch {
    private static final int TRIES = 5;
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(2);

    private final Scheduler scheduler;
    private final List<PayloadSource> sources;
    private final int maxBytes;

    EnvelopeFetch(Scheduler scheduler, List<PayloadSource> sources, int maxBytes) {
        this.scheduler = scheduler;
        this.sources = sources;
        this.maxBytes = maxBytes;
    }

    /** Fetches on the fetch thread; then one of the two is told, on the agent thread. */
    void fetch(Offer.Pointer pointer, Consumer<byte[]> fetched, Consumer<RejectedException> refused) {
        attempt(pointer, 1, FIRST_PAUSE, fetched, refused);
    }

    private void attempt(
            Offer.Pointer pointer,
            int number,
            Duration pause,
            Consumer<byte[]> fetched,
            Consumer<RejectedException> refused) {
        scheduler.execute(Lane.FETCH, () -> {
            try {
                byte[] envelope = read(pointer);
                scheduler.execute(Lane.AGENT, () -> fetched.accept(envelope));
            } catch (RejectedException e) {
                scheduler.execute(Lane.AGENT, () -> refused.accept(e));
            } catch (IOException e) {
                boolean last = number >= TRIES
                        || (e instanceof PayloadException answer && answer.kind() != PayloadException.Kind.RETRY);
                if (last) {
                    RejectedException gone = new RejectedException(
                            RejectReason.PAYLOAD_UNAVAILABLE, "the envelope can't be fetched: " + e.getMessage());
                    scheduler.execute(Lane.AGENT, () -> refused.accept(gone));
                } else {
                    scheduler.after(
                            Lane.AGENT,
                            pause,
                            () -> attempt(pointer, number + 1, pause.multipliedBy(2), fetched, refused));
                }
            }
        });
    }

    private byte[] read(Offer.Pointer pointer) throws IOException, RejectedException {
        if (pointer.sizeBytes() > maxBytes) {
            throw new RejectedException(
                    RejectReason.LIMIT_EXCEEDED,
                    "the envelope that the offer points to is too large",
                    pointer.sizeBytes(),
                    "at most " + maxBytes + " bytes");
        }
        PayloadSource source = sources.stream()
                .filter(candidate -> candidate.serves(pointer.uri()))
                .findFirst()
                .orElseThrow(() -> new RejectedException(
                        RejectReason.PAYLOAD_UNAVAILABLE, "no payload source serves " + pointer.uri()));
        byte[] envelope = new byte[pointer.sizeBytes()];
        ByteBuffer buffer = ByteBuffer.wrap(envelope);
        PayloadSource.Request request =
                new PayloadSource.Request(pointer.uri(), 0, pointer.sizeBytes(), Optional.empty());
        try (PayloadSource.Stream stream = source.open(request)) {
            while (buffer.hasRemaining()) {
                if (stream.read(buffer) < 0) {
                    throw new RejectedException(
                            RejectReason.PAYLOAD_SHORT,
                            "the envelope ended early",
                            buffer.position(),
                            pointer.sizeBytes());
                }
            }
        }
        byte[] found = sha256(envelope);
        if (!MessageDigest.isEqual(found, pointer.sha256())) {
            throw new RejectedException(
                    RejectReason.DIGEST_MISMATCH,
                    "the envelope isn't the one that the offer points to",
                    HexFormat.of().formatHex(found),
                    HexFormat.of().formatHex(pointer.sha256()));
        }
        return envelope;
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
