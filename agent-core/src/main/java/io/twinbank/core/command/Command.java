// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.command;

import io.twinbank.core.suit.Digest;
import java.util.Map;
import java.util.TreeMap;

/** What an operator asks of a device. New permitted types may come in a minor release. */
public sealed interface Command {
    /** Begin no update, go on with no download, reset into no new image; a trial that runs goes on. Lasts over resets. */
    record Pause() implements Command {}

    /** Ends a {@link Pause}. */
    record Resume() implements Command {}

    /**
     * Cancel an update, if it is still under way and its trial hasn't begun. Names the update, so that a command that is late
     * can't hit the next one.
     *
     * @param manifest the digest of its manifest
     */
    record Cancel(Digest manifest) implements Command {}

    /** Send the status now. */
    record Report() implements Command {}

    /**
     * Replace all settings of the device's update policy; lasts over resets.
     *
     * @param values by name: at most {@value #MAX_SETTINGS}; names of 1 to {@value #MAX_NAME} and values of at most
     *     {@value #MAX_VALUE} bytes of UTF-8. What they mean is the policy's business
     */
    record Settings(Map<String, String> values) implements Command {
        static final int MAX_SETTINGS = 16;
        static final int MAX_NAME = 32;
        static final int MAX_VALUE = 128;

        public Settings {
            values = Map.copyOf(values);
        }

        /** Names the settings, in order; values may be nobody's business. */
        @Override
        public String toString() {
            return "Settings" + new TreeMap<>(values).keySet();
        }
    }

    /**
     * Let more devices have an update: one whose manifest asks for a share of the devices only, or one that a command gave to fewer
     * before. Which devices are among the first each decides for itself, by a hash of
     * its id and the manifest. A share that is smaller than what the manifest or an earlier command said takes
     * nothing back.
     *
     * @param manifest the digest of the update's manifest
     * @param perTenThousand how many devices of ten thousand may have it, 0 to 10000
     */
    record Rollout(Digest manifest, int perTenThousand) implements Command {
        /** All devices. */
        public static final int ALL = 10_000;

        public Rollout {
            if (perTenThousand < 0 || perTenThousand > ALL) {
                throw new IllegalArgumentException("perTenThousand must be 0 to " + ALL + ", not " + perTenThousand);
            }
        }
    }
}
