// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.suit;

import io.twinbank.core.RejectReason;
import io.twinbank.core.RejectedException;
import io.twinbank.core.cbor.CborReader;
import io.twinbank.core.cose.CoseKey;
import io.twinbank.hal.ComponentId;
import io.twinbank.hal.Role;
import io.twinbank.hal.Rule;
import io.twinbank.hal.TrustAnchor;
import io.twinbank.hal.TrustPolicy;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Decodes a trust set: strictly, within limits, and nothing that it says is passed over. Used once. */
final class TrustSetDecoder {
    static final int MAX_BYTES = 32 << 10;
    static final int MAX_ANCHORS = 32;
    static final int MAX_COMPONENTS = 8;
    static final int MAX_REVOKED = 64;
    /** As many as an envelope may have, or a command. */
    static final int MAX_SIGNATURES = Limits.standard().authenticationBlocks();

    static final int MAX_NAME_BYTES = 64;
    static final int MAX_KEY_BYTES = 4 << 10;

    /** 9999-12-31T23:59:59Z. */
    static final long MAX_TIME = 253_402_300_799L;

    private static final int MAX_DEPTH = 6;
    private static final int THUMBPRINT_BYTES = 32;

    private final CborReader reader;
    private final Map<String, CoseKey> keys = new TreeMap<>();
    private final List<TrustAnchor> anchors = new ArrayList<>();
    private final Map<Role, Rule> rules = new EnumMap<>(Role.class);
    private final Set<String> revokedKeys = new TreeSet<>();
    private final List<Digest> revokedManifests = new ArrayList<>();
    private long version;
    private long issued;
    private long expires;

    TrustSetDecoder(byte[] bytes) throws RejectedException {
        limit("size of the trust set in bytes", bytes.length, MAX_BYTES);
        reader = new CborReader(bytes, MAX_DEPTH);
    }

    TrustSet decode() throws RejectedException {
        Set<Integer> seen = new TreeSet<>();
        int entries = reader.readMap();
        for (int i = 0; i < entries; i++) {
            int at = reader.position();
            int key = (int) reader.readUnsigned(Integer.MAX_VALUE);
            seen.add(key);
            switch (key) {
                case TrustSet.FORMAT_KEY -> format();
                case TrustSet.VERSION -> version = reader.readUnsigned(Long.MAX_VALUE);
                case TrustSet.ISSUED -> issued = reader.readUnsigned(MAX_TIME);
                case TrustSet.EXPIRES -> expires = reader.readUnsigned(MAX_TIME);
                case TrustSet.ANCHORS -> anchors();
                case TrustSet.RULES -> rules();
                case TrustSet.REVOKED_KEYS -> revokedKeys();
                case TrustSet.REVOKED_MANIFESTS -> revokedManifests();
                default -> throw unsupported("entry of the trust set at byte " + at, key, "1 to 8");
            }
        }
        reader.end();
        for (int key = TrustSet.FORMAT_KEY; key <= TrustSet.RULES; key++) {
            if (!seen.contains(key)) {
                throw malformed("trust set", "no entry " + key, "all of 1 to " + TrustSet.RULES);
            }
        }
        if (version < 1) {
            throw malformed("version (2) of the trust set", version, "at least 1");
        }
        if (expires <= issued) {
            throw malformed("expiry (4) of the trust set", expires, "later than it was issued (3), " + issued);
        }
        requireRules();
        return new TrustSet(version, issued, expires, new TrustPolicy(anchors, rules, revokedKeys), revokedManifests);
    }

    private void format() throws RejectedException {
        long format = reader.readUnsigned(Integer.MAX_VALUE);
        if (format != TrustSet.FORMAT) {
            throw unsupported("format (1) of the trust set", format, TrustSet.FORMAT);
        }
    }

    private void anchors() throws RejectedException {
        int count = count("keys (5) of the trust set", MAX_ANCHORS);
        for (int i = 0; i < count; i++) {
            anchor();
        }
    }

    private void anchor() throws RejectedException {
        int at = reader.position();
        String name = "";
        byte[] publicKey = {};
        Set<Role> roles = EnumSet.noneOf(Role.class);
        List<ComponentId> components = new ArrayList<>();
        int entries = reader.readMap();
        for (int i = 0; i < entries; i++) {
            int keyAt = reader.position();
            int key = (int) reader.readUnsigned(Integer.MAX_VALUE);
            switch (key) {
                case TrustSet.NAME -> name = reader.readText(MAX_NAME_BYTES);
                case TrustSet.PUBLIC_KEY ->
                    publicKey = reader.readBytes(MAX_KEY_BYTES).toByteArray();
                case TrustSet.ANCHOR_ROLES -> roles(roles);
                case TrustSet.COMPONENTS -> components(components);
                default -> throw unsupported("entry of a key at byte " + keyAt, key, "1 to 4");
            }
        }
        if (roles.isEmpty()) {
            throw malformed("key at byte " + at, "no roles (3)", "at least one");
        }
        if (!components.isEmpty() && !roles.contains(Role.FIRMWARE)) {
            throw malformed("key at byte " + at, "components (4)", "none without the role FIRMWARE");
        }
        if (name.isEmpty()) {
            throw malformed("key at byte " + at, "no name (1)", "one, for people");
        }
        addKey(at, publicKey);
        anchors.add(new TrustAnchor(name, publicKey, roles, components));
    }

