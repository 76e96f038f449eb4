// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.suit;

import io.twinbank.core.RejectReason;
import io.twinbank.core.RejectedException;
import io.twinbank.core.cbor.CborWriter;
import io.twinbank.hal.ComponentId;
import io.twinbank.hal.Role;
import io.twinbank.hal.Rule;
import io.twinbank.hal.TrustAnchor;
import io.twinbank.hal.TrustPolicy;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Whom devices believe from now on: the payload of a trust manifest. It takes the place of the set before it as a whole, so
 * that what isn't in it isn't believed any more. Its bytes are described in docs/wire-format.md.
 *
 * @param version one more than that of the set before it, at least 1
 * @param issued when it was made, in seconds since 1970: no device that has it believes an earlier time
 * @param expires until when firmware is accepted by it, in seconds since 1970, later than {@code issued}
 * @param policy the keys with what they may do, the rules, and the revoked keys
 * @param revokedManifests manifests that are never installed, though good keys signed them
 */
public record TrustSet(long version, long issued, long expires, TrustPolicy policy, List<Digest> revokedManifests) {
    static final int FORMAT = 1;

    /** Role numbers: the order is part of the format. */
    static final List<Role> ROLES = List.of(Role.ROOT, Role.FIRMWARE, Role.COMMAND);

    static final int FORMAT_KEY = 1;
    static final int VERSION = 2;
    static final int ISSUED = 3;
    static final int EXPIRES = 4;
    static final int ANCHORS = 5;
    static final int RULES = 6;
    static final int REVOKED_KEYS = 7;
    static final int REVOKED_MANIFESTS = 8;
    static final int NAME = 1;
    static final int PUBLIC_KEY = 2;
    static final int ANCHOR_ROLES = 3;
    static final int COMPONENTS = 4;

    /** Copies the list. A set travels in the clear, so no key in it may be a shared one. */
    public TrustSet {
        policy.anchors().stream().filter(TrustAnchor::shared).findFirst().ifPresent(anchor -> {
            throw new IllegalArgumentException(
                    "key '" + anchor.name() + "' is shared: whoever reads the set could sign with it");
        });
        revokedManifests = List.copyOf(revokedManifests);
    }

    /**
     * Decodes a set, and checks that it makes sense: each role that a key has takes no more keys than there are.
     *
     * @param bytes the payload
     * @return the set
     * @throws RejectedException {@link RejectReason#MALFORMED}, {@link RejectReason#LIMIT_EXCEEDED}, {@link
     *     RejectReason#UNSUPPORTED} for another format or an unknown entry, {@link RejectReason#UNSUPPORTED_ALGORITHM} for a
     *     kind of key that isn't done here, {@link RejectReason#REVOKED} for a key that it both names and revokes, {@link
     *     RejectReason#THRESHOLD_NOT_MET} for a rule that its own keys can't meet
     */
    public static TrustSet decode(byte[] bytes) throws RejectedException {
        return new TrustSetDecoder(bytes).decode();
    }

    /**
     * Encodes the set; whether it makes sense {@link #decode} tells.
     *
     * @return deterministic CBOR
     */
    public byte[] encode() {
        return new CborWriter()
                .map(m -> {
                    m.entry(FORMAT_KEY).integer(FORMAT);
                    m.entry(VERSION).integer(version);
                    m.entry(ISSUED).integer(issued);
                    m.entry(EXPIRES).integer(expires);
                    m.entry(ANCHORS).array(w -> policy.anchors().forEach(anchor -> encode(anchor, w)));
                    m.entry(RULES)
                            .map(rules -> byNumber()
                                    .forEach((number, rule) -> rules.entry(number)
                                            .array(w ->
                                                    w.integer(rule.threshold()).bool(rule.hybrid()))));
                    if (!policy.revokedKeys().isEmpty()) {
                        m.entry(REVOKED_KEYS)
                                .array(w -> new TreeSet<>(policy.revokedKeys())
                                        .forEach(key -> w.bytes(HexFormat.of().parseHex(key))));
                    }
                    if (!revokedManifests.isEmpty()) {
                        m.entry(REVOKED_MANIFESTS).array(w -> revokedManifests.forEach(digest -> digest.encode(w)));
                    }
                })
                .toByteArray();
    }

    private Map<Integer, Rule> byNumber() {
        Map<Integer, Rule> rules = new TreeMap<>();
        for (Role role : ROLES) {
            if (policy.anchors().stream().anyMatch(anchor -> anchor.roles().contains(role))) {
                rules.put(ROLES.indexOf(role) + 1, policy.rule(role));
            }
        }
        return rules;
    }

    private static void encode(TrustAnchor anchor, CborWriter writer) {
        writer.map(m -> {
            m.entry(NAME).text(anchor.name());
            m.entry(PUBLIC_KEY).bytes(anchor.key());
            m.entry(ANCHOR_ROLES)
                    .array(w -> ROLES.stream()
                            .filter(anchor.roles()::contains)
                            .forEach(role -> w.integer(ROLES.indexOf(role) + 1)));
            if (!anchor.components().isEmpty()) {
                m.entry(COMPONENTS).array(w -> anchor.components().forEach(prefix -> encode(prefix, w)));
            }
        });
    }

    private static void encode(ComponentId prefix, CborWriter writer) {
        writer.array(w -> prefix.segments().forEach(w::bytes));
    }

    /** Returns such as {@code trust set 4, 3 keys, issued 2026-11-25T00:00:00Z}. */
    @Override
    public String toString() {
        return "trust set " + version + ", " + policy.anchors().size() + " keys, issued "
                + Instant.ofEpochSecond(issued);
    }
}
