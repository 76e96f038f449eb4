// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.network;

import io.twinbank.simulator.network.NetworkFault.Moment;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** Draws what goes wrong from a seed, until enough has. */
final class Misfortune {
    private final Random random;
    private int wanted;
    private final Map<NetworkFault, Integer> struck = new EnumMap<>(NetworkFault.class);
    private int count;

    Misfortune(long seed, int wanted) {
        this.random = new Random(seed);
        this.wanted = wanted;
    }

    /** Draws at most one of the faults that may strike at a moment. */
    Optional<NetworkFault> at(Moment moment) {
        if (isOver()) {
            return Optional.empty();
        }
        int drawn = random.nextInt(1000);
        for (NetworkFault fault : NetworkFault.values()) {
            if (fault.moment() == moment) {
                drawn -= fault.permille();
                if (drawn < 0) {
                    count++;
                    struck.merge(fault, 1, Integer::sum);
                    return Optional.of(fault);
                }
            }
        }
        return Optional.empty();
    }

    boolean isOver() {
        return count >= wanted;
    }

    /** Nothing goes wrong from now on. */
    void end() {
        wanted = count;
    }

    int count() {
        return count;
    }

    Map<NetworkFault, Integer> struck() {
        return struck;
    }

    /** Draws a time; short ones are as frequent as long ones, by order of magnitude. */
    Duration between(Duration least, Duration most) {
        double span = Math.log((double) most.toMillis() / least.toMillis());
        return Duration.ofMillis(Math.round(least.toMillis() * Math.exp(random.nextDouble() * span)));
    }

    /** Draws from 0 to below a bound. */
    int below(int bound) {
        return random.nextInt(bound);
    }

    double fraction() {
        return random.nextDouble();
    }
}
