// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.pipeline;

import io.twinbank.core.Cause;
import io.twinbank.core.RejectReason;
import io.twinbank.core.Rejection;
import io.twinbank.core.internal.record.Checkpoint;
import io.twinbank.core.spi.PayloadException;
import io.twinbank.core.spi.PayloadSource;
import io.twinbank.core.spi.Scheduler;
import io.twinbank.core.spi.Scheduler.Cancellable;
import io.twinbank.core.spi.Scheduler.Lane;
import io.twinbank.core.suit.Digest;
import io.twinbank.hal.DeviceClock;
import io.twinbank.hal.FlashBank;
import io.twinbank.hal.FlashGeometry;
import io.twinbank.hal.HalException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Fetches a payload and writes it into a bank: rows 3, 4 and 6 of the update table. The buffers of a bounded ring go
 * from lane to lane: filled on the fetch lane, hashed on the hash lane, written on the agent's lane, in order. Network trouble
 * never ends it, however long it lasts; a payload or a flash that is wrong does.
 *
 * <p>All methods and the listener belong to the agent's lane.
 */
public final class Download {
    private static final int MAX_CHANGES = 3;
    private static final byte[] NO_HASH = {};
    /** On a slow network a power cut is to cost no more than this, and at most a chunk, even if that is few bytes. */
    private static final long CHECKPOINT_NANOS = Duration.ofSeconds(10).toNanos();

    /** What an encoding adds, and what is read of a piece of which only the begin is wanted. */
    private static final int HEADROOM_BYTES = 64 << 10;

    /** Who is told; never after {@link #stop()}, {@link #complete()}, {@link #held()} or {@link #failed}. */
    public interface Listener {
        /**
         * Bytes come in: the download began, or goes on after an interruption.
         *
         * @param offset from where, in bytes
         */
        void resumed(long offset);

        /**
         * A position is durable: the bank is synced up to it.
         *
         * @param checkpoint to be stored
         * @throws HalException if it can't be stored: the download fails
         */
        void checkpoint(Checkpoint checkpoint) throws HalException;

        /**
         * Asks how many more bytes may come over the network, besides those that were granted before: about once a checkpoint.
         * Only asked of a download that has a {@link Meter}.
         *
         * @param wanted how many the download would like to have now
         * @return how many are granted, 0 for none: the download uses up what it has, and is {@link #held()}. To grant less than
         *     an erase unit, or a piece of the encoding, may lead nowhere
         */
        default long allowed(long wanted) {
            return wanted;
        }

        /**
         * No more bytes are allowed: the download is over, what it wrote is behind a checkpoint as far as whole erase units go.
         * Another one goes on from there. What was granted and isn't used up is known to the meter.
         */
        default void held() {}

        /**
         * Bytes were written.
         *
         * @param done how many so far
         * @param total of how many
         */
        void progress(long done, long total);

        /**
         * The source is in trouble.
         *
         * @param why the cause
         * @param retryIn when it is tried again
         */
        void interrupted(String why, Duration retryIn);

        /** The last byte is written, not yet synced, and the bytes are the signed ones. */
        void complete();

        /**
         * The download is over without success.
         *
         * @param cause {@code PAYLOAD} or {@code FLASH}
         * @param rejection the reason with its numbers
         * @param detail the same for people
         */
        void failed(Cause cause, Optional<Rejection> rejection, String detail);
    }

    private interface HalWork {
        void run() throws HalException;
    }

    private final Scheduler scheduler;
    private final DeviceClock clock;
    private final List<PayloadSource> sources;
    private final FlashBank bank;
    private final Job job;
    private final Layout layout;
    private final Optional<Checkpoint> from;
    private final Listener listener;
    private final Optional<Meter> meter;
    private final Backoff backoff;
    private final Deque<ByteBuffer> free = new ArrayDeque<>();
    private final byte[] hashed;

    private final Pace pace;
    private final Limiter limiter;
    private final Backoff slowness;
    private BankWriter writer;
    private MessageDigest digest;
    private Optional<String> validator = Optional.empty();
    private long checkpointed;
    private long checkpointedNanos;
    private long told;
    private long asked;
    private long underWay;
    private long limited;
    /** Whether the bytes so far may be of more than one version. */
    private boolean mixed;

