// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.suit;

import io.twinbank.hal.ComponentId;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;

/**
 * What a manifest demands besides, whose answer may change from day to day: it belongs to the plan, and is asked when the
 * plan is to be carried out. So a plan that is made again after a power cut is the same plan.
 */
public sealed interface Requirement {
    /**
     * It is not too late (update-management, condition 4).
     *
     * @param secondsSince1970 until when the manifest counts, exclusive; not negative
     */
    record UseBefore(long secondsSince1970) implements Requirement {
        /** Returns such as {@code use before 2030-01-01T00:00:00Z}. */
        @Override
        public String toString() {
            return "use before "
                    + (secondsSince1970 <= Instant.MAX.getEpochSecond()
                            ? Instant.ofEpochSecond(secondsSince1970)
                            : "second " + secondsSince1970);
        }
    }

    /**
     * The installed version is right (update-management, condition 28).
     *
     * @param component whose
     * @param match what it must be
     */
    record InstalledVersion(ComponentId component, VersionMatch match) implements Requirement {
        /** Returns such as {@code installed version of os >= 1.2}. */
        @Override
        public String toString() {
            return "installed version of " + component + " " + match;
        }
    }

    /**
     * A component holds an image, or anything but that (conditions 3, 6 and 25, before the component is written).
     *
     * @param component which
     * @param digest the image's
     * @param present whether it must hold it, or must not
     */
    record Image(ComponentId component, Digest digest, boolean present) implements Requirement {
        /** Returns such as {@code os holds sha-256:00ff}. */
        @Override
        public String toString() {
            return component + (present ? " holds " : " doesn't hold ") + digest;
        }
    }

    /**
     * The operator agrees (update-management, condition 27).
     *
     * @param priority smaller is more urgent
     */
    record Authorization(long priority) implements Requirement {
        /** Returns such as {@code authorization of priority -1}. */
        @Override
        public String toString() {
            return "authorization of priority " + priority;
        }
    }

    /**
     * Something has happened (update-management, directive 29).
     *
     * @param event what
     * @param value what the event compares with
     */
    record Wait(Event event, long value) implements Requirement {
        /** Returns such as {@code wait for power 1}. */
        @Override
        public String toString() {
            return "wait for " + event.label + " " + value;
        }
    }

    /** What can be waited for. */
    enum Event {
        /** The operator agrees to an update of this priority. */
        AUTHORIZATION(1, "authorization of priority"),
        /** Power, by its kind. */
        POWER(2, "power"),
        /** A network, by its kind. */
        NETWORK(3, "network"),
        /** A time, in seconds since 1970. */
        TIME(5, "time");

        private final int number;
        private final String label;

        Event(int number, String label) {
            this.number = number;
            this.label = label;
        }

        static Optional<Event> find(long number) {
            return Arrays.stream(values())
                    .filter(event -> event.number == number)
                    .findFirst();
        }
    }
}
