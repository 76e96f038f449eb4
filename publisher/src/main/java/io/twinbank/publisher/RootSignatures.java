// SPDX-License-Identifier: Apache-2.0
package io.twinbank.publisher;

import io.twinbank.core.cose.CoseKey;
import io.twinbank.core.suit.Quorum;
import io.twinbank.core.suit.TrustSet;
import io.twinbank.hal.Role;
import io.twinbank.hal.Rule;
import io.twinbank.hal.TrustAnchor;
import java.util.List;
import java.util.Set;

/**
 * How far a trust manifest is signed by the root keys of a set: of the new one itself, or of the one before.
 *
 * @param set whose rule is to be met
 * @param signed thumbprints of the keys that signed
 */
record RootSignatures(TrustSet set, Set<String> signed) {
    private Rule rule() {
        return set.policy().rule(Role.ROOT);
    }

    private List<CoseKey> keys(boolean alreadySigned) {
        return Quorum.keys(set.policy(), Role.ROOT).stream()
                .filter(key -> signed.contains(key.toString()) == alreadySigned)
                .toList();
    }

    /** Returns how many more keys have to sign; 0 if the rule is met. */
    int missing() {
        int postQuantum = (int)
                keys(true).stream().filter(key -> key.type().postQuantum()).count();
        int classic = keys(true).size() - postQuantum;
        int threshold = rule().threshold();
        return rule().hybrid()
                ? Math.max(0, threshold - classic) + Math.max(0, threshold - postQuantum)
                : Math.max(0, threshold - classic - postQuantum);
    }

    /** Returns what is missing and who can help. */
    String words() {
        return "signed by " + keys(true).size() + " root keys of trust set " + set.version() + ", its rule is at least "
                + rule() + ": " + missing() + " more of "
                + keys(false).stream().map(this::named).toList();
    }

    private String named(CoseKey key) {
        return name(set, key) + " " + key;
    }

    /** Returns what a set calls a key; empty if it doesn't know it. */
    static String name(TrustSet set, CoseKey key) {
        return set.policy().anchors().stream()
                .filter(anchor -> CoseKey.of(anchor).equals(key))
                .map(TrustAnchor::name)
                .map(Words::printable)
                .findFirst()
                .orElse("");
    }
}