    private boolean mixedBefore;
    private byte[] writtenHash = NO_HASH;
    private int changes;
    private boolean flowing;
    private boolean over;
    private @Nullable ReadBack prefix;
    private @Nullable Fetch fetch;
    private @Nullable Cancellable retry;
    private @Nullable Cancellable limit;
    private @Nullable Cancellable window;
    private SlowWatch watch;
    private Optional<String> tooSlow = Optional.empty();

    /** Makes a download that may transfer whatever it wants; see the other one. */
    public Download(
            Scheduler scheduler,
            DeviceClock clock,
            List<PayloadSource> sources,
            FlashBank bank,
            Job job,
            Optional<Checkpoint> from,
            Listener listener,
            SplittableRandom jitter) {
        this(scheduler, clock, sources, bank, job, from, listener, jitter, Optional.empty());
    }

    /**
     * Makes a download.
     *
     * @param scheduler runs it
     * @param clock tells when a checkpoint is due although few bytes came
     * @param sources where payloads come from; the first that serves the address is taken
     * @param bank where it goes to; {@link FlashBank#begin} was called
     * @param job what to download
     * @param from where to go on; ignored if it isn't this job's, or if the bank can't resume
     * @param listener who is told
     * @param jitter spreads the retries
     * @param meter has the bytes granted that the listener allows; the sources are read through it. Empty if every byte is allowed
     */
    public Download(
            Scheduler scheduler,
            DeviceClock clock,
            List<PayloadSource> sources,
            FlashBank bank,
            Job job,
            Optional<Checkpoint> from,
            Listener listener,
            SplittableRandom jitter,
            Optional<Meter> meter) {
        this.scheduler = scheduler;
        this.clock = clock;
        this.sources = List.copyOf(sources);
        this.bank = bank;
        this.job = job;
        this.layout = Layout.of(bank.geometry(), job.sizeBytes(), job.checkpointBytes());
        this.from = bank.resumable() ? from.filter(this::isOurs) : Optional.empty();
        this.listener = listener;
        this.meter = meter;
        this.backoff = new Backoff(jitter);
        this.slowness = new Backoff(jitter);
        this.limiter = new Limiter(job.rates().maxBytesPerSecond(), clock.monotonicNanos());
        this.pace = new Pace(layout, clock.monotonicNanos());
        this.watch = new SlowWatch(job.rates());
        this.writer = new BankWriter(bank, layout, 0, job.lastWriterFinished() ? 0 : Long.MAX_VALUE);
        this.digest = job.imageDigest().newMessageDigest();
        this.hashed = Hashes.newPiece(job.sizeBytes());
        for (int i = 0; i < layout.chunks(); i++) {
            free.add(
                    wantsArrays()
                            ? ByteBuffer.allocate(layout.chunkBytes())
                            : Buffers.of(layout.chunkBytes(), job.sizeBytes()));
        }
    }

    /** Decoders and handlers are quicker with arrays, or know nothing else. */
    private boolean wantsArrays() {
        return bank instanceof ComponentBank || sources.stream().anyMatch(DecodingSource.class::isInstance);
    }

    /**
     * Returns how far ahead of the bytes that it was given a download erases at most.
     *
     * @param geometry the bank's
     * @return in bytes
     */
    public static long eraseAheadBytes(FlashGeometry geometry) {
        return Layout.eraseAheadBytes(geometry.eraseSizeBytes());
    }

    /**
     * Returns how much wear was saved since the start.
     *
     * @return how many bytes of the image were in the bank already, so that their erase units were neither erased nor written
     */
    public long keptBytes() {
        return writer.keptBytes();
    }

    /** Begins; returns at once. */
    public void start() {
        scheduler.execute(Lane.HASH, () -> Hashes.rehearse(job.imageDigest().newMessageDigest(), job.sizeBytes()));
        from.ifPresentOrElse(this::checkPrefix, () -> onAgent(this::begin));
    }

    /** Stops and closes the stream. Idempotent. */
    public void stop() {
        over = true;
        closeFetch();
        meter.ifPresent(Meter::close);
        if (prefix != null) {
            prefix.stop();
        }
        if (retry != null) {
            retry.cancel();
        }
    }

    /** The network is back: ends a back-off. */
    public void wake() {
        if (retry != null && !over) {
            retry.cancel();
            connect();
        }
    }

    private boolean isOurs(Checkpoint checkpoint) {
        return checkpoint.manifestDigest().equals(job.manifestDigest())
                && checkpoint.prefixDigest().algorithm() == job.imageDigest().algorithm()
                && checkpoint.offset() > 0
                && checkpoint.offset() < job.sizeBytes()
                && checkpoint.offset() % layout.eraseBytes() == 0;
    }

