// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal;

import io.twinbank.core.AgentEvent;
import io.twinbank.core.HealthPolicy;
import io.twinbank.core.HealthReport;
import io.twinbank.core.Outcome;
import io.twinbank.core.UpdateState;
import io.twinbank.core.internal.health.Comparison;
import io.twinbank.core.internal.health.Samples;
import io.twinbank.core.internal.record.HealthRecord;
import io.twinbank.core.internal.record.HealthRecord.Image;
import io.twinbank.core.internal.record.HealthRecord.Measured;
import io.twinbank.core.spi.HealthGauges;
import io.twinbank.core.spi.HealthGauges.Gauge;
import io.twinbank.core.spi.HealthGauges.Kind;
import io.twinbank.core.spi.Scheduler;
import io.twinbank.core.spi.Scheduler.Lane;
import io.twinbank.core.spi.SelfTest;
import io.twinbank.hal.DeviceClock;
import io.twinbank.hal.HalException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Samples the device's gauges, keeps how they were, and after an update compares: minutes after the boot, and once more after a day.
 *
 * <p>The record {@code HEALTH} is stored when an image is about to be armed, before the first step of that, and otherwise at most once
 * an hour, never in a trial: so a rollback finds what it was before. No row waits for it, and none fails by it; a power cut leaves the
 * old record or the new one, and one that is lost is no baseline, which fails no trial.
 *
 * <p>Confined to the agent thread.
 */
final class HealthWatch {
    /** How many samples the first comparison has. */
    private static final int EARLY_SAMPLES = 12;

    private static final Duration STORE_EVERY = Duration.ofHours(1);
    /** The self-test must have been asked once more before the trial's deadline. */
    private static final Duration MARGIN = Duration.ofSeconds(15);

    private static final Logger LOG = LoggerFactory.getLogger(HealthWatch.class);

    /** What it asks of the agent. */
    interface Agent {
        UpdateState state();

        boolean componentsAlone();

        /** Returns which image runs; reads the stored envelope. */
        Image image() throws HalException;
    }

    private final HealthGauges source;
    private final List<Gauge> gauges;
    private final HealthPolicy policy;
    private final Duration confirmWithin;
    private final DeviceClock clock;
    private final Records records;
    private final Scheduler scheduler;
    private final Consumer<HealthReport> reports;
    private final Comparison comparison;
    private final HealthTest test;
    private final Map<String, Double> counters = new HashMap<>();
    private @Nullable Agent agent;
    private @Nullable Measured now;
    private @Nullable Measured before;
    /** What is sampled before the first comparison; null after it, or where there is nothing to compare with. */
    private @Nullable Map<String, Samples> early;

    private int earlyTaken;
    private boolean inTrial;
    /** Since when after boot the update is on trial: 0 for an image, which the boot began. */
    private Duration trialFrom = Duration.ZERO;

    private Duration stored = Duration.ZERO;

    HealthWatch(
            HealthGauges source,
            HealthPolicy policy,
            SelfTest selfTest,
            Duration confirmWithin,
            DeviceClock clock,
            Records records,
            Scheduler scheduler,
            Consumer<HealthReport> reports) {
        this.source = source;
        this.gauges = List.copyOf(source.gauges());
        this.policy = policy;
        this.confirmWithin = confirmWithin;
        this.clock = clock;
        this.records = records;
        this.scheduler = scheduler;
        this.reports = reports;
        comparison = new Comparison(policy.threshold());
        test = new HealthTest(selfTest, mayFail() ? progress() : SelfTest.Result.pass());
    }

    /** Returns the self-test that waits for the comparison, where the policy says so. */
    SelfTest selfTest() {
        return test;
    }

    private boolean mayFail() {
        return policy.mode() == HealthPolicy.Mode.FAIL_TRIAL && gauges.stream().anyMatch(Gauge::mayFailTrial);
    }

    /** Hears what happens; what it does beyond its memory it does later, or catches. */
    void happened(AgentEvent event, Agent told) {
        if (gauges.isEmpty()) {
            return;
        }
        if (event instanceof AgentEvent.Started) {
            agent = told;
            scheduler.execute(Lane.AGENT, this::begin);
        } else if (event instanceof AgentEvent.RowBegun begun
                && (begun.row().equals(UpdateTable.ARM.id()) || begun.row().equals(UpdateTable.TRY_ALONE.id()))) {
            store();
        } else if (event instanceof AgentEvent.StateChanged) {
            lookAtTrial();
        } else if (event instanceof AgentEvent.Ended ended
                && told.componentsAlone()
                && !(ended.outcome() instanceof Outcome.Installed)
                && inTrial
                && before != null) {
            now = before; // what was tried without a reset is undone without one
            before = null;
            early = null;
        }
    }

    private void begin() {
        Agent known = agent;
        if (known == null) {
            return;
        }
        Image running;
        try {
            running = known.image();
        } catch (HalException e) {
            LOG.warn("the device's health isn't watched until the next start: {}", e.toString());
            test.health(SelfTest.Result.pass());
            return;
        }
        stored = clock.sinceBoot();
        Optional<HealthRecord> found = load();
        boolean same =
                found.filter(record -> record.now().image().equals(running)).isPresent();
        now = same ? found.get().now() : fresh(running);
        before = (same ? found.flatMap(HealthRecord::before) : found.map(HealthRecord::now)).orElse(null);
        if (before != null && !same) {
            early = new TreeMap<>();
        }
        lookAtTrial();
        if (mayFail() && early == null) {
            test.health(SelfTest.Result.pass()); // nothing to compare with never fails a trial
        }
        later();
    }

