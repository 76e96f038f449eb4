// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Who may vouch for what, and how many of them it takes.
 *
 * @param anchors the keys
 * @param rules how many distinct keys each role takes; a role that isn't named takes one
 * @param revokedKeys keys that count no more, by their thumbprint (RFC 9679, SHA-256) in lower-case hexadecimal
 */
public record TrustPolicy(List<TrustAnchor> anchors, Map<Role, Rule> rules, Set<String> revokedKeys) {
    public TrustPolicy {
        anchors = List.copyOf(anchors);
        rules = Map.copyOf(rules);
        revokedKeys = Set.copyOf(revokedKeys);
        for (Map.Entry<Role, Rule> rule : rules.entrySet()) {
            long able = anchors.stream()
                    .filter(anchor -> anchor.roles().contains(rule.getKey()))
                    .count();
            if (rule.getValue().keys() > able) {
                throw new IllegalArgumentException("rule of role " + rule.getKey() + ": " + rule.getValue()
                        + " can't be met by " + able + " anchors");
            }
        }
    }

    /**
     * Makes a policy without revoked keys.
     *
     * @param anchors the keys
     * @param rules how many distinct keys each role takes
     */
    public TrustPolicy(List<TrustAnchor> anchors, Map<Role, Rule> rules) {
        this(anchors, rules, Set.of());
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
     * @return its rule
     */
    public Rule rule(Role role) {
        return rules.getOrDefault(role, Rule.of(1));
    }
}
