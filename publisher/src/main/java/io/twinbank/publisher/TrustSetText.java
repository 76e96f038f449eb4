// SPDX-License-Identifier: Apache-2.0
package io.twinbank.publisher;

import io.twinbank.core.cose.CoseKey;
import io.twinbank.core.suit.TrustSet;
import io.twinbank.hal.Role;
import io.twinbank.hal.TrustAnchor;
import java.time.Instant;
import java.util.TreeSet;

/** Writes a trust set for people: whom devices would believe, by the keys' thumbprints, as names are anybody's. */
final class TrustSetText {
    private final StringBuilder out = new StringBuilder();

    private TrustSetText() {}

    static String of(TrustSet set) {
        TrustSetText text = new TrustSetText();
        text.set(set);
        return text.out.toString();
    }

    private void set(TrustSet set) {
        line("trust set   " + set.version());
        line("issued      " + Instant.ofEpochSecond(set.issued()));
        line("expires     " + Instant.ofEpochSecond(set.expires()));
        for (TrustAnchor anchor : set.policy().anchors()) {
            CoseKey key = CoseKey.of(anchor);
            line("key         " + key + " (" + anchor.name() + "), " + key.type() + ", " + new TreeSet<>(anchor.roles())
                    + (anchor.components().isEmpty() ? "" : " for " + anchor.components()));
        }
        for (Role role : Role.values()) {
            if (set.policy().rules().containsKey(role)) {
                line("rule        " + role + ": at least " + set.policy().rule(role));
            }
        }
        new TreeSet<>(set.policy().revokedKeys()).forEach(key -> line("revoked     key " + key));
        set.revokedManifests().forEach(digest -> line("revoked     manifest " + digest));
    }

    private void line(String text) {
        out.append(Words.printable(text)).append('\n');
    }
}
