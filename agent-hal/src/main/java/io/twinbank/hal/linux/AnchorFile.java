// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal.linux;

import io.twinbank.hal.Role;
import io.twinbank.hal.Rule;
import io.twinbank.hal.TrustAnchor;
import io.twinbank.hal.TrustPolicy;
import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Reads trust anchors from PEM (RFC 7468). What is said of a key stands before its block:
 *
 * <pre>
 *  # two of three keys of the release team
 *  threshold: firmware 2
 *
 *  name: alice
 *  roles: firmware, command
 *  -----BEGIN PUBLIC KEY-----
 *  ...
 *  -----END PUBLIC KEY-----
 * </pre>
 *
 * <p>Stricter than RFC 7468, which skips text that it doesn't know: a misspelt {@code roles} would give a key all of them.
 */
final class AnchorFile {
    static final int MAX_BYTES = 64 << 10;
    // the limits of trust sets, which take the place of these anchors
    static final int MAX_ANCHORS = 32;
    static final int MAX_KEY_BYTES = 4 << 10;
    static final int MAX_NAME_BYTES = 64;

    private static final String BEGIN = "-----BEGIN ";
    private static final String END = "-----END ";
    private static final String DASHES = "-----";
    private static final String PUBLIC_KEY = "PUBLIC KEY";
    private static final String CERTIFICATE = "CERTIFICATE";
    private static final int MAX_QUOTED = 60;

    private final String[] lines;
    private final List<TrustAnchor> anchors = new ArrayList<>();
    private final Map<Role, Rule> rules = new EnumMap<>(Role.class);
    private final Map<Role, Integer> ruleLines = new EnumMap<>(Role.class);
    /** What was said of the next key, and where. */
    private final Map<String, String> said = new HashMap<>();

    private int saidLine;
    private int at;

    private AnchorFile(String text) {
        lines = text.split("\n", -1);
    }