    /** What was written before the reset is hashed again from the medium; whatever it is, it is never trusted unseen. */
    private void checkPrefix(Checkpoint checkpoint) {
        ReadBack.Listener judge = new ReadBack.Listener() {
            @Override
            public void progress(long done, long total) {}

            @Override
            public void done(boolean matches, byte[] found) {
                onAgent(matches ? () -> resumeAt(checkpoint) : Download.this::beginAnew);
            }

            @Override
            public void failed(HalException fault) {
                onAgent(Download.this::beginAnew);
            }
        };
        prefix = new ReadBack(scheduler, bank, checkpoint.offset(), checkpoint.prefixDigest(), digest, judge);
        prefix.start();
    }

    private void resumeAt(Checkpoint checkpoint) throws HalException {
        writer = new BankWriter(bank, layout, checkpoint.offset(), checkpoint.erasedTo());
        checkpointed = checkpoint.offset();
        validator = checkpoint.validator();
        begin();
    }

    /** A medium that doesn't hold what was synced isn't believed when it seems to hold what is wanted, either. */
    private void beginAnew() throws HalException {
        restart(Long.MAX_VALUE);
    }

    private void restart(long keepFrom) throws HalException {
        writer = new BankWriter(bank, layout, 0, keepFrom);
        digest = job.imageDigest().newMessageDigest();
        checkpointed = 0;
        told = 0;
        validator = Optional.empty();
        mixed = false;
        begin();
    }

    private void begin() throws HalException {
        prefix = null;
        checkpointedNanos = clock.monotonicNanos();
        writer.begin();
        connect();
    }

    private void connect() {
        retry = null;
        Optional<PayloadSource> source =
                sources.stream().filter(each -> each.serves(job.uri())).findFirst();
        if (source.isEmpty()) {
            reject(RejectReason.PAYLOAD_UNAVAILABLE, "no payload source serves " + job.uri());
            return;
        }
        ByteBuffer unfinished = free.peek();
        long offset = writer.offset() + (unfinished == null ? 0 : unfinished.position());
        fetch = new Fetch(source.get(), new PayloadSource.Request(job.uri(), offset, job.sizeBytes(), validator));
        asked = writer.offset();
        underWay = 0;
        limited = 0;
        tooSlow = Optional.empty();
        watch = new SlowWatch(job.rates());
        windowEndsIn(job.rates().window());
        askMore();
    }

    private void windowEndsIn(Duration left) {
        if (job.rates().leastBytes() > 0) {
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
            windowEndsIn(job.rates().window());
        }
    }

    /** Gives free buffers to the fetch lane; never so many that a power cut could cost more than one checkpoint. */
    private void askMore() {
        Fetch current = fetch;
        long most = Math.min(job.sizeBytes(), checkpointed + layout.aheadBytes());
        while (current != null && asked < most && !free.isEmpty()) {
            ByteBuffer buffer = free.element();
            if (buffer.position() == 0) {
                long end = Math.min(most, layout.checkpointAfter(asked));
                long chunk = Math.min(pace.chunkBytes(), limiter.chunkBytes(layout.unitBytes()));
                buffer.limit((int) Math.min(chunk, end - asked));
            }
            if (isTooEarly() || !isAllowed(buffer)) {
                return;
            }
            free.remove();
            asked += buffer.limit();
            int wanted = buffer.remaining();
            underWay += wanted;
            limited += wanted;
            limiter.spend(wanted, clock.monotonicNanos());
            watch.waiting(true, clock.monotonicNanos());
            MessageDigest running = digest;
            scheduler.execute(Lane.FETCH, () -> {
                Fetch.Filled filled = current.fill(buffer);
                scheduler.execute(Lane.HASH, () -> {
                    byte[] hash = filled.isWhole()
                            ? Hashes.through(running, buffer.duplicate().flip(), hashed)
                            : NO_HASH;
                    onAgent(() -> {
                        arrived(current, wanted);
                        filled(current, filled, hash);
                    });
                });
            });
        }
    }

    private void arrived(Fetch origin, int wanted) {
        if (origin != fetch) {
            return;
        }
        underWay -= wanted;
        watch.waiting(underWay > 0, clock.monotonicNanos());
        // What an encoding adds, and what a server without ranges sends before the offset.
        long more = Math.max(0, origin.transferred() - limited);
        limited += more;
        limiter.spend(more, clock.monotonicNanos());
    }