    private Optional<HealthRecord> load() {
        try {
            Records.Slot<HealthRecord> slot = records.health();
            slot.unreadable().ifPresent(why -> LOG.warn("the record of the device's health is none: {}", why));
            return slot.value();
        } catch (HalException e) {
            LOG.warn("the record of the device's health can't be read: {}", e.toString());
            return Optional.empty();
        }
    }

    private static Measured fresh(Image image) {
        return new Measured(image, 0, Map.of());
    }

    /** Where a trial begins without a reset, the same image runs with other components: what was until now is before. */
    private void lookAtTrial() {
        Agent known = agent;
        Measured present = now;
        if (known == null || present == null) {
            return;
        }
        boolean trial = known.state() == UpdateState.TRIAL || known.state() == UpdateState.COMMITTING;
        if (trial && !inTrial && known.componentsAlone()) {
            trialFrom = clock.sinceBoot();
            before = present;
            now = fresh(present.image());
            early = new TreeMap<>();
            earlyTaken = 0;
            if (mayFail()) {
                test.health(progress());
            }
        }
        inTrial = trial;
    }

    private void later() {
        Duration pause = early == null ? policy.every() : policy.observe().dividedBy(EARLY_SAMPLES);
        scheduler.after(Lane.AGENT, pause, this::tick);
    }

    private void tick() {
        lookAtTrial();
        Duration gone = clock.sinceBoot().minus(trialFrom);
        if (gone.compareTo(policy.settle()) >= 0) {
            if (early != null) {
                sampleEarly(early);
            } else {
                sample();
            }
        }
        if (early != null && inTrial && mayFail() && gone.plus(MARGIN).compareTo(confirmWithin) > 0) {
            LOG.warn("the trial's deadline comes before the health could be compared, so it isn't");
            test.health(SelfTest.Result.pass());
        }
        later();
    }

    private void sampleEarly(Map<String, Samples> samples) {
        take(samples);
        earlyTaken++;
        if (earlyTaken < EARLY_SAMPLES) {
            if (mayFail()) {
                test.health(progress());
            }
            return;
        }
        double pace = (double) policy.observe().toNanos()
                / EARLY_SAMPLES
                / policy.every().toNanos();
        HealthReport report = compare(HealthReport.Phase.EARLY, policy.observe(), samples, pace);
        early = null;
        if (mayFail()) {
            test.health(verdict(report));
        }
        reports.accept(report);
    }

    private SelfTest.Result verdict(HealthReport report) {
        for (HealthReport.Gauge each : report.gauges()) {
            boolean counts = gauges.stream()
                    .anyMatch(gauge -> gauge.mayFailTrial() && gauge.name().equals(each.name()));
            if (counts && each.verdict() == HealthReport.Verdict.WORSE) {
                return SelfTest.Result.fail(each.toString());
            }
        }
        return SelfTest.Result.pass();
    }

    private SelfTest.Result progress() {
        Duration observed = policy.observe().multipliedBy(earlyTaken).dividedBy(EARLY_SAMPLES);
        return SelfTest.Result.notYet("health is compared, " + observed.toSeconds() + " of "
                + policy.observe().toSeconds() + " s"
                + (earlyTaken == 0 ? ", which begin " + policy.settle().toSeconds() + " s after the start" : ""));
    }

    private void sample() {
        Measured present = now;
        if (present == null) {
            return;
        }
        Map<String, Samples> samples = present.gauges();
        take(samples);
        now = new Measured(present.image(), present.taken() + 1, samples);
        boolean due = clock.sinceBoot().minus(stored).compareTo(STORE_EVERY) >= 0;
        Duration observed = policy.every().multipliedBy(now.taken());
        if (before != null && !inTrial && observed.compareTo(policy.after()) >= 0) {
            reports.accept(compare(HealthReport.Phase.LATE, observed, samples, 1));
            before = null;
        }
        if (due && !inTrial) {
            store();
        }
    }

    private void take(Map<String, Samples> samples) {
        for (Gauge gauge : gauges) {
            OptionalDouble value = read(gauge.name());
            if (value.isPresent() && Double.isFinite(value.getAsDouble())) {
                add(gauge, value.getAsDouble(), samples);
            }
        }
    }

    private void add(Gauge gauge, double value, Map<String, Samples> samples) {
        double sample = value;
        if (gauge.kind() == Kind.COUNTER) {
            Double last = counters.put(gauge.name(), value);
            if (last == null) {
                return;
            }
            sample = value < last ? value : value - last; // it began anew
        }
        Samples kept = samples.get(gauge.name());
        if (kept == null || kept.kind() != gauge.kind()) {
            kept = new Samples(gauge.kind());
            samples.put(gauge.name(), kept);
        }
        kept.add(sample);
    }

    private OptionalDouble read(String gauge) {
        try {
            return source.read(gauge);
        } catch (RuntimeException e) {
            LOG.warn("gauge {} threw, and tells nothing: {}", gauge, e.toString());
            return OptionalDouble.empty();
        }
    }

    private HealthReport compare(HealthReport.Phase phase, Duration observed, Map<String, Samples> after, double pace) {
        Map<String, Samples> usual = before == null ? Map.of() : before.gauges();
        return new HealthReport(
                phase,
                observed,
                gauges.stream()
                        .map(gauge -> comparison.of(
                                gauge,
                                usual.get(gauge.name()),
                                after.getOrDefault(gauge.name(), new Samples(gauge.kind())),
                                pace))
                        .toList());
    }

    /** A store that fails leaves the record of an hour ago. */
    private void store() {
        Measured present = now;
        if (present == null || present.taken() == 0 || inTrial) {
            return;
        }
        stored = clock.sinceBoot();
        try {
            records.store(new HealthRecord(present, Optional.ofNullable(before)));
        } catch (HalException | RuntimeException e) {
            LOG.warn("how the device was can't be stored: {}", e.toString());
        }
    }
}
