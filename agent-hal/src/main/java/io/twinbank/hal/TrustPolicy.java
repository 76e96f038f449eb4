// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal;

import java.util.List;
import java.util.Map;

/**
 * Who may vouch for what, and how many of them it takes.
 *
 * @param anchors the keys
 * @param thresholds how many distinct keys each role takes; a role that isn't named takes one
 */
public record TrustPolicy(List<TrustAnchor> anchors, Map<Role, Integer> thresholds) {
    public TrustPolicy {
        anchors = List.copyOf(anchors);
        thresholds = Map.copyOf(thresholds);
        for (Map.Entry<Role, Integer> rule : thresholds.entrySet()) {
            long able = anchors.stream()
                    .filter(anchor -> anchor.roles().contains(rule.getKey()))
                    .count();
            if (rule.getValue() < 1 || rule.getValue() > able) {
                throw new IllegalArgumentException("threshold " + rule.getValue() + " of role " + rule.getKey()
                        + " can't be met by " + able + " anchors");
            }
        }
    }

    /**
     * Makes the simplest policy: any one of the anchors will do.
     *
     * @param anchors the keys
     * @return the policy
     */
    public static TrustPolicy anyOf(TrustAnchor... anchors) {
        return new TrustPolicy(List.of(anchors), Map.of());
    }

    /**
     * Returns how many distinct keys a role takes.
     *
     * @param role the role
     * @return at least 1
     */
    public int threshold(Role role) {
        return thresholds.getOrDefault(role, 1);
    }
}
