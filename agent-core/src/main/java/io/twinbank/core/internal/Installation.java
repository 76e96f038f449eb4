// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal;

import io.twinbank.core.AgentEvent;
import io.twinbank.core.Cause;
import io.twinbank.core.OtaAgentConfig;
import io.twinbank.core.Rejection;
import io.twinbank.core.UpdateState;
import io.twinbank.core.internal.pipeline.ReadBack;
import io.twinbank.core.internal.record.Checkpoint;
import io.twinbank.core.internal.record.Journal;
import io.twinbank.core.spi.PayloadSource;
import io.twinbank.core.spi.Scheduler;
import io.twinbank.core.spi.Scheduler.Cancellable;
import io.twinbank.core.spi.Scheduler.Lane;
import io.twinbank.core.suit.InstallPlan;
import io.twinbank.hal.ComponentId;
import io.twinbank.hal.HalException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Runs the download and the read-back of the update under way, and tells the engine how they end. At most one runs. */
final class Installation {
    /** Who is told; on the agent thread. */
    interface Judge {
        void downloaded();

        void verified();

        /** No more bytes are granted; what was written is found again by its checkpoint. */
        void held();

        void failed(Cause cause, Optional<Rejection> rejection, String detail);
    }

    private final OtaAgentConfig config;
    private final Board board;
    private final Components components;
    private final Records records;
    private final Scheduler scheduler;
    private final List<PayloadSource> sources;
    private final Routes routes;
    private final Permits permits;
    private final Consumer<AgentEvent> events;
    private final Judge judge;
    private final SplittableRandom jitter;
    private @Nullable PlanDownload download;
    private @Nullable ReadBack readBack;
    private @Nullable Cancellable soon;
    private long doneBytes;
    private long totalBytes;

    Installation(
            OtaAgentConfig config,
            Board board,
            Components components,
            Records records,
            Scheduler scheduler,
            List<PayloadSource> sources,
            Routes routes,
            Permits permits,
            Consumer<AgentEvent> events,
            Judge judge) {
        this.config = config;
        this.board = board;
        this.components = components;
        this.records = records;
        this.scheduler = scheduler;
        this.sources = sources;
        this.routes = routes;
        this.permits = permits;
        this.events = events;
        this.judge = judge;
        this.jitter =
                new SplittableRandom(board.platform().identity().deviceId().getLeastSignificantBits()
                        ^ board.clock().monotonicNanos());
    }

    /** Returns how many bytes the download or the read-back has done. */
    long doneBytes() {
        return doneBytes;
    }

    /** Returns of how many; 0 if neither runs. */
    long totalBytes() {
        return totalBytes;
    }

    /** Says how what is under way is fetched; empty where there is but one way. */
    String route() {
        return download == null ? "" : download.route();
    }

    /** Goes on with a download after it was stopped. */
    void resume(Journal journal, InstallPlan plan) throws HalException {
        if (!plan.bringsImage()) {
            download(plan, Optional.empty(), false);
            return;
        }
        Optional<Checkpoint> from =
                records.checkpoint().filter(found -> found.manifestDigest().equals(journal.manifestDigest()));
        if (from.isEmpty()) {
            // The cut may have come before the bank was invalidated; a checkpoint is stored only after that.
            board.boot().invalidate(journal.target());
        }
        board.begin(plan);
        download(plan, from, false);
    }

    boolean isDownloading() {
        return download != null;
    }

    /** Returns about how many bytes a plan still has to fetch: of one that is stopped, by its checkpoint. */
    long bytesLeft(InstallPlan plan) throws HalException {
        long done = isDownloading()
                ? doneBytes
                : records.checkpoint()
                        .filter(found -> found.manifestDigest().equals(plan.manifestDigest()))
                        .map(Checkpoint::offset)
                        .orElse(0L);
        return routes.of(plan).bytesLeft(done);
    }

