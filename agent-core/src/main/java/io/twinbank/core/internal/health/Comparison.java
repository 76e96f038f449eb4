// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.health;

import io.twinbank.core.HealthReport;
import io.twinbank.core.HealthReport.Verdict;
import io.twinbank.core.spi.HealthGauges.Gauge;
import io.twinbank.core.spi.HealthGauges.Kind;
import io.twinbank.core.spi.HealthGauges.Worse;
import org.jspecify.annotations.Nullable;

/**
 * Compares a gauge after an update with before. A healthy update must not fail: what counts as worse is beyond the threshold, in spreads of
 * before; beyond the gauge's tolerance; and, of a level, beyond nine of ten samples of before, so that heavy tails are nothing new.
 */
public final class Comparison {
    /** Fewer samples of after tell nothing: one may be a fluke. */
    private static final int FEWEST_AFTER = 3;

    private final double threshold;

    /**
     * Makes a comparison.
     *
     * @param threshold how many spreads make a difference
     */
    public Comparison(double threshold) {
        this.threshold = threshold;
    }

    /**
     * Compares.
     *
     * @param gauge which
     * @param before its samples of before the update; null if there are none
     * @param after its samples since
     * @param pace how long a sample of after took, against one of before
     * @return what it comes to
     */
    public HealthReport.Gauge of(Gauge gauge, @Nullable Samples before, Samples after, double pace) {
        boolean counter = gauge.kind() == Kind.COUNTER;
        boolean comparable =
                before != null && before.kind() == gauge.kind() && before.isEnough() && after.count() >= FEWEST_AFTER;
        if (before == null || !comparable) {
            double found = after.count() == 0 ? 0 : counter ? total(after) : after.latest();
            return new HealthReport.Gauge(gauge.name(), counter, Verdict.NO_BASELINE, found, 0, 0, 0);
        }
        return counter ? counter(gauge, before, after, pace) : level(gauge, before, after);
    }

    private HealthReport.Gauge level(Gauge gauge, Samples before, Samples after) {
        double now = after.latest();
        double usual = before.median();
        double spread = before.medianDeviation();
        boolean more = now > usual;
        boolean unheardOf = more ? now > before.usual(true) : now < before.usual(false);
        return verdict(gauge, now, usual, spread, unheardOf);
    }

    /** What is rare has a median of 0: so counters are compared with what was to be expected in as many samples. */
    private HealthReport.Gauge counter(Gauge gauge, Samples before, Samples after, double pace) {
        double samples = (double) after.count() * after.stride() * pace;
        return verdict(gauge, total(after), before.mean() * samples, Math.sqrt(before.variance() * samples), true);
    }

    private HealthReport.Gauge verdict(Gauge gauge, double now, double usual, double spread, boolean unheardOf) {
        double off = gauge.worse() == Worse.LESS ? usual - now : now - usual;
        double distance = gauge.worse() == Worse.NEITHER ? Math.abs(off) : off;
        double floor = Math.max(gauge.tolerance() / threshold, Math.ulp(usual));
        double deviations = distance / Math.max(spread, floor);
        boolean beyond = unheardOf && deviations > threshold;
        Verdict verdict =
                !beyond ? Verdict.AS_BEFORE : gauge.worse() == Worse.NEITHER ? Verdict.DIFFERENT : Verdict.WORSE;
        return new HealthReport.Gauge(
                gauge.name(), gauge.kind() == Kind.COUNTER, verdict, now, usual, spread, deviations);
    }

    private static double total(Samples counter) {
        double total = 0;
        for (double each : counter.numbers()) {
            total += each;
        }
        return total;
    }
}
