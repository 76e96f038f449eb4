// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal;

import io.twinbank.core.AgentEvent;
import io.twinbank.core.Cause;
import io.twinbank.core.OtaAgentConfig;
import io.twinbank.core.RejectedException;
import io.twinbank.core.Rejection;
import io.twinbank.core.UpdateState;
import io.twinbank.core.cose.ContentCipher;
import io.twinbank.core.internal.pipeline.ComponentBank;
import io.twinbank.core.internal.pipeline.DecodingSource;
import io.twinbank.core.internal.pipeline.Download;
import io.twinbank.core.internal.pipeline.FrameDecoders;
import io.twinbank.core.internal.pipeline.FramedSource;
import io.twinbank.core.internal.pipeline.Job;
import io.twinbank.core.internal.pipeline.Meter;
import io.twinbank.core.internal.pipeline.Rates;
import io.twinbank.core.internal.record.Checkpoint;
import io.twinbank.core.internal.source.BytesSource;
import io.twinbank.core.spi.PayloadSource;
import io.twinbank.core.spi.Scheduler;
import io.twinbank.core.spi.Scheduler.Cancellable;
import io.twinbank.core.spi.Scheduler.Lane;
import io.twinbank.core.suit.Frames;
import io.twinbank.core.suit.InstallPlan;
import io.twinbank.core.suit.InstallStep;
import io.twinbank.core.suit.PayloadLocation;
import io.twinbank.hal.FlashBank;
import io.twinbank.hal.HalException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Downloads what a plan brings, one step after another: the images into their banks, the other components to their handlers.
 * After a reset the steps that are through are found again: the images' by the checkpoint, the others' by what is staged.
 */
final class PlanDownload implements Download.Listener {
    /** Who is told of the progress and the end; on the agent thread. */
    interface Listener {
        void progress(long done, long total);

        void downloaded();

        /** No more bytes are granted. */
        void held();

        void failed(Cause cause, Optional<Rejection> rejection, String detail);
    }

    /** The address of a payload that came in its envelope. */
    private static final URI INTEGRATED = URI.create("integrated:payload");

    private final OtaAgentConfig config;
    private final Board board;
    private final Components components;
    private final Records records;
    private final Scheduler scheduler;
    private final List<PayloadSource> sources;
    private final FrameDecoders decoders;
    private final Permits permits;
    private final Consumer<AgentEvent> events;
    private final SplittableRandom jitter;
    private final Listener listener;
    private final InstallPlan plan;
    private final Optional<Checkpoint> from;
    private final boolean lastWriterFinished;
    private final List<InstallStep> images;
    private final Deque<InstallStep> left;
    private final long totalBytes;
    private long doneBefore;
    private InstallStep step;
    private @Nullable Download download;
    private Optional<Meter> meter = Optional.empty();
    private @Nullable ComponentBank staging;
    private @Nullable Cancellable ending;

    PlanDownload(
            OtaAgentConfig config,
            Board board,
            Components components,
            Records records,
            Scheduler scheduler,
            List<PayloadSource> sources,
            FrameDecoders decoders,
            Permits permits,
            Consumer<AgentEvent> events,
            SplittableRandom jitter,
            Listener listener,
            InstallPlan plan,
            Optional<Checkpoint> from,
            boolean lastWriterFinished) {
        this.config = config;
        this.board = board;
        this.components = components;
        this.records = records;
        this.scheduler = scheduler;
        this.sources = sources;
        this.decoders = decoders;
        this.permits = permits;
        this.events = events;
        this.jitter = jitter;
        this.listener = listener;
        this.plan = plan;
        this.images = plan.images();
        this.from = from.filter(checkpoint -> checkpoint.part() < images.size());
        this.lastWriterFinished = lastWriterFinished;
        this.left = new ArrayDeque<>(plan.steps());
        this.step = plan.steps().get(0);
        this.totalBytes =
                plan.steps().stream().mapToLong(InstallStep::sizeBytes).sum();
    }

    /** Begins with the first step that isn't through. */
    void next() throws HalException {
        while (!left.isEmpty()) {
            step = left.remove();
            if (!isThrough()) {
                begin();
                return;
            }
            doneBefore += step.sizeBytes();
        }
        soon(listener::downloaded);
    }

    /** The images are read back as a whole later, so that the checkpoint may be believed here. */
    private boolean isThrough() {
        if (plan.isHandled(step)) {
            return components.has(plan, step);
        }
        return bank().resumable() && from.map(this::isBehind).orElse(false);
    }

    /** An image is synced to its end before the next has a checkpoint. */
    private boolean isBehind(Checkpoint checkpoint) {
        return checkpoint.part() > part()
                || (checkpoint.part() == part()
                        && checkpoint.offset() == step.sizeBytes()
                        && checkpoint.prefixDigest().equals(step.digest()));
    }

    /** Which image the step is, in the order in which they are fetched. */
    private int part() {
        return images.indexOf(step);
    }

    /** The bank that the step's image goes into. */
    private FlashBank bank() {
        return board.bank(plan.bank(), step.component());
    }

