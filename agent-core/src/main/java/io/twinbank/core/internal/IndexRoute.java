// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal;

import io.twinbank.core.RejectedException;
import io.twinbank.core.Rejection;
import io.twinbank.core.internal.index.BlockFinder;
import io.twinbank.core.internal.index.BlockIndex;
import io.twinbank.core.internal.index.FetchPlan;
import io.twinbank.core.internal.index.Held;
import io.twinbank.core.internal.index.Holdings;
import io.twinbank.core.internal.index.IndexedSource;
import io.twinbank.core.internal.pipeline.Download;
import io.twinbank.core.internal.pipeline.MemoryDownload;
import io.twinbank.core.internal.pipeline.Rates;
import io.twinbank.core.spi.PayloadSource;
import io.twinbank.core.spi.Scheduler;
import io.twinbank.core.spi.Scheduler.Lane;
import io.twinbank.core.suit.IndexReference;
import io.twinbank.hal.DeviceClock;
import io.twinbank.hal.FlashBank;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * What a block index leaves to be fetched: the blocks that neither bank holds. The index is fetched into memory, then the banks are
 * looked through, a slice at a time, so that the agent hears of a cancel meanwhile. A power cut loses both: they are had anew.
 */
final class IndexRoute implements ImageRoute {
    /** So much of a bank is looked through at once: some milliseconds. */
    private static final long SLICE_BYTES = 1 << 20;
    /** Until it is known: between neighbouring releases it is less (benchmarks/README.md). */
    private static final int EXPECTED_SHARE = 4;

    private static final int TOLD_SHARE = 16;

    private final URI uri;
    private final IndexReference reference;
    private final long imageBytes;
    private final Held old;
    private final FlashBank target;
    private final Scheduler scheduler;
    private final DeviceClock clock;
    private final List<PayloadSource> sources;
    private final SplittableRandom jitter;
    private @Nullable MemoryDownload download;
    private @Nullable BlockIndex index;
    private @Nullable Holdings holdings;
    /** From where on the image was wanted when the banks were looked through. */
    private long preparedOffset;

    private @Nullable IndexedSource source;
    private @Nullable FetchPlan plan;
    private long planOffset;
    private @Nullable Preparation told;
    private long wantedOffset;
    /** Tells tasks that are under way whether they are still wanted. */
    private int run;

    /**
     * Makes a route.
     *
     * @param uri what ranges are fetched of
     * @param reference the index
     * @param imageBytes the image's size
     * @param old the running bank's, as much of it as holds something
     * @param target the bank that the image goes into
     */
    IndexRoute(
            URI uri,
            IndexReference reference,
            long imageBytes,
            Held old,
            FlashBank target,
            Scheduler scheduler,
            DeviceClock clock,
            List<PayloadSource> sources,
            SplittableRandom jitter) {
        this.uri = uri;
        this.reference = reference;
        this.imageBytes = imageBytes;
        this.old = old;
        this.target = target;
        this.scheduler = scheduler;
        this.clock = clock;
        this.sources = sources;
        this.jitter = jitter;
    }

    @Override
    public URI uri() {
        return uri;
    }

    @Override
    public long predictedBytes(long imageOffset) {
        Holdings here = holdings;
        BlockIndex known = index;
        if (here == null || known == null) {
            long indexBytes = known == null ? reference.sizeBytes() : 0;
            return indexBytes + ImageRoute.share(imageBytes / EXPECTED_SHARE, imageBytes, imageOffset);
        }
        return plan(known, here, imageOffset).bytes();
    }

    private FetchPlan plan(BlockIndex known, Holdings here, long imageOffset) {
        FetchPlan made = plan;
        if (made == null || planOffset != imageOffset) {
            made = FetchPlan.of(known, here, imageOffset, FetchPlan.USUAL_GAP_BYTES);
            plan = made;
            planOffset = imageOffset;
        }
        return made;
    }

    /** A group of blocks, and before that the index. */
    @Override
    public long pieceBytes() {
        BlockIndex known = index;
        return known == null ? reference.sizeBytes() : Math.min(imageBytes, known.groupBytes());
    }

    @Override
    public boolean isPrepared() {
        return holdings != null;
    }

    @Override
    public void prepare(long imageOffset, Preparation preparation) {
        stop();
        told = preparation;
        wantedOffset = imageOffset;
        if (index == null) {
            fetch();
        } else {
            find(index);
        }
    }

    /** Nothing more is told, but this. */
    private Preparation over() {
        Preparation last = Objects.requireNonNull(told);
        told = null;
        run++;
        return last;
    }

    private void fetch() {
        MemoryDownload fetching = download != null
                ? download
                : new MemoryDownload(
                        scheduler,
                        clock,
                        sources,
                        reference.uri(),
                        (int) reference.sizeBytes(),
                        reference.digest(),
                        Rates.USUAL,
                        new IndexListener(),
                        jitter.split());
        download = fetching;
        fetching.start();
    }

