// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal;

import io.twinbank.core.AgentEvent;
import io.twinbank.core.AgentStatus;
import io.twinbank.core.EventId;
import io.twinbank.core.Outcome;
import io.twinbank.core.Rejection;
import io.twinbank.core.UpdateState;
import io.twinbank.core.spi.Metric;
import io.twinbank.core.spi.Metrics;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes numbers of what happens. It only listens, on the agent thread; of what is fetched on another thread it tells when something
 * happens next, so that the embedder's metrics are called on one thread only.
 */
final class MetricsWatch {
    private static final Logger LOG = LoggerFactory.getLogger(MetricsWatch.class);

    private final Metrics metrics;
    private final AtomicLong fetched = new AtomicLong();
    private final Map<Metric, Long> levels = new EnumMap<>(Metric.class);
    private final Map<Metric, String> choices = new EnumMap<>(Metric.class);
    /** How far the update under way is written; negative before its download began or went on. */
    private long written = -1;

    private boolean threw;

    MetricsWatch(Metrics metrics) {
        this.metrics = metrics;
    }

    /** Bytes came from a payload source; on any thread. */
    void fetched(long bytes) {
        fetched.addAndGet(bytes);
    }

    /** Hears what happened, and how things stand after it. */
    void happened(AgentEvent event, AgentStatus status, int trialStarts, OptionalLong budgetLeft) {
        if (event instanceof AgentEvent.Started) {
            begin();
        }
        if (isCounted(EventId.of(event))) {
            add(Metric.EVENTS, EventId.of(event).text(), 1);
        }
        rejection(event)
                .ifPresent(refused -> add(Metric.REJECTIONS, refused.reason().name(), 1));
        countWritten(event);
        long bytes = fetched.getAndSet(0);
        if (bytes > 0) {
            add(Metric.FETCHED_BYTES, "", bytes);
        }
        choose(Metric.STATE, status.state().name());
        status.lastOutcome().ifPresent(outcome -> choose(Metric.LAST_OUTCOME, outcome.name()));
        level(Metric.WAITING, status.waitingFor().isEmpty() ? 0 : 1);
        level(Metric.TRIAL_STARTS, trialStarts);
        level(Metric.LINK_UP, status.online() ? 1 : 0);
        level(Metric.REPORTS_PENDING, status.pendingReports());
        budgetLeft.ifPresent(left -> level(Metric.BUDGET_LEFT_BYTES, left));
    }

    /** A counter that isn't there yet can't be seen to rise. The ids behind these are of log lines that tell of no event. */
    private void begin() {
        for (EventId id : EnumSet.range(EventId.AGENT_STARTED, EventId.HEALTH_WORSE)) {
            if (isCounted(id)) {
                add(Metric.EVENTS, id.text(), 0);
            }
        }
        add(Metric.FETCHED_BYTES, "", 0);
        add(Metric.WRITTEN_BYTES, "", 0);
    }

    /** What is many and for listeners alone is in no log either. */
    private static boolean isCounted(EventId id) {
        return id.level() != EventId.Level.DEBUG;
    }

    private static Optional<Rejection> rejection(AgentEvent event) {
        if (event instanceof AgentEvent.NotAuthentic stranger) {
            return Optional.of(stranger.rejection());
        } else if (event instanceof AgentEvent.Commanded commanded) {
            return commanded.rejection();
        } else if (event instanceof AgentEvent.Ended ended && ended.outcome() instanceof Outcome.Rejected rejected) {
            return Optional.of(rejected.rejection());
        } else if (event instanceof AgentEvent.Ended ended && ended.outcome() instanceof Outcome.Failed failed) {
            return failed.rejection();
        }
        return Optional.empty();
    }

    /** A download goes on where its source broke off, which is further than what was written and told by then. */
    private void countWritten(AgentEvent event) {
        if (event instanceof AgentEvent.StateChanged || event instanceof AgentEvent.Ended) {
            written = -1;
        } else if (event instanceof AgentEvent.DownloadResumed resumed) {
            written = written < 0 ? resumed.offsetBytes() : Math.min(written, resumed.offsetBytes());
        } else if (event instanceof AgentEvent.Progress progress && progress.state() == UpdateState.DOWNLOADING) {
            add(Metric.WRITTEN_BYTES, "", Math.max(0, progress.doneBytes() - written));
            written = progress.doneBytes();
        }
    }

    private void choose(Metric metric, String now) {
        String before = choices.put(metric, now);
        if (now.equals(before)) {
            return;
        }
        if (before != null) {
            set(metric, before, 0);
        }
        set(metric, now, 1);
    }

    private void level(Metric metric, long now) {
        Long before = levels.put(metric, now);
        if (before == null || before != now) {
            set(metric, "", now);
        }
    }

    private void add(Metric metric, String label, long by) {
        tell(() -> metrics.add(metric, label, by));
    }

    private void set(Metric metric, String label, long value) {
        tell(() -> metrics.set(metric, label, value));
    }

    /** A library of metrics that doesn't fit to the others on the class path throws errors; no update may wait for that to be mended. */
    private void tell(Runnable number) {
        try {
            number.run();
        } catch (RuntimeException | LinkageError e) {
            if (!threw) {
                threw = true;
                LOG.warn("the embedder's metrics threw; the agent goes on, and says so once", e);
            }
        }
    }
}
