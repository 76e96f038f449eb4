// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.spi;

import java.util.List;
import java.util.OptionalDouble;

/**
 * What tells how well a device works, in numbers: its load, its memory, restarts of its programs. The agent keeps how they were before
 * an update, and compares how they are after it. All methods are called on the agent thread and must return at once.
 */
public interface HealthGauges {
    /** How many gauges a device may have: what is kept of them is one record of at most 2 KiB. */
    int MAX_GAUGES = 8;

    /** How a gauge moves. */
    enum Kind {
        /** Up and down, such as load: what is kept are samples, compared by their medians. */
        LEVEL,
        /**
         * Up, and to 0 at a reset, such as how often programs were restarted: what is kept is by how much it rose, compared by what
         * was to be expected in the time. For the median of what happens rarely is 0.
         */
        COUNTER
    }

    /** Which way a device gets worse. */
    enum Worse {
        /** More is worse, as of load. */
        MORE,
        /** Less is worse, as of available memory. */
        LESS,
        /** Neither is: a difference is told, and nothing follows from it. */
        NEITHER
    }

    /**
     * A gauge.
     *
     * @param name 1 to 20 characters of {@code [a-z0-9._-]}
     * @param kind how it moves
     * @param worse which way the device gets worse
     * @param mayFailTrial whether it may fail a trial, where the policy says so; else it is only reported
     * @param tolerance a difference of up to this is none, in the gauge's unit; of a counter so many in the time that is compared. At
     *     least 0; choose it so that nobody would get up at night for less
     */
    record Gauge(String name, Kind kind, Worse worse, boolean mayFailTrial, double tolerance) {
        public Gauge {
            if (!name.matches("[a-z0-9._-]{1,20}")) {
                throw new IllegalArgumentException("name: 1 to 20 of [a-z0-9._-], not '" + name + "'");
            }
            if (!(tolerance >= 0) || Double.isInfinite(tolerance)) {
                throw new IllegalArgumentException("tolerance of " + name + " must be at least 0, not " + tolerance);
            }
        }
    }

    /**
     * Returns the gauges; asked once, when the agent is built.
     *
     * @return at most {@link #MAX_GAUGES}, of different names
     */
    List<Gauge> gauges();

    /**
     * Reads a gauge.
     *
     * @param name of one of {@link #gauges()}
     * @return what it says; empty where it can't tell, which never counts against an update
     */
    OptionalDouble read(String name);

    /**
     * Returns none: nothing is sampled, stored or compared.
     *
     * @return no gauges
     */
    static HealthGauges none() {
        return new HealthGauges() {
            @Override
            public List<Gauge> gauges() {
                return List.of();
            }

            @Override
            public OptionalDouble read(String name) {
                return OptionalDouble.empty();
            }
        };
    }
}
