// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.policy;

/**
 * What a device runs on.
 *
 * @param source from where
 * @param percent how full the battery is, 0 to 100; 0 for another source
 */
public record Power(Source source, int percent) {
    /** Where power comes from. */
    public enum Source {
        /** The grid, or what doesn't run dry. */
        MAINS,
        /** A battery. */
        BATTERY,
        /** The board doesn't tell. Not enough for a rule that asks for power. */
        UNKNOWN
    }

    public Power {
        if (percent < 0 || percent > 100) {
            throw new IllegalArgumentException("percent: " + percent + ", not between 0 and 100");
        }
    }

    /**
     * Returns mains power.
     *
     * @return mains power
     */
    public static Power mains() {
        return new Power(Source.MAINS, 0);
    }

    /**
     * Returns power from a battery.
     *
     * @param percent how full it is, 0 to 100
     * @return battery power
     */
    public static Power battery(int percent) {
        return new Power(Source.BATTERY, percent);
    }

    /**
     * Returns power of which the board doesn't tell.
     *
     * @return unknown power
     */
    public static Power unknown() {
        return new Power(Source.UNKNOWN, 0);
    }
}
