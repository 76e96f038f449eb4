// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.pipeline;

import io.twinbank.core.RejectReason;
import io.twinbank.core.Rejection;
import io.twinbank.core.spi.PayloadException;
import io.twinbank.core.spi.PayloadSource;
import io.twinbank.core.spi.Scheduler;
import io.twinbank.core.spi.Scheduler.Cancellable;
import io.twinbank.core.spi.Scheduler.Lane;
import io.twinbank.core.suit.Digest;
import io.twinbank.hal.DeviceClock;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Fetches something small into memory, such as a block index: of a size and a digest that somebody signed. As a {@link Download} it
 * goes on where it was interrupted and tries for ever; a power cut loses it. All methods and the listener belong to the agent's lane.
 */
public final class MemoryDownload {
    private static final int CHUNK_BYTES = 64 << 10;
    private static final int MAX_CHANGES = 3;

    /** Who is told; never after {@link #stop()}, {@link #complete}, {@link #held()} or {@link #failed}. */
    public interface Listener {
        /**
         * Asks for bytes before they are fetched.
         *
         * @param bytes all that are still to come
         * @return whether all of them are granted
         */
        boolean allowed(long bytes);

        /** The bytes weren't allowed; {@link #start} goes on from where it was. */
        void held();

        /**
         * The source is in trouble.
         *
         * @param why the cause
         * @param retryIn when it is tried again
         */
        void interrupted(String why, Duration retryIn);

        /**
         * All of it is here.
         *
         * @param bytes what was signed
         */
        void complete(byte[] bytes);

        /**
         * It can't be had.
         *
         * @param rejection {@code PAYLOAD_UNAVAILABLE}, {@code PAYLOAD_SHORT}, {@code PAYLOAD_LONG} or {@code PAYLOAD_DIGEST}
         */
        void failed(Rejection rejection);
    }

    private final Scheduler scheduler;
    private final DeviceClock clock;
    private final List<PayloadSource> sources;
    private final URI uri;
    private final Digest expected;
    private final Rates rates;
    private final Listener listener;
    private final Backoff backoff;
    private final Backoff slowness;
    private final ByteBuffer bytes;
    private Optional<String> validator = Optional.empty();
    private Meter meter = new Meter();
    private int changes;
    /** Whether the bytes so far may be of more than one version. */
    private boolean mixed;

    private Optional<String> tooSlow = Optional.empty();
    private SlowWatch watch;
    private boolean over = true;
    private @Nullable Fetch fetch;
    private @Nullable Cancellable retry;
    private @Nullable Cancellable window;

    /**
     * Makes a download.
     *
     * @param scheduler runs it
     * @param clock tells whether the source is too slow
     * @param sources where payloads come from; the first that serves the address is taken
     * @param uri the address
     * @param sizeBytes how much it is; as much memory is taken at once
     * @param expected its digest
     * @param rates how fast it must come
     * @param listener who is told
     * @param jitter spreads the retries
     */
    public MemoryDownload(
            Scheduler scheduler,
            DeviceClock clock,
            List<PayloadSource> sources,
            URI uri,
            int sizeBytes,
            Digest expected,
            Rates rates,
            Listener listener,
            SplittableRandom jitter) {
        this.scheduler = scheduler;
        this.clock = clock;
        this.sources = List.copyOf(sources);
        this.uri = uri;
        this.expected = expected;
        this.rates = rates;
        this.listener = listener;
        this.backoff = new Backoff(jitter);
        this.slowness = new Backoff(jitter);
        this.watch = new SlowWatch(rates);
        this.bytes = ByteBuffer.allocate(sizeBytes);
    }

    /** Begins, or goes on where it was stopped or held; may have told already when it returns. */
    public void start() {
        over = false;
        meter = new Meter();
        connect();
    }

    /** Stops and closes the stream. Idempotent. */
    public void stop() {
        over = true;
        closeFetch();
        meter.close();
        if (retry != null) {
            retry.cancel();
            retry = null;
        }
    }

    /** The network is back: ends a back-off. */
    public void wake() {
        if (retry != null && !over) {
            retry.cancel();
            connect();
        }
    }

    /**
     * Returns how many of the bytes that were allowed since the last {@link #start} didn't come; after the end they won't any more.
     *
     * @return their number
     */
    public long unusedBytes() {
        return meter.grantedBytes() - meter.transferredBytes();
    }

    private void connect() {
        retry = null;
        Optional<PayloadSource> source =
                sources.stream().filter(each -> each.serves(uri)).findFirst();
        if (source.isEmpty()) {
            fail(Rejection.of(RejectReason.PAYLOAD_UNAVAILABLE, "no payload source serves " + uri));
            return;
        }
        long missing = bytes.capacity() - bytes.position() - unusedBytes();
        if (missing > 0 && !listener.allowed(missing)) {
            stop();
            listener.held();
            return;
        }
        meter.grant(Math.max(0, missing));
        fetch = new Fetch(
                meter.over(source.get()),
                new PayloadSource.Request(uri, bytes.position(), bytes.capacity(), validator));
        tooSlow = Optional.empty();
        watch = new SlowWatch(rates);
        watch.waiting(true, clock.monotonicNanos());
        windowEndsIn(rates.window());
        fill();
    }