    private final class IndexListener implements MemoryDownload.Listener {
        private Preparation preparation() {
            return Objects.requireNonNull(told);
        }

        @Override
        public boolean allowed(long bytes) {
            return preparation().granted(bytes);
        }

        @Override
        public void held() {
            giveBack(preparation());
            over().held();
        }

        @Override
        public void interrupted(String why, Duration retryIn) {
            preparation().progress("the block index, tried again in " + retryIn.toSeconds() + " s: " + why);
        }

        @Override
        public void complete(byte[] bytes) {
            giveBack(preparation());
            download = null;
            decode(bytes, run);
        }

        @Override
        public void failed(Rejection rejection) {
            giveBack(preparation());
            download = null;
            over().unfit(rejection.toString());
        }
    }

    private void giveBack(Preparation preparation) {
        MemoryDownload fetching = download;
        if (fetching != null) {
            fetching.stop();
            preparation.giveBack(fetching.unusedBytes());
        }
    }

    /** On the hash lane, for it takes some time and touches nothing. */
    private void decode(byte[] bytes, int of) {
        scheduler.execute(Lane.HASH, () -> {
            try {
                BlockIndex decoded = BlockIndex.decode(bytes, imageBytes);
                scheduler.execute(Lane.AGENT, () -> {
                    index = decoded;
                    if (of == run) {
                        find(decoded);
                    }
                });
            } catch (RejectedException wrong) {
                scheduler.execute(Lane.AGENT, () -> {
                    if (of == run) {
                        over().unfit(wrong.rejection().toString());
                    }
                });
            }
        });
    }

    private void find(BlockIndex known) {
        int of = run;
        scheduler.execute(Lane.HASH, () -> {
            BlockFinder finder = new BlockFinder(known);
            scheduler.execute(Lane.AGENT, () -> {
                if (of == run) {
                    preparedOffset = wantedOffset;
                    look(finder.search(old, target(wantedOffset)), 0, of);
                }
            });
        });
    }

    /** What was in it before lasts until it is overwritten, unless such a bank reads nothing until it is whole. */
    private Optional<Held.Target> target(long imageOffset) {
        if (!target.resumable()) {
            return Optional.empty();
        }
        long bytes = Math.min(target.geometry().capacityBytes(), Math.max(imageBytes, old.sizeBytes()));
        return Optional.of(new Held.Target(Held.of(target, bytes), imageOffset, aheadBytes()));
    }

    private long aheadBytes() {
        return Download.eraseAheadBytes(target.geometry());
    }

    private void look(BlockFinder.Search search, long toldBytes, int of) {
        if (of != run) {
            return;
        }
        long until = search.doneBytes() + SLICE_BYTES;
        boolean over = false;
        while (!over && search.doneBytes() < until) {
            over = search.step();
        }
        if (over) {
            holdings = search.found();
            over().ready();
            return;
        }
        boolean noticeable = search.doneBytes() - toldBytes >= search.totalBytes() / TOLD_SHARE;
        if (noticeable && told != null) {
            told.progress("what the banks hold, " + search.doneBytes() + " of " + search.totalBytes() + " bytes");
        }
        long next = noticeable ? search.doneBytes() : toldBytes;
        scheduler.execute(Lane.AGENT, () -> look(search, next, of));
    }

    @Override
    public void stop() {
        if (told != null) {
            giveBack(over());
        }
    }

    @Override
    public void wake() {
        MemoryDownload fetching = download;
        if (fetching != null) {
            fetching.wake();
        }
    }

    @Override
    public PayloadSource source(PayloadSource network, long imageOffset) {
        BlockIndex known = Objects.requireNonNull(index);
        Holdings here = Objects.requireNonNull(holdings);
        if (source != null || imageOffset != preparedOffset) {
            here.keepLasting(imageOffset, erasedBytes(imageOffset));
            plan = null;
        }
        IndexedSource made = new IndexedSource(network, uri, known, here, plan(known, here, imageOffset));
        source = made;
        return made;
    }

    /** Before which byte of the target the writer before may have erased. */
    private long erasedBytes(long imageOffset) {
        IndexedSource before = source;
        if (before == null || before.handedOnBytes() < imageOffset) {
            return Long.MAX_VALUE;
        }
        return before.handedOnBytes() + aheadBytes();
    }

    /** A bank had changed since it was looked through. */
    @Override
    public long unpredictedBytes() {
        IndexedSource last = source;
        return last == null ? 0 : last.repairedBytes();
    }

    /** Megabytes, at the limit. */
    @Override
    public void done() {
        stop();
        download = null;
        index = null;
        holdings = null;
        source = null;
        plan = null;
    }

    @Override
    public String toString() {
        return "block index " + reference.digest();
    }
}