    private void begin() throws HalException {
        try {
            FlashBank bank;
            if (plan.isHandled(step)) {
                staging = components.bank(plan, step);
                bank = staging;
            } else {
                bank = bank();
            }
            Optional<ContentCipher> cipher = board.contentCipher(step.encoding());
            boolean remote = step.payload() instanceof PayloadLocation.Remote;
            meter = remote && permits.countsBytes() ? Optional.of(new Meter()) : Optional.empty();
            download = new Download(
                    scheduler, board.clock(), decoded(cipher), bank, job(), imageFrom(), this, jitter.split(), meter);
            download.start();
        } catch (RejectedException e) {
            soon(() -> listener.failed(
                    Cause.PAYLOAD, Optional.of(e.rejection()), e.rejection().toString()));
        }
    }

    private Optional<Checkpoint> imageFrom() {
        return from.filter(checkpoint -> checkpoint.part() == part());
    }

    private List<PayloadSource> decoded(Optional<ContentCipher> cipher) throws RejectedException {
        List<PayloadSource> served = sources;
        if (step.payload() instanceof PayloadLocation.Integrated integrated) {
            served = List.of(new BytesSource(integrated.bytes()));
        } else if (step.payload() instanceof PayloadLocation.Content content) {
            served = List.of(new BytesSource(content.bytes()));
        }
        List<PayloadSource> decoded = new ArrayList<>();
        for (PayloadSource each : served) {
            PayloadSource counted = meter.map(counting -> counting.over(each)).orElse(each);
            decoded.add(framed(DecodingSource.of(counted, step.encoding(), cipher, step.sizeBytes())));
        }
        return decoded;
    }

    private PayloadSource framed(PayloadSource source) throws RejectedException {
        Optional<Frames> frames = step.encoding().frames();
        return frames.isEmpty()
                ? source
                : new FramedSource(source, frames.get(), decoders.decoder(frames.get()), step.sizeBytes());
    }

    private Job job() {
        return new Job(
                step.payload() instanceof PayloadLocation.Remote remote ? remote.uri() : INTEGRATED,
                step.sizeBytes(),
                step.digest(),
                plan.manifestDigest(),
                plan.isHandled(step) ? step.sizeBytes() : config.checkpointBytes(),
                lastWriterFinished && !plan.isHandled(step),
                Rates.USUAL.limitedTo(permits.bytesPerSecond()));
    }

    /** Not before the row that began the download is through. */
    private void soon(Runnable end) {
        ending = scheduler.after(Lane.AGENT, Duration.ZERO, end);
    }

    /** The network is back: what waits for it goes on at once. */
    void wake() {
        if (download != null) {
            download.wake();
        }
    }

    /** Stops; the listener is told no more. Idempotent. */
    void stop() {
        if (ending != null) {
            ending.cancel();
        }
        if (download != null) {
            download.stop();
        }
        giveBack();
        if (staging != null) {
            staging.close();
        }
    }

    /** What was granted and didn't come is there for somebody else; in memory, until somebody stores it. */
    private void giveBack() {
        meter.ifPresent(counting -> permits.giveBack(counting.grantedBytes() - counting.transferredBytes()));
        meter = Optional.empty();
    }

    private void giveBackAndStore() throws HalException {
        if (meter.isPresent()) {
            giveBack();
            permits.storeBytes();
        }
    }

    @Override
    public long allowed(long wanted) {
        try {
            return permits.grant(plan, Permits.bytesLeft(plan, doneBefore), wanted);
        } catch (HalException e) {
            events.accept(new AgentEvent.Trouble("the month's bytes can't be noted, so none are fetched: " + e));
            return 0;
        }
    }

    @Override
    public void held() {
        download = null;
        stop();
        listener.held();
    }

    @Override
    public void resumed(long offset) {
        events.accept(new AgentEvent.DownloadResumed(doneBefore + offset, totalBytes));
    }

    @Override
    public void checkpoint(Checkpoint position) throws HalException {
        if (!plan.isHandled(step)) {
            records.store(position.in(part()));
        }
    }

    @Override
    public void progress(long done, long total) {
        listener.progress(doneBefore + done, totalBytes);
        events.accept(new AgentEvent.Progress(UpdateState.DOWNLOADING, doneBefore + done, totalBytes));
    }

    @Override
    public void interrupted(String why, Duration retryIn) {
        events.accept(new AgentEvent.DownloadInterrupted(why, retryIn));
    }

    @Override
    public void complete() {
        download = null;
        try {
            giveBackAndStore();
            if (staging != null) {
                staging.end();
                staging = null;
            } else if (!left.isEmpty()) {
                checkpointWhole();
            }
            if (left.isEmpty()) {
                listener.downloaded();
                return;
            }
            doneBefore += step.sizeBytes();
            next();
        } catch (HalException e) {
            failed(Cause.FLASH, Optional.empty(), "after the download: " + e.getMessage());
        }
    }

    /** The image won't be fetched again, whatever happens to the steps behind it. */
    private void checkpointWhole() throws HalException {
        bank().sync();
        long end = step.sizeBytes();
        records.store(new Checkpoint(plan.manifestDigest(), end, step.digest(), end, Optional.empty(), part()));
    }

    @Override
    public void failed(Cause cause, Optional<Rejection> rejection, String detail) {
        download = null;
        Cause what = cause == Cause.FLASH && plan.isHandled(step) ? Cause.COMPONENT : cause;
        stop();
        listener.failed(what, rejection, detail);
    }
}