    private void addKey(int at, byte[] publicKey) throws RejectedException {
        CoseKey key;
        try {
            key = CoseKey.of(publicKey);
        } catch (IllegalArgumentException e) {
            throw new RejectedException(
                    RejectReason.UNSUPPORTED_ALGORITHM, "key at byte " + at + ": " + e.getMessage());
        }
        key.requireCheckable();
        if (keys.put(key.toString(), key) != null) {
            throw malformed("key at byte " + at, key + " twice", "each key once");
        }
    }

    private void roles(Set<Role> roles) throws RejectedException {
        int count = count("roles of a key", TrustSet.ROLES.size());
        for (int i = 0; i < count; i++) {
            int at = reader.position();
            Role role = role(at);
            if (roles.stream().anyMatch(other -> TrustSet.ROLES.indexOf(other) >= TrustSet.ROLES.indexOf(role))) {
                throw malformed("role at byte " + at, role, "each role once, in the order of their numbers");
            }
            roles.add(role);
        }
    }

    private Role role(int at) throws RejectedException {
        int number = (int) reader.readUnsigned(Integer.MAX_VALUE);
        if (number < 1 || number > TrustSet.ROLES.size()) {
            throw unsupported("role at byte " + at, number, "1 to " + TrustSet.ROLES.size());
        }
        return TrustSet.ROLES.get(number - 1);
    }

    private void components(List<ComponentId> components) throws RejectedException {
        int count = count("components of a key", MAX_COMPONENTS);
        for (int i = 0; i < count; i++) {
            int at = reader.position();
            ComponentId prefix = ManifestDecoder.componentId(reader, Limits.standard());
            if (prefix.segments().isEmpty()) {
                throw malformed(
                        "component at byte " + at, "no segment", "at least one: without components all are meant");
            }
            components.add(prefix);
        }
    }

    private void rules() throws RejectedException {
        int entries = reader.readMap();
        for (int i = 0; i < entries; i++) {
            int at = reader.position();
            Role role = role(at);
            require("items of the rule at byte " + at, reader.readArray(), 2);
            long threshold = reader.readUnsigned(MAX_ANCHORS);
            boolean hybrid = reader.readBoolean();
            if (threshold < 1) {
                throw malformed("rule of role " + role, "0 keys", "at least 1");
            }
            rules.put(role, new Rule((int) threshold, hybrid));
        }
    }

    private void revokedKeys() throws RejectedException {
        int count = count("revoked keys (7)", MAX_REVOKED);
        String last = "";
        for (int i = 0; i < count; i++) {
            int at = reader.position();
            byte[] thumbprint = reader.readBytes(THUMBPRINT_BYTES).toByteArray();
            require("bytes of the revoked key id at byte " + at, thumbprint.length, THUMBPRINT_BYTES);
            String hex = HexFormat.of().formatHex(thumbprint);
            if (hex.compareTo(last) <= 0) {
                throw malformed("revoked key id at byte " + at, hex, "ids in ascending order, each once");
            }
            revokedKeys.add(hex);
            last = hex;
        }
    }

    private void revokedManifests() throws RejectedException {
        int count = count("revoked manifests (8)", MAX_REVOKED);
        for (int i = 0; i < count; i++) {
            int at = reader.position();
            Digest digest = Digest.decode(reader);
            if (revokedManifests.contains(digest)) {
                throw malformed("revoked manifest at byte " + at, "the same twice", "each once");
            }
            revokedManifests.add(digest);
        }
    }

    /** A set that nobody could ever follow, or that contradicts itself, must not lock devices out. */
    private void requireRules() throws RejectedException {
        for (String revoked : revokedKeys) {
            if (keys.containsKey(revoked)) {
                throw new RejectedException(
                        RejectReason.REVOKED, "key of the trust set", revoked, "a key that it doesn't revoke");
            }
        }
        for (Role role : TrustSet.ROLES) {
            List<CoseKey> able = keysOf(role);
            Rule rule = rules.get(role);
            if (rule != null) {
                limit("signatures that the rule of role " + role + " takes", rule.keys(), MAX_SIGNATURES);
                Quorum.requireAble(rule, role, able);
            } else if (role == Role.ROOT || !able.isEmpty()) {
                throw malformed("rules (6) of the trust set", "none for role " + role, "one");
            }
        }
    }

    private List<CoseKey> keysOf(Role role) {
        List<CoseKey> all = new ArrayList<>();
        for (TrustAnchor anchor : anchors) {
            if (anchor.roles().contains(role)) {
                all.add(CoseKey.of(anchor));
            }
        }
        return all;
    }

    private int count(String what, int most) throws RejectedException {
        int count = reader.readArray();
        limit("number of " + what, count, most);
        if (count == 0) {
            throw malformed("number of " + what, 0, "at least 1");
        }
        return count;
    }

    private static void limit(String what, int found, int most) throws RejectedException {
        if (found > most) {
            throw new RejectedException(RejectReason.LIMIT_EXCEEDED, what, found, "at most " + most);
        }
    }

    private static void require(String what, long found, long expected) throws RejectedException {
        if (found != expected) {
            throw malformed(what, found, expected);
        }
    }

    private static RejectedException malformed(String what, Object found, Object expected) {
        return new RejectedException(RejectReason.MALFORMED, what, found, expected);
    }

    private static RejectedException unsupported(String what, Object found, Object expected) {
        return new RejectedException(RejectReason.UNSUPPORTED, what, found, expected);
    }
}