    /**
     * Reads a policy.
     *
     * @param bytes of a file
     * @return the policy, which has a key with the role ROOT
     * @throws IllegalArgumentException naming the line, what was found and what was expected
     */
    static TrustPolicy parse(byte[] bytes) {
        if (bytes.length > MAX_BYTES) {
            throw new IllegalArgumentException("found more than " + MAX_BYTES + " bytes, expected at most that");
        }
        try {
            return new AnchorFile(StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(bytes))
                            .toString())
                    .policy();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("found bytes that aren't UTF-8, expected PEM", e);
        }
    }

    /**
     * Makes a policy of anchors, if a device can live with it.
     *
     * @throws IllegalArgumentException if not
     */
    static TrustPolicy checked(List<TrustAnchor> anchors, Map<Role, Rule> rules) {
        if (anchors.size() > MAX_ANCHORS) {
            throw new IllegalArgumentException("found " + anchors.size() + " keys, expected at most " + MAX_ANCHORS);
        }
        Set<ByteBuffer> keys = new HashSet<>();
        for (TrustAnchor anchor : anchors) {
            requireName(anchor.name());
            if (anchor.key().length > MAX_KEY_BYTES) {
                throw new IllegalArgumentException("found key '" + anchor.name() + "' of " + anchor.key().length
                        + " bytes, expected at most " + MAX_KEY_BYTES);
            }
            if (!keys.add(ByteBuffer.wrap(anchor.key()))) {
                throw new IllegalArgumentException(
                        "found the key of '" + anchor.name() + "' twice, expected different keys");
            }
        }
        if (anchors.stream().noneMatch(anchor -> anchor.roles().contains(Role.ROOT))) {
            throw new IllegalArgumentException("found no key with role root among " + anchors.size()
                    + ", expected at least one: nobody else can give the device new keys");
        }
        return new TrustPolicy(anchors, rules);
    }

    private static void requireName(String name) {
        int bytes = name.getBytes(StandardCharsets.UTF_8).length;
        if (bytes < 1 || bytes > MAX_NAME_BYTES || name.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException(
                    "found name '" + quoted(name) + "', expected 1 to " + MAX_NAME_BYTES + " printable bytes");
        }
    }

    /**
     * Reads role names, separated by commas.
     *
     * @throws IllegalArgumentException if one is unknown, or stands there twice
     */
    static Set<Role> roles(String text) {
        Set<Role> roles = EnumSet.noneOf(Role.class);
        for (String name : text.split(",", -1)) {
            if (!roles.add(role(name.strip()))) {
                throw new IllegalArgumentException(
                        "found role '" + name.strip() + "' twice, expected each at most once");
            }
        }
        return roles;
    }

    private static Role role(String name) {
        for (Role role : Role.values()) {
            if (role.name().toLowerCase(Locale.ROOT).equals(name)) {
                return role;
            }
        }
        throw new IllegalArgumentException(
                "found role '" + quoted(name) + "', expected some of root, firmware, command");
    }

    private TrustPolicy policy() {
        while (at < lines.length) {
            String line = lines[at++].strip();
            int number = at;
            try {
                if (line.startsWith(BEGIN)) {
                    readKey(line);
                } else if (!line.isEmpty() && !line.startsWith("#")) {
                    readSaid(line);
                }
            } catch (IllegalArgumentException e) {
                throw in(number, e);
            }
        }
        if (!said.isEmpty()) {
            throw in(saidLine, new IllegalArgumentException("found no key after this, expected one"));
        }
        rules.forEach(this::requireAble);
        return checked(anchors, rules);
    }

    private static IllegalArgumentException in(int line, IllegalArgumentException e) {
        return new IllegalArgumentException("line " + line + ": " + e.getMessage(), e);
    }

    private void readSaid(String line) {
        int colon = line.indexOf(':');
        String word = line.substring(0, Math.max(0, colon));
        String value = line.substring(colon + 1).strip();
        switch (word) {
            case "threshold" -> readThreshold(value);
            case "name", "roles" -> {
                if (said.putIfAbsent(word, value) != null) {
                    throw new IllegalArgumentException("found a second '" + word + ":', expected one for each key");
                }
                saidLine = at;
                requireSound(word, value);
            }
            default ->
                throw new IllegalArgumentException(
                        "found '" + quoted(line)
                                + "', expected 'name:', 'roles:', 'threshold:', '#' and a comment, or '-----BEGIN PUBLIC KEY-----'");
        }
    }

    private static void requireSound(String word, String value) {
        if (word.equals("name")) {
            requireName(value);
        } else {
            roles(value);
        }
    }

    private void readThreshold(String value) {
        String[] words = value.split("\\s+", -1);
        boolean hybrid = words.length == 3 && words[2].equals("hybrid");
        if (!(words.length == 2 || hybrid) || !words[1].matches("[1-9][0-9]?")) {
            throw new IllegalArgumentException("found threshold '" + quoted(value)
                    + "', expected a role and a number from 1 to 99, such as 'firmware 2' or 'firmware 1 hybrid'");
        }
        Role role = role(words[0]);
        int keys = Integer.parseInt(words[1]);
        if (rules.put(role, hybrid ? Rule.hybrid(keys) : Rule.of(keys)) != null) {
            throw new IllegalArgumentException("found a second threshold of role '" + words[0] + "', expected one");
        }
        ruleLines.put(role, at);
    }

    private void requireAble(Role role, Rule rule) {
        long able =
                anchors.stream().filter(anchor -> anchor.roles().contains(role)).count();
        if (rule.keys() > able) {
            throw in(
                    ruleLines.getOrDefault(role, 0),
                    new IllegalArgumentException("found a threshold of " + rule + ", expected at most " + able
                            + ", as many as have the role"));
        }
    }

    private void readKey(String begin) {
        String label = begin.substring(BEGIN.length()).replaceAll("-----$", "");
        if (!begin.endsWith(DASHES) || !(label.equals(PUBLIC_KEY) || label.equals(CERTIFICATE))) {
            throw new IllegalArgumentException("found '" + quoted(begin) + "', expected '" + BEGIN + PUBLIC_KEY + DASHES
                    + "' or '" + BEGIN + CERTIFICATE + DASHES + "'");
        }
        if (anchors.size() == MAX_ANCHORS) {
            throw new IllegalArgumentException("found one more key, expected at most " + MAX_ANCHORS);
        }
        byte[] der = readDer(label);
        byte[] key = label.equals(CERTIFICATE) ? keyOf(der) : der;
        String name = said.getOrDefault("name", "key " + (anchors.size() + 1));
        String roles = said.get("roles");
        anchors.add(new TrustAnchor(name, key, roles == null ? EnumSet.allOf(Role.class) : roles(roles)));
        said.clear();
    }

    private byte[] readDer(String label) {
        StringBuilder base64 = new StringBuilder();
        while (at < lines.length && !lines[at].startsWith(END)) {
            base64.append(lines[at++].strip());
        }
        String end = END + label + DASHES;
        if (at == lines.length || !lines[at].strip().equals(end)) {
            throw new IllegalArgumentException("found a block without its end, expected '" + end + "'");
        }
        at++;
        byte[] der = Base64.getDecoder().decode(base64.toString());
        requireSequence(der);
        return der;
    }

    /** Neither a shared key, which is no DER, nor one with something behind it. What key it is, the agent looks at. */
    private static void requireSequence(byte[] der) {
        int head = 2;
        int length = der.length < head ? -1 : der[1] & 0xff;
        if (length == 0x81 && der.length > 2) {
            head = 3;
            length = der[2] & 0xff;
        } else if (length == 0x82 && der.length > 3) {
            head = 4;
            length = ((der[2] & 0xff) << 8) | (der[3] & 0xff);
        }
        if (length < 0 || der[0] != 0x30 || head + length != der.length) {
            throw new IllegalArgumentException(
                    "found " + der.length + " bytes, expected one DER SEQUENCE, as of a public key");
        }
    }

    private static byte[] keyOf(byte[] certificate) {
        try {
            Certificate parsed =
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(certificate));
            return parsed.getPublicKey().getEncoded();
        } catch (CertificateException e) {
            throw new IllegalArgumentException("found a certificate that can't be read: " + e.getMessage(), e);
        }
    }

    private static String quoted(String text) {
        String shown = text.length() > MAX_QUOTED ? text.substring(0, MAX_QUOTED) + "..." : text;
        return shown.replaceAll("[^\\x20-\\x7e]", "?");
    }
}
