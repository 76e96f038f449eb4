// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.suit;

import io.twinbank.core.RejectReason;
import io.twinbank.core.RejectedException;
import io.twinbank.core.cose.CoseKey;
import io.twinbank.hal.ComponentId;
import io.twinbank.hal.Role;
import io.twinbank.hal.Rule;
import io.twinbank.hal.TrustPolicy;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Whether those who signed are enough. Keys count, not signatures: one key is one, however often it signed. */
public final class Quorum {
    private Quorum() {}

    /**
     * Returns the keys whose signatures count for a role: those that have it and aren't revoked.
     *
     * @param policy who may vouch for what
     * @param role for what
     * @return the keys
     */
    public static List<CoseKey> keys(TrustPolicy policy, Role role) {
        return policy.anchors().stream()
                .filter(anchor -> anchor.roles().contains(role))
                .map(CoseKey::of)
                .filter(key -> !policy.revokedKeys().contains(key.toString()))
                .toList();
    }

    /**
     * Returns nothing when the signers meet a rule.
     *
     * @param rule how many it takes
     * @param role for what, for people
     * @param keys whose signatures count
     * @param signers the signatures, valid or not
     * @throws RejectedException {@link RejectReason#THRESHOLD_NOT_MET}
     */
    public static void require(Rule rule, Role role, List<CoseKey> keys, List<Signer> signers)
            throws RejectedException {
        Collection<CoseKey> distinct = signed(keys, signers);
        if (!met(rule, distinct)) {
            throw new RejectedException(
                    RejectReason.THRESHOLD_NOT_MET,
                    "distinct keys of role " + role + " that signed",
                    count(rule, distinct),
                    "at least " + rule);
        }
    }

    /**
     * Returns nothing when keys could meet a rule if all of them signed.
     *
     * @throws RejectedException {@link RejectReason#THRESHOLD_NOT_MET}
     */
    static void requireAble(Rule rule, Role role, Collection<CoseKey> keys) throws RejectedException {
        if (!met(rule, keys)) {
            throw new RejectedException(
                    RejectReason.THRESHOLD_NOT_MET, "keys with role " + role, count(rule, keys), "at least " + rule);
        }
    }

    /**
     * Returns nothing when the signers that may install a component meet the rule of firmware by themselves.
     *
     * @throws RejectedException {@link RejectReason#UNAUTHORIZED_COMPONENT}
     */
    static void requireGranted(TrustPolicy policy, ComponentId component, List<Signer> signers)
            throws RejectedException {
        if (policy.anchors().stream().allMatch(anchor -> anchor.mayInstall(component))) {
            return;
        }
        List<CoseKey> granted = policy.anchors().stream()
                .filter(anchor -> anchor.roles().contains(Role.FIRMWARE) && anchor.mayInstall(component))
                .map(CoseKey::of)
                .toList();
        Rule rule = policy.rule(Role.FIRMWARE);
        Collection<CoseKey> distinct = signed(granted, signers);
        if (!met(rule, distinct)) {
            throw new RejectedException(
                    RejectReason.UNAUTHORIZED_COMPONENT,
                    "distinct keys that signed and may install " + component,
                    count(rule, distinct),
                    "at least " + rule);
        }
    }

    private static Collection<CoseKey> signed(List<CoseKey> keys, List<Signer> signers) {
        Map<String, CoseKey> byThumbprint = new TreeMap<>();
        keys.forEach(key -> byThumbprint.put(key.toString(), key));
        byThumbprint
                .keySet()
                .retainAll(
                        signers.stream().filter(Signer::valid).map(Signer::kid).toList());
        return byThumbprint.values();
    }

    private static boolean met(Rule rule, Collection<CoseKey> distinct) {
        if (!rule.hybrid()) {
            return distinct.size() >= rule.threshold();
        }
        long postQuantum = postQuantum(distinct);
        return postQuantum >= rule.threshold() && distinct.size() - postQuantum >= rule.threshold();
    }

    private static String count(Rule rule, Collection<CoseKey> distinct) {
        long postQuantum = postQuantum(distinct);
        return rule.hybrid()
                ? distinct.size() - postQuantum + " classic and " + postQuantum + " post-quantum"
                : Integer.toString(distinct.size());
    }

    private static long postQuantum(Collection<CoseKey> distinct) {
        return distinct.stream().filter(key -> key.type().postQuantum()).count();
    }
}
