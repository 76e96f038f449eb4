// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.policy;

/**
 * What power a phase needs.
 *
 * @param mainsOnly whether no battery will do, however full
 * @param batteryPercent how full a battery has to be where one will do, 0 to 100
 */
public record PowerNeed(boolean mainsOnly, int batteryPercent) {
    public PowerNeed {
        if (batteryPercent < 0 || batteryPercent > 100) {
            throw new IllegalArgumentException("batteryPercent: " + batteryPercent + ", not between 0 and 100");
        }
    }

    /**
     * Asks for mains power.
     *
     * @return the need
     */
    public static PowerNeed mains() {
        return new PowerNeed(true, 0);
    }

    /**
     * Asks for mains power or a battery with so much in it.
     *
     * @param percent at least, 0 to 100
     * @return the need
     */
    public static PowerNeed mainsOrBattery(int percent) {
        return new PowerNeed(false, percent);
    }

    boolean isMet(Power power) {
        return power.source() == Power.Source.MAINS
                || (power.source() == Power.Source.BATTERY && !mainsOnly && power.percent() >= batteryPercent);
    }
}
