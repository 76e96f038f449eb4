// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.health;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.core.HealthReport;
import io.twinbank.core.HealthReport.Verdict;
import io.twinbank.core.spi.HealthGauges.Gauge;
import io.twinbank.core.spi.HealthGauges.Kind;
import io.twinbank.core.spi.HealthGauges.Worse;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** How often a healthy update fails and a bad one passes, on synthetic gateways; prints the rates. */
class ComparisonTest {
    private static final Gauge LOAD = new Gauge("load", Kind.LEVEL, Worse.MORE, true, 0.25);
    private static final Gauge MEMORY = new Gauge("memory", Kind.LEVEL, Worse.LESS, true, 32);
    private static final Gauge RESTARTS = new Gauge("restarts", Kind.COUNTER, Worse.MORE, true, 3);
    private static final Gauge ERRORS = new Gauge("net-errors", Kind.COUNTER, Worse.MORE, false, 100);
    private static final int TRIALS = 20_000;
    private static final int TRIAL_SAMPLES = 12;
    private static final double DAY = 24 * 60;

    private final Comparison comparison = new Comparison(6);

    /** A gateway: what its gauges say at a minute, with what an update does to them. */
    private static final class Synthetic {
        private final Random random;
        private double excursion;
        double loadFactor = 1;
        double leakPerMinute;
        double restartsPerMinute = 1 / DAY;

        Synthetic(long seed) {
            random = new Random(seed);
        }

        /** Twice as busy by day as by night; what it does now it goes on doing for minutes; and tails as of a cron job. */
        double load(double minute, double step) {
            double keep = Math.pow(0.6, step);
            excursion = keep * excursion + Math.sqrt(1 - keep * keep) * random.nextGaussian();
            double daily = 0.3 * (1 + 0.35 * Math.sin(2 * Math.PI * minute / DAY));
            double spike = random.nextInt(50) == 0 ? 1.5 : 0;
            return loadFactor * (daily * Math.exp(0.2 * excursion) + spike);
        }

        double memory(double since) {
            return 400 + 8 * random.nextGaussian() / Math.max(0.2, random.nextDouble()) - leakPerMinute * since;
        }

        double restarts(double step) {
            return random.nextDouble() < restartsPerMinute * step ? 1 : 0;
        }

        /** Mostly none, then a burst. */
        double errors(double step) {
            return random.nextDouble() < 0.02 * step ? random.nextInt(200) : 0;
        }
    }

    private record Baselines(Samples load, Samples memory, Samples restarts, Samples errors) {
        Baselines() {
            this(
                    new Samples(Kind.LEVEL),
                    new Samples(Kind.LEVEL),
                    new Samples(Kind.COUNTER),
                    new Samples(Kind.COUNTER));
        }

        void add(Synthetic gateway, double minute, double step, double since) {
            load.add(gateway.load(minute, step));
            memory.add(gateway.memory(since));
            restarts.add(gateway.restarts(step));
            errors.add(gateway.errors(step));
        }
    }

    private Verdict verdict(Gauge gauge, Samples before, Samples after, double pace) {
        return comparison.of(gauge, before, after, pace).verdict();
    }

    private boolean failsTrial(Baselines before, Baselines after, double pace) {
        return verdict(LOAD, before.load, after.load, pace) == Verdict.WORSE
                || verdict(MEMORY, before.memory, after.memory, pace) == Verdict.WORSE
                || verdict(RESTARTS, before.restarts, after.restarts, pace) == Verdict.WORSE;
    }

    /** How long a sample of a trial takes, against one a minute. */
    private static double pace(int observedMinutes) {
        return (double) observedMinutes / TRIAL_SAMPLES;
    }

    private static Baselines trial(Synthetic gateway, double minute, double pace) {
        Baselines after = new Baselines();
        for (int i = 0; i < TRIAL_SAMPLES; i++) {
            after.add(gateway, minute + i * pace, pace, 2 + i * pace);
        }
        return after;
    }

    private static Baselines daysBefore(Synthetic gateway, double days) {
        Baselines before = new Baselines();
        for (double minute = 0; minute < days * DAY; minute++) {
            before.add(gateway, minute, 1, 0);
        }
        return before;
    }

    /** As long as {@code HealthPolicy} observes where nobody says otherwise. */
    @Test
    void of_healthyUpdates_failLessThanOneInAThousand() {
        int failed = healthyThatFail(5);

        assertTrue(failed < TRIALS / 1000, failed + " of " + TRIALS);
    }

    /** Why it doesn't observe for less. */
    @Test
    @Tag("slow")
    void of_healthyUpdatesObservedTooShortly_failMoreOften() {
        int failed = healthyThatFail(2);

        assertTrue(failed > TRIALS / 1000, failed + " of " + TRIALS);
    }

    private int healthyThatFail(int observedMinutes) {
        double pace = pace(observedMinutes);
        Synthetic gateway = new Synthetic(8);
        Baselines before = new Baselines();
        int failed = 0;
        int reported = 0;
        double minute = 0;

        for (int i = 0; i < TRIALS; i++) {
            if (i % 10 == 0) {
                before = new Baselines(); // so that short baselines are among them: the first is of half an hour
                minute += 977;
            }
            int until = i % 10 == 0 ? 30 : 199;
            for (int k = 0; k < until; k++) {
                before.add(gateway, minute++, 1, 0);
            }
            Baselines after = trial(gateway, minute, pace);
            failed += failsTrial(before, after, pace) ? 1 : 0;
            reported += verdict(ERRORS, before.errors, after.errors, pace) == Verdict.WORSE ? 1 : 0;
        }

        System.out.printf(
                "healthy updates that failed, observed for %d minutes: %d of %d (bursts of errors reported as worse: %d)%n",
                observedMinutes, failed, TRIALS, reported);
        assertTrue(reported < TRIALS / 50, reported + " of " + TRIALS);
        return failed;
    }