    private boolean isTooEarly() {
        long nanos = limiter.waitNanos(clock.monotonicNanos());
        if (nanos > 0 && limit == null) {
            limit = scheduler.after(Lane.AGENT, Duration.ofNanos(nanos), () -> {
                limit = null;
                askMore();
            });
        }
        return nanos > 0;
    }

    /** Has more granted if need be; with less than a buffer takes, the buffer becomes smaller, or nothing more comes. */
    private boolean isAllowed(ByteBuffer buffer) {
        if (meter.isEmpty()) {
            return true;
        }
        Meter granting = meter.get();
        if (granting.left() - underWay < buffer.remaining() + HEADROOM_BYTES) {
            long wanted = Math.min(job.sizeBytes() - asked, layout.aheadBytes());
            granting.grant(listener.allowed(wanted + HEADROOM_BYTES));
            if (over) {
                return false;
            }
        }
        long left = granting.left() - underWay;
        if (left >= buffer.remaining()) {
            return true;
        }
        if (underWay == 0) {
            long whole = left / layout.unitBytes() * layout.unitBytes();
            if (buffer.position() == 0 && whole > 0) {
                buffer.limit((int) whole);
                return true;
            }
            closeFetch();
            onAgent(this::hold);
        }
        return false;
    }

    /**
     * Of a download that failed for its payload: makes durable what came before, as far as whole erase units go, so that another one
     * may go on from there with the same image from elsewhere. The listener is given the checkpoint.
     *
     * @return false if all of the image came, and isn't the signed one: nothing of it is to be gone on with
     * @throws HalException if it can't be synced or stored
     */
    public boolean keep() throws HalException {
        if (writer.offset() == job.sizeBytes()) {
            return false;
        }
        checkpointWritten();
        return true;
    }

    private void checkpointWritten() throws HalException {
        if (writer.offset() > checkpointed && writer.offset() % layout.eraseBytes() == 0) {
            checkpoint(writtenHash);
        }
    }

    /** Nothing is under way: what is written is all there is. */
    private void hold() throws HalException {
        checkpointWritten();
        if (!over) {
            stop();
            listener.held();
        }
    }

    private void filled(Fetch origin, Fetch.Filled filled, byte[] hash) throws HalException {
        ByteBuffer buffer = filled.buffer();
        if (origin != fetch) {
            free.add(buffer.clear());
            askMore();
            return;
        }
        if (filled.received() > 0 && !flowing) {
            flowing = true;
            backoff.progress();
            mixed |= origin.offset() > 0 && (validator.isEmpty() || !validator.equals(filled.validator()));
            listener.resumed(origin.offset());
        }
        validator = filled.validator().or(() -> validator);
        if (over || refusedForItsSize(origin, filled)) {
            return;
        }
        if (buffer.hasRemaining()) {
            closeFetch();
            free.addFirst(buffer);
            brokenOff(filled);
            return;
        }
        pace.arrived(clock.monotonicNanos());
        writer.write(buffer.flip());
        writtenHash = hash;
        free.add(buffer.clear());
        if (Layout.isNoticeable(told, writer.offset(), job.sizeBytes())) {
            told = writer.offset();
            listener.progress(told, job.sizeBytes());
        }
        if (over) {
            return;
        }
        if (writer.offset() == job.sizeBytes()) {
            finish(hash);
            return;
        }
        if (isCheckpointDue()) {
            checkpoint(hash);
        }
        askMore();
    }

    private boolean isCheckpointDue() {
        long offset = writer.offset();
        return offset == layout.checkpointAfter(checkpointed)
                || (offset % layout.eraseBytes() == 0
                        && clock.monotonicNanos() - checkpointedNanos >= CHECKPOINT_NANOS);
    }

    private boolean refusedForItsSize(Fetch origin, Fetch.Filled filled) {
        long size = job.sizeBytes();
        long declared = filled.declaredBytes().orElse(size);
        if (declared < size) {
            reject(RejectReason.PAYLOAD_SHORT, "size of " + job.uri(), declared, size);
        } else if (declared > size || filled.surplus()) {
            Object found = declared > size ? declared : "more";
            reject(RejectReason.PAYLOAD_LONG, "size of " + job.uri(), found, size);
        } else if (filled.ended() && filled.declaredBytes().isEmpty() && filled.received() == 0) {
            // Where the source doesn't say how much there is, an end may be a cut: only one right at the begin is an
            // answer.
            reject(RejectReason.PAYLOAD_SHORT, "size of " + job.uri(), origin.offset(), size);
        }
        return over;
    }

