// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.policy;

import java.util.Arrays;

/**
 * How busy the device is in each hour of the week: an average in which each new week counts a quarter, so that a month ago
 * counts a third of what it did. Copied on each change.
 */
final class LoadByHour {
    static final int HOURS = 7 * 24;
    static final LoadByHour NOTHING = new LoadByHour(0, new byte[HOURS]);

    private static final int UNSEEN = 0;
    private static final int FULL = 254;

    private final int observed;
    private final byte[] hours; // 0 for an hour that was never observed, else 1 + load * 254

    LoadByHour(int observed, byte[] hours) {
        if (hours.length != HOURS) {
            throw new IllegalArgumentException("hours: " + hours.length + ", not " + HOURS);
        }
        this.observed = observed;
        this.hours = hours.clone();
    }

    LoadByHour observe(int hour, double load) {
        if (!(load >= 0 && load <= 1)) {
            throw new IllegalArgumentException("load: " + load + ", not between 0 and 1");
        }
        byte[] next = hours.clone();
        int before = next[hour] & 0xff;
        double now = load * FULL;
        double average = before == UNSEEN ? now : (3 * (before - 1) + now) / 4;
        next[hour] = (byte) (1 + Math.round(average));
        return new LoadByHour(Math.min(observed + 1, HOURS), next);
    }

    /** Whether a week's worth of hours was observed. */
    boolean hasLearnt() {
        return observed == HOURS;
    }

    /** The load in per cent, rounded; an hour that was never observed counts as busy. */
    int percent(int hour) {
        int value = hours[hour] & 0xff;
        return value == UNSEEN ? 100 : (int) Math.round((value - 1) * 100.0 / FULL);
    }

    int observed() {
        return observed;
    }

    byte[] bytes() {
        return hours.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof LoadByHour that && observed == that.observed && Arrays.equals(hours, that.hours);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(hours);
    }
}
