// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core;

import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * How a device is after an update, compared with before.
 *
 * @param phase which comparison it is
 * @param observed how long the new image was observed
 * @param gauges one by one
 */
public record HealthReport(Phase phase, Duration observed, List<Gauge> gauges) {
    /** When a device is compared. */
    public enum Phase {
        /** Minutes after the boot: in the trial, or soon after it. */
        EARLY,
        /** A day of uptime later. */
        LATE
    }

    /** What a comparison comes to. */
    public enum Verdict {
        /** As before, or better. */
        AS_BEFORE,
        /** Worse than before, by more than the threshold, the tolerance, and what was usual. */
        WORSE,
        /** As different as that, where neither way is worse. */
        DIFFERENT,
        /** There is too little to compare: of before, or of now. Never counts against an update. */
        NO_BASELINE
    }

    /**
     * One gauge. Of a level, {@code before} and {@code after} are medians and {@code spread} is the median absolute deviation; of a
     * counter they are what it rose by, in the time observed, as expected and as found, and the spread is the standard deviation.
     *
     * @param name of the gauge
     * @param counter whether it is a counter
     * @param verdict what the comparison comes to
     * @param after the number after the update
     * @param before the number before it; 0 without a baseline
     * @param spread how much it varied before
     * @param deviations how many spreads it is worse, or different; negative if it is better
     */
    public record Gauge(
            String name,
            boolean counter,
            Verdict verdict,
            double after,
            double before,
            double spread,
            double deviations) {
        @Override
        public String toString() {
            if (verdict == Verdict.NO_BASELINE) {
                return name + ": nothing to compare with";
            }
            return name + " " + number(after) + ", before " + number(before) + " ± " + number(spread)
                    + (counter ? " (mean ± standard deviation)" : " (median ± MAD)");
        }
    }

    public HealthReport {
        gauges = List.copyOf(gauges);
    }

    /**
     * Returns what it comes to as a whole.
     *
     * @return the worst: {@code WORSE} if a gauge is, else {@code DIFFERENT}; {@code NO_BASELINE} if nothing could be compared
     */
    public Verdict verdict() {
        for (Verdict each : List.of(Verdict.WORSE, Verdict.DIFFERENT, Verdict.AS_BEFORE)) {
            if (gauges.stream().anyMatch(gauge -> gauge.verdict() == each)) {
                return each;
            }
        }
        return Verdict.NO_BASELINE;
    }

    /** Returns the verdict, and the gauges that stand out; one line for people. */
    @Override
    public String toString() {
        Verdict whole = verdict();
        return switch (whole) {
            case AS_BEFORE -> "as before the update, observed for " + minutes();
            case NO_BASELINE -> "nothing to compare with: there are too few samples of before the update, or since";
            case WORSE, DIFFERENT ->
                gauges.stream()
                        .filter(gauge -> gauge.verdict() == whole)
                        .map(Gauge::toString)
                        .collect(Collectors.joining("; ", whole.name().toLowerCase(Locale.ROOT) + ": ", ""));
        };
    }

    private String minutes() {
        return observed.toHours() > 2 ? observed.toHours() + " h" : observed.toMinutes() + " min";
    }

    private static String number(double value) {
        BigDecimal rounded = new BigDecimal(value, new MathContext(3));
        return (rounded.signum() == 0 ? BigDecimal.ZERO : rounded.stripTrailingZeros()).toPlainString();
    }
}
