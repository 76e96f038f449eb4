// SPDX-License-Identifier: Apache-2.0
package io.twinbank.publisher;

import io.twinbank.core.RejectedException;
import io.twinbank.core.suit.Digest;
import io.twinbank.core.suit.ManifestVerifier;
import io.twinbank.core.suit.TrustSet;
import io.twinbank.hal.ComponentId;
import io.twinbank.hal.Role;
import io.twinbank.hal.Rule;
import io.twinbank.hal.TrustAnchor;
import io.twinbank.hal.TrustPolicy;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Reads a trust set that a person wrote, in JSON. Nothing is passed over and nothing goes without saying: a slip in it would be
 * believed by every device.
 */
final class TrustSetFile {
    private static final int MAX_BYTES = 64 << 10;
    private static final String SHA256 = "sha-256:";
    private static final String HASH = "[0-9a-fA-F]{64}";

    private final Path file;

    private TrustSetFile(Path file) {
        this.file = file;
    }

    /** Reads a set that devices can make sense of; who signs it is another matter. */
    static TrustSet read(Path file) throws IOException {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(MAX_BYTES + 1);
        }
        try {
            if (bytes.length > MAX_BYTES) {
                throw new IOException("larger than " + MAX_BYTES + " bytes");
            }
            TrustSet set = new TrustSetFile(file).set(JsonTree.parse(bytes));
            return TrustSet.decode(set.encode()); // as a device does
        } catch (RejectedException e) {
            throw new IOException("trust set " + file + ": no device would take it: " + e.rejection(), e);
        } catch (IOException | IllegalArgumentException e) {
            throw new IOException("trust set " + file + ": " + Words.of(e), e);
        }
    }

    private TrustSet set(JsonTree json) throws IOException {
        json.requireOnly("version", "issued", "expires", "keys", "rules", "revokedKeys", "revokedManifests");
        List<TrustAnchor> anchors = new ArrayList<>();
        for (JsonTree key : list(json, "keys")) {
            anchors.add(anchor(key));
        }
        long version = number(json, "version");
        Map<Role, Rule> rules = rules(json.at("rules"));
        for (TrustAnchor anchor : anchors) {
            for (Role role : anchor.roles()) {
                if (!rules.containsKey(role)) {
                    throw new IOException("rules: none for role " + role + ", which key " + anchor.name() + " has");
                }
            }
        }
        return new TrustSet(
                version,
                time(json, "issued"),
                time(json, "expires"),
                new TrustPolicy(anchors, rules, revokedKeys(json)),
                revokedManifests(json));
    }

    private TrustAnchor anchor(JsonTree key) throws IOException {
        key.requireOnly("name", "publicKey", "roles", "components");
        String name = text(key, "name");
        byte[] publicKey =
                Keys.readPublic(file.resolveSibling(text(key, "publicKey"))).subjectPublicKeyInfo();
        Set<Role> roles = EnumSet.noneOf(Role.class);
        for (JsonTree role : list(key, "roles")) {
            if (!roles.add(role(role.text().orElse("something else than a text")))) {
                throw new IOException("key " + name + ": a role is there twice");
            }
        }
        List<ComponentId> components = new ArrayList<>();
        if (key.has("components")) {
            // an empty list might be meant as none, and would mean any
            for (JsonTree component : nonEmpty(key, "components")) {
                List<String> segments = new ArrayList<>();
                for (JsonTree segment : component.items()) {
                    segments.add(segment.text()
                            .orElseThrow(() -> new IOException("key " + name + ": a component's parts are texts")));
                }
                if (segments.isEmpty()) {
                    throw new IOException("key " + name + ": a component is a list of texts, such as [\"os\"]");
                }
                components.add(ComponentId.of(segments.toArray(String[]::new)));
            }
        }
        return new TrustAnchor(name, publicKey, roles, components);
    }

    private static Map<Role, Rule> rules(JsonTree json) throws IOException {
        json.requireOnly(Arrays.stream(Role.values()).map(Role::name).toArray(String[]::new));
        Map<Role, Rule> rules = new EnumMap<>(Role.class);
        for (Role role : Role.values()) {
            if (json.has(role.name())) {
                JsonTree rule = json.at(role.name());
                rule.requireOnly("keys", "hybrid");
                long keys = number(rule, "keys");
                // more than a device takes signatures could never be met
                if (keys < 1 || keys > Envelopes.LIMITS.authenticationBlocks()) {
                    throw new IOException("rule of role " + role + ": keys is to be from 1 to "
                            + Envelopes.LIMITS.authenticationBlocks() + ", as many signatures as devices take, not "
                            + keys);
                }
                rules.put(role, rule((int) keys, rule));
                if (rules.get(role).keys() > Envelopes.LIMITS.authenticationBlocks()) {
                    throw new IOException("rule of role " + role + ": " + rules.get(role) + ", devices take "
                            + Envelopes.LIMITS.authenticationBlocks() + " signatures");
                }
            } else if (role == Role.ROOT) {
                throw new IOException("rules: none for role ROOT");
            }
        }
        return rules;
    }

    private static Rule rule(int keys, JsonTree rule) throws IOException {
        boolean hybrid = rule.has("hybrid")
                && rule.at("hybrid").truth().orElseThrow(() -> new IOException("hybrid is to be true or false"));
        return new Rule(keys, hybrid);
    }

    private Set<String> revokedKeys(JsonTree json) throws IOException {
        Set<String> thumbprints = new TreeSet<>();
        for (JsonTree item : optional(json, "revokedKeys")) {
            String text = item.text().orElse("");
            if (!text.matches(HASH) && !text.endsWith(".pem")) {
                throw new IOException("revokedKeys: a thumbprint of 64 hexadecimal digits or a .pub.pem file, not '"
                        + Words.printable(text) + "'");
            }
            String thumbprint = text.matches(HASH)
                    ? text.toLowerCase(Locale.ROOT)
                    : Keys.readPublic(file.resolveSibling(text)).toString();
            if (!thumbprints.add(thumbprint)) {
                throw new IOException("revokedKeys: " + thumbprint + " is there twice");
            }
        }
        return thumbprints;
    }

    private List<Digest> revokedManifests(JsonTree json) throws IOException {
        List<Digest> digests = new ArrayList<>();
        for (JsonTree item : optional(json, "revokedManifests")) {
            String text = item.text().orElse("");
            String hash = text.startsWith(SHA256) ? text.substring(SHA256.length()) : "";
            if (hash.matches(HASH)) {
                digests.add(Digest.sha256(HexFormat.of().parseHex(hash)));
            } else if (text.endsWith(".suit")) {
                digests.add(digestOf(file.resolveSibling(text)));
            } else {
                throw new IOException("revokedManifests: sha-256: and 64 hexadecimal digits or a .suit file, not '"
                        + Words.printable(text) + "'");
            }
        }
        return digests;
    }

    /** What an envelope claims of its manifest isn't enough: another would be revoked. */
    private static Digest digestOf(Path envelope) throws IOException {
        try {
            return new ManifestVerifier(Envelopes.LIMITS)
                    .reopen(Envelopes.read(envelope))
                    .manifestDigest();
        } catch (RejectedException e) {
            throw new IOException(envelope + ": " + e.rejection(), e);
        }
    }

    private static Role role(String name) throws IOException {
        return Arrays.stream(Role.values())
                .filter(role -> role.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IOException(
                        "unknown role '" + Words.printable(name) + "', known are " + Arrays.toString(Role.values())));
    }

    private static long time(JsonTree json, String name) throws IOException {
        String text = text(json, name);
        try {
            Instant time = Instant.parse(text);
            if (time.getNano() == 0 && time.getEpochSecond() >= 0) {
                return time.getEpochSecond();
            }
        } catch (DateTimeParseException e) {
            throw new IOException(name + ": not a time such as 2026-01-31T12:00:00Z: " + Words.printable(text), e);
        }
        throw new IOException(name + ": whole seconds from 1970 on, not " + text);
    }

    private static long number(JsonTree json, String name) throws IOException {
        return json.at(name)
                .number()
                .filter(number -> number >= 0)
                .orElseThrow(() -> new IOException(name + " is missing, or not a whole number from 0 to 2^63 - 1"));
    }

    private static String text(JsonTree json, String name) throws IOException {
        return json.at(name).text().orElseThrow(() -> new IOException(name + " is missing, or not a text"));
    }

    private static List<JsonTree> optional(JsonTree json, String name) throws IOException {
        return json.has(name) ? list(json, name) : List.of();
    }

    private static List<JsonTree> nonEmpty(JsonTree json, String name) throws IOException {
        List<JsonTree> items = list(json, name);
        if (items.isEmpty()) {
            throw new IOException(name + " is empty");
        }
        return items;
    }

    private static List<JsonTree> list(JsonTree json, String name) throws IOException {
        if (!(json.at(name).value() instanceof List<?>)) {
            throw new IOException(name + " is missing, or not a list");
        }
        return json.at(name).items();
    }
}
