// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal;

import io.twinbank.core.AgentEvent;
import io.twinbank.core.Cause;
import io.twinbank.core.OtaAgentConfig;
import io.twinbank.core.RejectedException;
import io.twinbank.core.Rejection;
import io.twinbank.core.UpdateState;
import io.twinbank.core.internal.pipeline.ComponentBank;
import io.twinbank.core.internal.pipeline.Download;
import io.twinbank.core.internal.pipeline.Job;
import io.twinbank.core.internal.pipeline.Meter;
import io.twinbank.core.internal.pipeline.Rates;
import io.twinbank.core.internal.record.Checkpoint;
import io.twinbank.core.internal.source.BytesSource;
import io.twinbank.core.spi.PayloadSource;
import io.twinbank.core.spi.Scheduler;
import io.twinbank.core.spi.Scheduler.Cancellable;
import io.twinbank.core.spi.Scheduler.Lane;
import io.twinbank.core.suit.InstallPlan;
import io.twinbank.core.suit.InstallStep;
import io.twinbank.core.suit.PayloadLocation;
import io.twinbank.hal.FlashBank;
import io.twinbank.hal.HalException;
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

    private final OtaAgentConfig config;
    private final Board board;
    private final Components components;
    private final Records records;
    private final Scheduler scheduler;
    private final List<PayloadSource> sources;
    private final PlanRoutes routes;
    private final Permits permits;
    private final Consumer<AgentEvent> events;
    private final SplittableRandom jitter;
    private final Listener listener;
    private final InstallPlan plan;
    private final boolean lastWriterFinished;
    private final List<InstallStep> images;
    private final Deque<InstallStep> left;
    private final long totalBytes;
    private Optional<Checkpoint> from;
    private long doneBefore;
    private InstallStep step;
    private ImageRoute route;
    private String taken = "";
    /** Whether nothing was written for this step, as far as this agent knows. */
    private boolean untouched;
    /** How many ways were known not to be possible when the site was asked last. */
    private int asked;

    private @Nullable RouteChoice choice;
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
            PlanRoutes routes,
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
        this.routes = routes;
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
        this.route = routes.of(step).full();
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
        untouched = lastWriterFinished;
        route = routes.of(step).full();
        taken = "";
        asked = routes.of(step).impossible().size();
        if (plan.isHandled(step)) {
            staging = components.bank(plan, step);
            fetch(staging);
        } else {
            choose();
        }
    }

    private void choose() throws HalException {
        choice = new RouteChoice(routes.of(step), step.component(), imageOffset(), events, new Choosing());
        choice.start();
    }

    /** Where in the image the download goes on. */
    private long imageOffset() {
        return plan.isHandled(step) || !bank().resumable()
                ? 0
                : imageFrom()
                        .map(Checkpoint::offset)
                        .filter(offset -> offset < step.sizeBytes())
                        .orElse(0L);
    }

    private void fetch(FlashBank bank) throws HalException {
        try {
            meter = isRemote() && permits.countsBytes() ? Optional.of(new Meter()) : Optional.empty();
            List<PayloadSource> decoded = decoded();
            meter.ifPresent(counting -> counting.expect(route.predictedBytes(imageOffset())));
            download = new Download(
                    scheduler, board.clock(), decoded, bank, job(), imageFrom(), this, jitter.split(), meter);
            untouched = false;
            download.start();
        } catch (RejectedException e) {
            soon(() -> failed(
                    Cause.PAYLOAD, Optional.of(e.rejection()), e.rejection().toString()));
        }
    }

    private boolean isFull() {
        return routes.of(step).isFull(route);
    }

    private boolean isRemote() {
        return !isFull() || step.payload() instanceof PayloadLocation.Remote;
    }

    /** What a source said of a payload's version is for the same payload only, and no checkpoint says which that was. */
    private Optional<Checkpoint> imageFrom() {
        Optional<Checkpoint> here = from.filter(checkpoint -> checkpoint.part() == part());
        return isFull() ? here : here.map(Checkpoint::ofAnyVersion);
    }

    private List<PayloadSource> decoded() throws RejectedException, HalException {
        List<PayloadSource> decoded = new ArrayList<>();
        for (PayloadSource each : served()) {
            PayloadSource counted = meter.map(counting -> counting.over(each)).orElse(each);
            decoded.add(route.source(counted, imageOffset()));
        }
        return decoded;
    }

    private List<PayloadSource> served() {
        if (!isFull()) {
            return sources.stream()
                    .filter(each -> each.serves(route.uri()))
                    .limit(1)
                    .toList();
        } else if (step.payload() instanceof PayloadLocation.Integrated integrated) {
            return List.of(new BytesSource(integrated.bytes()));
        } else if (step.payload() instanceof PayloadLocation.Content content) {
            return List.of(new BytesSource(content.bytes()));
        }
        return sources;
    }

    private Job job() {
        return new Job(
                route.uri(),
                step.sizeBytes(),
                step.digest(),
                plan.manifestDigest(),
                plan.isHandled(step) ? step.sizeBytes() : config.checkpointBytes(),
                untouched && !plan.isHandled(step),
                Rates.USUAL.limitedTo(permits.bytesPerSecond()));
    }

    /** Says how what is under way is fetched; empty where there is but one way, and while it is being found out. */
    String route() {
        return taken;
    }

    /** Not before the row that began the download is through. */
    private void soon(Runnable end) {
        ending = scheduler.after(Lane.AGENT, Duration.ZERO, end);
    }

    /** The network is back: what waits for it goes on at once. */
    void wake() {
        if (choice != null) {
            choice.wake();
        }
        if (download != null) {
            download.wake();
        }
    }

    /** Stops; the listener is told no more. Idempotent. */
    void stop() {
        if (ending != null) {
            ending.cancel();
        }
        if (choice != null) {
            choice.stop();
            choice = null;
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
            return permits.grant(plan, routes.bytesLeft(doneBefore), wanted);
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
            Checkpoint here = position.in(part());
            Checkpoint durable = isFull() ? here : here.ofAnyVersion();
            records.store(durable);
            from = Optional.of(durable);
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
        sayKept();
        download = null;
        sayUnpredicted();
        route.done();
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

    private void sayKept() {
        long kept = download == null ? 0 : download.keptBytes();
        if (kept > 0) {
            events.accept(new AgentEvent.BlocksKept(step.component().toString(), kept, step.sizeBytes()));
        }
    }

    private void sayUnpredicted() {
        long bytes = route.unpredictedBytes();
        if (bytes > 0) {
            events.accept(new AgentEvent.Trouble(
                    "a bank changed while it was read: " + bytes + " bytes more than predicted were fetched"));
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
        Download refused = download;
        download = null;
        taken = "";
        if (cause == Cause.PAYLOAD && isDropped(detail)) {
            try {
                goOn(refused);
            } catch (HalException e) {
                end(Cause.FLASH, Optional.empty(), "after a route was refused: " + e.getMessage());
            }
        } else {
            end(cause == Cause.FLASH && plan.isHandled(step) ? Cause.COMPONENT : cause, rejection, detail);
        }
    }

    private boolean isDropped(String why) {
        boolean anotherIsLeft = routes.of(step).drop(route, why);
        if (anotherIsLeft) {
            events.accept(new AgentEvent.RouteRefused(step.component().toString(), route.toString(), why));
        }
        return anotherIsLeft;
    }

    /** By another route, from where the bank is; from the begin if all of the image is there and isn't the signed one. */
    private void goOn(@Nullable Download refused) throws HalException {
        giveBack();
        if (refused != null && !refused.keep()) {
            from = Optional.empty();
        }
        choose();
    }

    private void end(Cause cause, Optional<Rejection> rejection, String detail) {
        stop();
        listener.failed(cause, rejection, detail);
    }

    /** How the choice ends. */
    private final class Choosing implements RouteChoice.Listener {
        @Override
        public void chosen(ImageRoute cheapest) throws HalException {
            choice = null;
            route = cheapest;
            StepRoutes known = routes.of(step);
            if (isDearer(known)) {
                PlanDownload.this.held();
                return;
            }
            if (known.several()) {
                say(known, cheapest.predictedBytes(imageOffset()), known.full().predictedBytes(imageOffset()));
            }
            fetch(bank());
        }

        /** What the site allowed was another way, and it may not allow this one. */
        private boolean isDearer(StepRoutes known) throws HalException {
            boolean another = known.impossible().size() > asked;
            asked = known.impossible().size();
            return another
                    && permits.download(plan, routes.bytesLeft(doneBefore + imageOffset()))
                            .isPresent();
        }

        private void say(StepRoutes known, long bytes, long fullBytes) {
            taken = route + ", about " + bytes + " of " + fullBytes + " bytes";
            if (known.isNews(route)) {
                events.accept(new AgentEvent.RouteTaken(
                        step.component().toString(), route.toString(), bytes, fullBytes, known.impossible()));
            }
        }

        @Override
        public void held() {
            choice = null;
            PlanDownload.this.held();
        }

        @Override
        public long allowed(long wanted) {
            return permits.countsBytes() ? PlanDownload.this.allowed(wanted) : wanted;
        }

        @Override
        public void giveBack(long bytes) {
            permits.giveBack(bytes);
        }

        @Override
        public void failed(HalException fault) {
            choice = null;
            end(Cause.FLASH, Optional.empty(), "while a route was looked for: " + fault.getMessage());
        }
    }
}