    private void windowEndsIn(Duration left) {
        if (rates.leastBytes() > 0) {
            window = scheduler.after(Lane.AGENT, left, this::windowEnds);
        }
    }

    private void windowEnds() {
        Fetch current = fetch;
        if (current == null) {
            return;
        }
        Duration left = watch.left(clock.monotonicNanos());
        if (!left.isZero() && !left.isNegative()) {
            windowEndsIn(left);
            return;
        }
        tooSlow = watch.end(current.transferred());
        if (tooSlow.isPresent()) {
            current.abandon();
        } else {
            slowness.progress();
            windowEndsIn(rates.window());
        }
    }

    /** A chunk at a time, so that others get their turn on the fetch lane. */
    private void fill() {
        Fetch current = fetch;
        if (current == null) {
            return;
        }
        int length = Math.min(CHUNK_BYTES, bytes.remaining());
        ByteBuffer chunk = bytes.slice(bytes.position(), length);
        scheduler.execute(Lane.FETCH, () -> {
            Fetch.Filled filled = current.fill(chunk);
            scheduler.execute(Lane.AGENT, () -> filled(current, filled));
        });
    }

    private void filled(Fetch origin, Fetch.Filled filled) {
        if (origin != fetch) {
            return;
        }
        int came = filled.buffer().position();
        if (came > 0) {
            backoff.progress();
            boolean sameVersion = validator.isPresent() && validator.equals(filled.validator());
            mixed |= origin.offset() > 0 && !sameVersion;
        }
        bytes.position(bytes.position() + came);
        validator = filled.validator().or(() -> validator);
        if (isRefusedForItsSize(filled)) {
            return;
        }
        if (!filled.isWhole()) {
            closeFetch();
            brokenOff(filled);
        } else if (bytes.hasRemaining()) {
            fill();
        } else {
            closeFetch();
            check();
        }
    }

    private boolean isRefusedForItsSize(Fetch.Filled filled) {
        long size = bytes.capacity();
        long declared = filled.declaredBytes().orElse(size);
        if (declared == size && !filled.surplus()) {
            return false;
        }
        fail(Rejection.of(
                declared < size ? RejectReason.PAYLOAD_SHORT : RejectReason.PAYLOAD_LONG,
                "size of " + uri,
                declared == size ? "more" : declared,
                size));
        return true;
    }

    private void brokenOff(Fetch.Filled filled) {
        IOException trouble = filled.trouble();
        if (trouble instanceof RefusedPayload refused) {
            fail(refused.rejection());
        } else if (tooSlow.isPresent()) {
            retryAfter(tooSlow.get(), slowness.next());
        } else if (trouble instanceof Meter.SpentException) {
            connect();
        } else if (trouble instanceof PayloadException answer && answer.kind() == PayloadException.Kind.FINAL) {
            fail(Rejection.of(RejectReason.PAYLOAD_UNAVAILABLE, message(answer)));
        } else if (trouble instanceof PayloadException answer && answer.kind() == PayloadException.Kind.CHANGED) {
            beginAnew(message(answer));
        } else {
            String ended = "ended at " + bytes.position() + " of " + bytes.capacity() + " bytes";
            retryAfter(trouble == null ? ended : message(trouble), backoff.next());
        }
    }

    private void beginAnew(String why) {
        if (++changes > MAX_CHANGES) {
            fail(Rejection.of(
                    RejectReason.PAYLOAD_UNAVAILABLE, "changed while it was fetched: " + why, changes, MAX_CHANGES));
            return;
        }
        bytes.clear();
        validator = Optional.empty();
        mixed = false;
        retryAfter(why, backoff.next());
    }

    private void retryAfter(String why, Duration delay) {
        retry = scheduler.after(Lane.AGENT, delay, this::connect);
        listener.interrupted(why, delay);
    }

    private void check() {
        byte[] whole = bytes.array();
        scheduler.execute(Lane.HASH, () -> {
            byte[] found = expected.newMessageDigest().digest(whole);
            scheduler.execute(Lane.AGENT, () -> checked(found));
        });
    }

    private void checked(byte[] found) {
        if (over) {
            return;
        }
        if (expected.matches(found)) {
            stop();
            listener.complete(bytes.array());
        } else if (mixed) {
            beginAnew("the digest of " + uri + " is wrong, and its bytes may be of more than one version");
        } else {
            fail(Rejection.of(
                    RejectReason.PAYLOAD_DIGEST,
                    "digest of " + uri,
                    new Digest(expected.algorithm(), found).toString(),
                    expected.toString()));
        }
    }

    private void fail(Rejection rejection) {
        stop();
        listener.failed(rejection);
    }

    private void closeFetch() {
        if (fetch != null) {
            fetch.close();
            fetch = null;
        }
        if (window != null) {
            window.cancel();
            window = null;
        }
    }

    private static String message(IOException trouble) {
        return trouble.getMessage() == null ? trouble.toString() : trouble.getMessage();
    }
}
