// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core;

import java.time.Duration;

/**
 * What follows from how a device is after an update, compared with before. Times count from the boot; of an update of components
 * alone, from the begin of its trial.
 *
 * @param mode what follows
 * @param every how often gauges are sampled; what is kept reaches back for 160 to 320 of these, so some hours by the minute
 * @param settle how long after a boot nothing is sampled, for then all devices are busy
 * @param observe how long the new image is observed before it is compared the first time; a trial that may fail waits for it
 * @param after how much uptime later it is compared once more, with what is slow to show, such as a leak
 * @param threshold how many times the spread of before makes a difference
 */
public record HealthPolicy(
        Mode mode, Duration every, Duration settle, Duration observe, Duration after, double threshold) {
    /** What follows from a comparison. */
    public enum Mode {
        /** It is reported. */
        REPORT_ONLY,
        /** It is reported, and a trial fails by a gauge that may fail it. */
        FAIL_TRIAL
    }

    public HealthPolicy {
        positive("every", every);
        positive("observe", observe);
        positive("after", after);
        if (settle.isNegative()) {
            throw new IllegalArgumentException("settle must not be negative, found " + settle);
        }
        if (!(threshold >= 1)) {
            throw new IllegalArgumentException("threshold must be at least 1, not " + threshold);
        }
    }

    /**
     * Returns the policy that only reports: each minute, from two minutes after boot, over five minutes, and after a day; a difference
     * is one of six times the spread. Over less time one busy moment counts for too much: docs/figures.md has how many healthy updates
     * look worse.
     *
     * @return the policy
     */
    public static HealthPolicy reportOnly() {
        return new HealthPolicy(
                Mode.REPORT_ONLY,
                Duration.ofMinutes(1),
                Duration.ofMinutes(2),
                Duration.ofMinutes(5),
                Duration.ofHours(24),
                6);
    }

    /**
     * Returns a policy by which a trial may fail.
     *
     * @param observe how long the new image is observed at least, such as five minutes; with {@link #settle()} less than {@link
     *     OtaAgentBuilder#confirmWithin}
     * @return the policy, the rest as in {@link #reportOnly()}
     */
    public static HealthPolicy failTrial(Duration observe) {
        HealthPolicy usual = reportOnly();
        return new HealthPolicy(Mode.FAIL_TRIAL, usual.every, usual.settle, observe, usual.after, usual.threshold);
    }

    /**
     * Returns the same with another pause between samples.
     *
     * @param pause positive
     * @return the policy
     */
    public HealthPolicy withEvery(Duration pause) {
        return new HealthPolicy(mode, pause, settle, observe, after, threshold);
    }

    /**
     * Returns the same with another time to settle.
     *
     * @param time not negative
     * @return the policy
     */
    public HealthPolicy withSettle(Duration time) {
        return new HealthPolicy(mode, every, time, observe, after, threshold);
    }

    private static void positive(String name, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException(name + " must be positive, not " + value);
        }
    }
}
