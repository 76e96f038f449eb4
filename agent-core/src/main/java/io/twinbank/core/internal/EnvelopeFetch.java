// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal;

import io.twinbank.core.Offer;
import io.twinbank.core.RejectReason;
import io.twinbank.core.RejectedException;
import io.twinbank.core.spi.PayloadException;
import io.twinbank.core.spi.PayloadSource;
import io.twinbank.core.spi.Scheduler;
import io.twinbank.core.spi.Scheduler.Cancellable;
import io.twinbank.core.spi.Scheduler.Lane;
import io.twinbank.hal.BankId;
import io.twinbank.hal.HalException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Fetches an envelope that was offered by a pointer: at most the limit of bytes, a few tries, each of which must keep up a rate,
 * and its digest must be the pointer's. That makes it the one that was meant, not one that is believed. One that is here already
 * isn't fetched: a retained pointer comes again with each connection.
 */
final class EnvelopeFetch {
    /** How long an attempt may take, whatever the size. */
    static final Duration GRACE = Duration.ofSeconds(30);
    /** What it must bring besides: slower than that is nobody's link, but somebody who keeps others waiting. */
    static final int LEAST_BYTES_PER_SECOND = 1024;

    private static final int TRIES = 5;
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(2);

    private final Scheduler scheduler;
    private final List<PayloadSource> sources;
    private final int maxBytes;
    private final Records records;
    private final LongConsumer counted;
    /** The last one that was fetched, for one that was refused isn't stored. On the agent thread. */
    private byte[] last = new byte[0];

    /**
     * Makes it.
     *
     * @param counted is told, on the agent thread, how many bytes an attempt brought: they are never held, for nobody knows what an
     *     envelope brings before it is here
     */
    EnvelopeFetch(
            Scheduler scheduler, List<PayloadSource> sources, int maxBytes, Records records, LongConsumer counted) {
        this.scheduler = scheduler;
        this.sources = sources;
        this.maxBytes = maxBytes;
        this.records = records;
        this.counted = counted;
    }

    /** Fetches on the fetch thread, if it must; then one of the two is told, on the agent thread. */
    void fetch(Offer.Pointer pointer, Consumer<byte[]> fetched, Consumer<RejectedException> refused) {
        scheduler.execute(Lane.AGENT, () -> {
            Optional<byte[]> known = known(pointer);
            if (known.isPresent()) {
                fetched.accept(known.get());
            } else {
                new Attempt(pointer, 1, FIRST_PAUSE, fetched, refused).begin();
            }
        });
    }

    /** Returns the envelope if it is the last that was fetched, or that of a bank or of components. */
    private Optional<byte[]> known(Offer.Pointer pointer) {
        if (isMeant(last, pointer)) {
            return Optional.of(last);
        }
        try {
            for (BankId bank : BankId.values()) {
                Optional<byte[]> stored = records.manifest(bank).filter(envelope -> isMeant(envelope, pointer));
                if (stored.isPresent()) {
                    return stored;
                }
            }
            return records.componentsManifest().filter(envelope -> isMeant(envelope, pointer));
        } catch (HalException e) {
            return Optional.empty(); // it can still be fetched
        }
    }

    private static boolean isMeant(byte[] envelope, Offer.Pointer pointer) {
        return envelope.length == pointer.sizeBytes() && MessageDigest.isEqual(sha256(envelope), pointer.sha256());
    }

    /** One try. */
    private final class Attempt {
        private final Offer.Pointer pointer;
        private final int number;
        private final Duration pause;
        private final Consumer<byte[]> fetched;
        private final Consumer<RejectedException> refused;
        private volatile PayloadSource.@Nullable Stream stream;
        private volatile boolean late;

        Attempt(
                Offer.Pointer pointer,
                int number,
                Duration pause,
                Consumer<byte[]> fetched,
                Consumer<RejectedException> refused) {
            this.pointer = pointer;
            this.number = number;
            this.pause = pause;
            this.fetched = fetched;
            this.refused = refused;
        }

        /** The time counts from when the fetch thread gets to it: what is before it may be a long download's chunk. */
        void begin() {
            scheduler.execute(Lane.FETCH, () -> {
                Cancellable deadline = scheduler.after(Lane.AGENT, timeLimit(), this::tooLate);
                try {
                    byte[] envelope = read();
                    scheduler.execute(Lane.AGENT, () -> {
                        last = envelope;
                        fetched.accept(envelope);
                    });
                } catch (RejectedException e) {
                    scheduler.execute(Lane.AGENT, () -> refused.accept(e));
                } catch (IOException e) {
                    again(e);
                } finally {
                    deadline.cancel();
                }
            });
        }

        private void again(IOException failure) {
            String what = late
                    ? "the envelope of " + pointer.sizeBytes() + " bytes didn't come within "
                            + timeLimit().toSeconds() + " s"
                    : "the envelope can't be fetched: " + failure.getMessage();
            if (number >= TRIES
                    || (failure instanceof PayloadException answer && answer.kind() != PayloadException.Kind.RETRY)) {
                RejectedException gone = new RejectedException(RejectReason.PAYLOAD_UNAVAILABLE, what);
                scheduler.execute(Lane.AGENT, () -> refused.accept(gone));
            } else {
                Attempt next = new Attempt(pointer, number + 1, pause.multipliedBy(2), fetched, refused);
                scheduler.after(Lane.AGENT, pause, next::begin);
            }
        }

        private Duration timeLimit() {
            return GRACE.plusSeconds(pointer.sizeBytes() / LEAST_BYTES_PER_SECOND);
        }

        private void tooLate() {
            late = true;
            PayloadSource.Stream open = stream;
            if (open != null) {
                open.close();
            }
        }

        private void fill(ByteBuffer buffer, PayloadSource.Stream open) throws IOException, RejectedException {
            while (buffer.hasRemaining()) {
                if (late) {
                    throw new IOException("too slow");
                }
                if (open.read(buffer) < 0) {
                    throw new RejectedException(
                            RejectReason.PAYLOAD_SHORT,
                            "the envelope ended early",
                            buffer.position(),
                            pointer.sizeBytes());
                }
            }
        }

        private byte[] read() throws IOException, RejectedException {
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
            try (PayloadSource.Stream open = source.open(request)) {
                stream = open;
                try {
                    fill(buffer, open);
                } finally {
                    long came = open.transferredBytes() < 0 ? buffer.position() : open.transferredBytes();
                    scheduler.execute(Lane.AGENT, () -> counted.accept(came));
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
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