    void download(InstallPlan plan, Optional<Checkpoint> from, boolean lastWriterFinished) throws HalException {
        stop();
        download = new PlanDownload(
                config,
                board,
                components,
                records,
                scheduler,
                sources,
                routes.begin(plan),
                permits,
                events,
                jitter,
                new Downloading(plan.manifestDigest().toString()),
                plan,
                from,
                lastWriterFinished);
        download.next();
    }

    /** Reads back what is in the bank; false if the envelope that says what that should be was lost. */
    boolean readBack(Journal journal) throws HalException {
        stop();
        if (journal.componentsAlone()) {
            soon = scheduler.execute(Lane.AGENT, () -> requireStaged(journal));
            return true;
        }
        Optional<List<Board.Part>> parts = board.parts(journal);
        if (parts.isEmpty()) {
            return false;
        }
        new Reading(journal, parts.get()).next();
        return true;
    }

    private void requireStaged(Journal journal) {
        try {
            Optional<ComponentId> missing = components.missing(journal);
            if (missing.isEmpty()) {
                judge.verified();
            } else {
                judge.failed(
                        Cause.COMPONENT,
                        Optional.empty(),
                        "component " + missing.get() + " has no longer staged what it is to hold");
            }
        } catch (HalException fault) {
            judge.failed(Cause.COMPONENT, Optional.empty(), "the read-back failed: " + fault.getMessage());
        }
    }

    /** The network is back: what waits for it goes on at once. */
    void wake() {
        if (download != null) {
            download.wake();
        }
    }

    void stop() {
        doneBytes = 0;
        totalBytes = 0;
        if (download != null) {
            download.stop();
            download = null;
        }
        if (readBack != null) {
            readBack.stop();
            readBack = null;
        }
        if (soon != null) {
            soon.cancel();
            soon = null;
        }
    }

    private final class Downloading implements PlanDownload.Listener {
        private final String manifestDigest;

        Downloading(String manifestDigest) {
            this.manifestDigest = manifestDigest;
        }

        @Override
        public void progress(long done, long total) {
            doneBytes = done;
            totalBytes = total;
        }

        @Override
        public void downloaded() {
            download = null;
            routes.end(manifestDigest);
            judge.downloaded();
        }

        @Override
        public void held() {
            judge.held();
        }

        @Override
        public void failed(Cause cause, Optional<Rejection> rejection, String detail) {
            download = null;
            judge.failed(cause, rejection, detail);
        }
    }

    /** Reads back one component of the bank after another. */
    private final class Reading implements ReadBack.Listener {
        private final Journal journal;
        private final Deque<Board.Part> left;
        private Board.Part part;
        private long before;

        Reading(Journal journal, List<Board.Part> parts) {
            this.journal = journal;
            this.left = new ArrayDeque<>(parts);
            this.part = parts.get(0);
        }

        void next() {
            part = left.remove();
            readBack = new ReadBack(scheduler, part.bank(), part.sizeBytes(), part.digest(), this);
            readBack.start();
        }

        @Override
        public void progress(long done, long total) {
            doneBytes = before + done;
            totalBytes = journal.imageBytes();
            events.accept(new AgentEvent.Progress(UpdateState.VERIFYING, doneBytes, totalBytes));
        }

        @Override
        public void done(boolean matches, byte[] found) {
            if (matches && !left.isEmpty()) {
                before += part.sizeBytes();
                next();
                return;
            }
            stop();
            if (matches) {
                requireStaged(journal);
            } else {
                judge.failed(
                        Cause.READ_BACK,
                        Optional.empty(),
                        part.component() + " in bank " + journal.target() + " reads back as "
                                + HexFormat.of().formatHex(found) + ", expected " + part.digest());
            }
        }

        @Override
        public void failed(HalException fault) {
            readBack = null;
            judge.failed(Cause.FLASH, Optional.empty(), "the read-back failed: " + fault.getMessage());
        }
    }
}
