// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.network;

import java.time.Duration;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What came of one seed.
 *
 * @param seed what everything was drawn from
 * @param faults how many struck
 * @param kinds how often each kind struck
 * @param acknowledged how many offers the device acknowledged
 * @param installed how many it says that it installed
 * @param receivedAgain how many reports came again, as their key told
 * @param refused how often the agent told that a message wasn't authentic
 * @param lives how often the device was booted
 * @param passed how much virtual time passed
 * @param settledAfter how long after the last fault everything had arrived
 * @param findings what must not happen and did
 */
public record NetworkResult(
        long seed,
        int faults,
        Map<NetworkFault, Integer> kinds,
        int acknowledged,
        int installed,
        int receivedAgain,
        int refused,
        int lives,
        Duration passed,
        Duration settledAfter,
        List<Finding> findings) {
    public NetworkResult {
        Map<NetworkFault, Integer> all = new EnumMap<>(NetworkFault.class);
        all.putAll(kinds);
        kinds = Collections.unmodifiableMap(all);
        findings = List.copyOf(findings);
    }

    /**
     * Counts the findings of one oracle.
     *
     * @param oracle such as {@code N1}
     * @return how many
     */
    public long found(String oracle) {
        return findings.stream()
                .filter(finding -> finding.oracle().equals(oracle))
                .count();
    }
}