    private void brokenOff(Fetch.Filled filled) throws HalException {
        IOException trouble = filled.trouble();
        if (trouble instanceof RefusedPayload refused) {
            fail(Cause.PAYLOAD, refused.rejection());
            return;
        }
        if (tooSlow.isPresent()) {
            retryAfter(tooSlow.get(), slowness.next());
            return;
        }
        if (trouble instanceof Meter.SpentException) {
            connect();
            return;
        }
        if (trouble instanceof PayloadException answer) {
            switch (answer.kind()) {
                case FINAL -> reject(RejectReason.PAYLOAD_UNAVAILABLE, message(answer));
                case CHANGED -> changed(answer);
                case RETRY -> retryAfter(message(answer), backoff.next());
            }
            return;
        }
        long received = writer.offset() + filled.buffer().position();
        retryAfter(
                trouble != null ? message(trouble) : "ended at " + received + " of " + job.sizeBytes() + " bytes",
                backoff.next());
    }

    private void retryAfter(String why, Duration delay) {
        flowing = false;
        retry = scheduler.after(Lane.AGENT, delay, () -> {
            if (!over) {
                connect();
            }
        });
        listener.interrupted(why, delay);
    }

    private void changed(PayloadException answer) throws HalException {
        if (++changes > MAX_CHANGES) {
            reject(
                    RejectReason.PAYLOAD_UNAVAILABLE,
                    "changed while it was fetched: " + message(answer),
                    changes,
                    MAX_CHANGES);
            return;
        }
        listener.interrupted(message(answer), Duration.ZERO);
        if (over) {
            return;
        }
        flowing = false;
        free.forEach(ByteBuffer::clear);
        restart(writer.mayBeErasedTo());
    }

    private void checkpoint(byte[] hash) throws HalException {
        bank.sync();
        Digest prefixDigest = new Digest(job.imageDigest().algorithm(), hash);
        // Without a validator what comes after a reset counts as another version, too.
        Optional<String> version = mixed ? Optional.empty() : validator;
        listener.checkpoint(
                new Checkpoint(job.manifestDigest(), writer.offset(), prefixDigest, writer.mayBeErasedTo(), version));
        checkpointed = writer.offset();
        checkpointedNanos = clock.monotonicNanos();
    }

    private void finish(byte[] found) throws HalException {
        if (!job.imageDigest().matches(found)) {
            if (mixed && !mixedBefore) {
                mixedBefore = true;
                closeFetch();
                changed(new PayloadException(
                        PayloadException.Kind.CHANGED,
                        "digest of " + job.uri() + " is wrong, and its bytes may be of more than one version"));
                return;
            }
            String expected = HexFormat.of().formatHex(job.imageDigest().bytes());
            reject(
                    RejectReason.PAYLOAD_DIGEST,
                    "digest of " + job.uri(),
                    HexFormat.of().formatHex(found),
                    expected);
            return;
        }
        stop();
        listener.complete();
    }

    private void reject(RejectReason reason, String what) {
        fail(Cause.PAYLOAD, Rejection.of(reason, what));
    }

    private void reject(RejectReason reason, String what, Object found, Object expected) {
        fail(Cause.PAYLOAD, Rejection.of(reason, what, found, expected));
    }

    private void fail(Cause cause, Rejection rejection) {
        stop();
        listener.failed(cause, Optional.of(rejection), rejection.toString());
    }

    private void closeFetch() {
        if (fetch != null) {
            fetch.close();
            fetch = null;
        }
        if (limit != null) {
            limit.cancel();
            limit = null;
        }
        if (window != null) {
            window.cancel();
            window = null;
        }
    }

    private void onAgent(HalWork work) {
        scheduler.execute(Lane.AGENT, () -> {
            if (over) {
                return;
            }
            try {
                work.run();
            } catch (HalException fault) {
                String what = "bank fails at " + writer.offset() + " (" + fault.kind() + "): " + fault.getMessage();
                fail(Cause.FLASH, Rejection.of(RejectReason.FLASH_FAILED, what));
            }
        });
    }

    private static String message(IOException trouble) {
        return trouble.getMessage() == null ? trouble.toString() : trouble.getMessage();
    }
}