    @Test
    void of_badUpdates_areCaught() {
        double pace = pace(5);
        int load = 0;
        int leak = 0;
        int loop = 0;
        int trials = 1000;

        for (int seed = 0; seed < trials; seed++) {
            Synthetic gateway = new Synthetic(seed);
            Baselines before = daysBefore(gateway, 1 + seed % 3);
            double minute = DAY * (1 + seed % 3) + seed;
            gateway.loadFactor = 3;
            load += verdict(LOAD, before.load, trial(gateway, minute, pace).load, pace) == Verdict.WORSE ? 1 : 0;
            gateway.loadFactor = 1;
            gateway.leakPerMinute = 40;
            leak += verdict(MEMORY, before.memory, trial(gateway, minute, pace).memory, pace) == Verdict.WORSE ? 1 : 0;
            gateway.leakPerMinute = 0;
            gateway.restartsPerMinute = 4; // systemd's RestartSec of 15 s
            loop += verdict(RESTARTS, before.restarts, trial(gateway, minute, pace).restarts, pace) == Verdict.WORSE
                    ? 1
                    : 0;
        }

        System.out.printf(
                "bad updates caught in a trial of 5 minutes, of %d: 3 times the load %d, a leak of 40 MiB a minute %d,"
                        + " a restart each 15 s %d%n",
                trials, load, leak, loop);
        assertTrue(load > 0.95 * trials, "load " + load);
        assertTrue(leak > 0.99 * trials, "leak " + leak);
        assertTrue(loop > 0.99 * trials, "loop " + loop);
    }

    /** 8 MiB an hour show in no trial, and after a day they do. */
    @Test
    void of_slowLeak_isSeenAfterADay() {
        int caught = 0;
        int healthy = 0;
        int gateways = 200;

        for (int seed = 0; seed < gateways; seed++) {
            Synthetic gateway = new Synthetic(seed);
            Baselines before = daysBefore(gateway, 2);
            Samples sound = new Samples(Kind.LEVEL);
            Samples leaking = new Samples(Kind.LEVEL);
            for (int minute = 0; minute < DAY; minute++) {
                gateway.leakPerMinute = 0;
                sound.add(gateway.memory(minute));
                gateway.leakPerMinute = 8 / 60.0;
                leaking.add(gateway.memory(minute));
            }
            healthy += comparison.of(MEMORY, before.memory, sound, 1).verdict() == Verdict.WORSE ? 1 : 0;
            caught += comparison.of(MEMORY, before.memory, leaking, 1).verdict() == Verdict.WORSE ? 1 : 0;
        }

        System.out.printf("8 MiB an hour: caught after a day %d of %d; none: %d%n", caught, gateways, healthy);
        assertTrue(caught > 0.95 * gateways, "caught " + caught);
        assertEquals(0, healthy);
    }

    @Test
    void of_tooFewBefore_hasNoBaseline() {
        Samples before = new Samples(Kind.LEVEL);
        Samples after = new Samples(Kind.LEVEL);
        for (int i = 0; i < Samples.ENOUGH - 1; i++) {
            before.add(1);
            after.add(1000);
        }

        assertEquals(Verdict.NO_BASELINE, verdict(LOAD, before, after, 1));
        before.add(1);
        assertEquals(Verdict.WORSE, verdict(LOAD, before, after, 1));
    }

    @Test
    void of_noBaselineAtAll_neverIsWorse() {
        Samples after = new Samples(Kind.LEVEL);
        for (int i = 0; i < 30; i++) {
            after.add(1000);
        }

        HealthReport.Gauge told = comparison.of(LOAD, null, after, 1);

        assertEquals(Verdict.NO_BASELINE, told.verdict());
        assertEquals(1000, told.after());
    }

    @Test
    void of_better_isAsBefore_andNeitherWorseIsDifferent() {
        Samples before = new Samples(Kind.LEVEL);
        Samples after = new Samples(Kind.LEVEL);
        for (int i = 0; i < 30; i++) {
            before.add(50 + i % 3);
            after.add(5);
        }

        assertEquals(Verdict.AS_BEFORE, verdict(LOAD, before, after, 1));
        assertEquals(
                Verdict.DIFFERENT, verdict(new Gauge("speed", Kind.LEVEL, Worse.NEITHER, false, 1), before, after, 1));
    }

    @Test
    void gauge_text_hasTheNumbers() {
        Samples before = new Samples(Kind.LEVEL);
        Samples after = new Samples(Kind.LEVEL);
        for (int i = 0; i < 30; i++) {
            before.add(0.26 + 0.05 * (i % 3));
            after.add(0.92);
        }

        assertEquals(
                "load 0.92, before 0.31 ± 0.05 (median ± MAD)",
                comparison.of(LOAD, before, after, 1).toString());
    }
}
