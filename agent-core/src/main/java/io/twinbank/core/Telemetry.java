// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core;

import io.twinbank.core.spi.HealthGauges;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * What an agent tells of its device besides its updates. The inventory is told in any case, where there is a transport.
 *
 * @param facts the embedder's own, for the inventory: called on the agent thread, must return at once. The first 32 by their names
 *     count, names to 64 and values to 256 characters
 * @param gauges what tells how well the device works
 * @param health what follows from it
 */
public record Telemetry(Supplier<Map<String, String>> facts, HealthGauges gauges, HealthPolicy health) {
    public Telemetry {
        Set<String> names = new HashSet<>();
        for (HealthGauges.Gauge gauge : gauges.gauges()) {
            if (!names.add(gauge.name())) {
                throw new IllegalArgumentException("two gauges are named " + gauge.name());
            }
        }
        if (names.size() > HealthGauges.MAX_GAUGES) {
            throw new IllegalArgumentException(
                    names.size() + " gauges, at most " + HealthGauges.MAX_GAUGES + ": they share one record");
        }
    }

    /**
     * Returns the inventory alone: no facts, no gauges.
     *
     * @return the telemetry
     */
    public static Telemetry plain() {
        return new Telemetry(Map::of, HealthGauges.none(), HealthPolicy.reportOnly());
    }

    /**
     * Returns the same with facts.
     *
     * @param supplier of the embedder's
     * @return the telemetry
     */
    public Telemetry withFacts(Supplier<Map<String, String>> supplier) {
        return new Telemetry(supplier, gauges, health);
    }

    /**
     * Returns the same with gauges.
     *
     * @param source what tells how well the device works
     * @param policy what follows from it
     * @return the telemetry
     */
    public Telemetry withHealth(HealthGauges source, HealthPolicy policy) {
        return new Telemetry(facts, source, policy);
    }

    void requireFits(Duration confirmWithin) {
        Duration needed = health.settle().plus(health.observe());
        if (health.mode() == HealthPolicy.Mode.FAIL_TRIAL && needed.compareTo(confirmWithin) >= 0) {
            throw new IllegalArgumentException("health is compared " + needed.toSeconds()
                    + " s after boot (settle and observe), and the trial's deadline, confirmWithin, is "
                    + confirmWithin.toSeconds() + " s: it must be later");
        }
    }
}
