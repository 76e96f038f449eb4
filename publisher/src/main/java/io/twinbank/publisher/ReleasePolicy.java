// SPDX-License-Identifier: Apache-2.0
package io.twinbank.publisher;

import io.twinbank.core.cose.CoseKey;
import io.twinbank.hal.Role;
import io.twinbank.hal.TrustAnchor;
import io.twinbank.hal.TrustPolicy;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Who may sign a release, and how many of them must. People count, not keys: somebody with two keys counts once.
 *
 * @param required how many people, at least 1
 * @param keys whose keys count
 */
record ReleasePolicy(int required, List<SignerKey> keys) {
    private static final int MAX_BYTES = 64 << 10;
    private static final int USUAL = 2;

    /**
     * A key of somebody.
     *
     * @param name of the person
     * @param key the public half
     * @param keptIn where the private half is, for people
     */
    record SignerKey(String name, CoseKey key, Optional<String> keptIn) {}

    static ReleasePolicy read(Path file) throws IOException {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(MAX_BYTES + 1);
        }
        try {
            if (bytes.length > MAX_BYTES) {
                throw new IOException("larger than " + MAX_BYTES + " bytes");
            }
            return of(JsonTree.parse(bytes), file);
        } catch (IOException e) {
            throw new IOException("release policy " + file + ": " + Words.of(e), e);
        }
    }

    private static ReleasePolicy of(JsonTree policy, Path file) throws IOException {
        List<SignerKey> keys = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (JsonTree signer : policy.at("signers").items()) {
            String name = signer.at("name").text().orElseThrow(() -> new IOException("a signer without a name"));
            String keyFile = signer.at("publicKey")
                    .text()
                    .orElseThrow(() -> new IOException("signer " + name + " has no publicKey, which is a file"));
            CoseKey key = Keys.readPublic(file.resolveSibling(keyFile));
            if (!seen.add(key.toString())) {
                throw new IOException("key " + key + " is there twice, the second time for " + name);
            }
            keys.add(new SignerKey(name, key, signer.at("keptIn").text()));
        }
        int people = names(keys).size();
        long required = policy.at("required").value() == null
                ? USUAL
                : policy.at("required").number().orElse(-1L);
        if (required < 1 || required > people) {
            throw new IOException(
                    "required is to be from 1 to " + people + ", as many people as are listed, not " + required);
        }
        return new ReleasePolicy((int) required, keys);
    }

    static Set<String> names(List<SignerKey> keys) {
        Set<String> names = new TreeSet<>();
        keys.forEach(key -> names.add(key.name()));
        return names;
    }

    Optional<SignerKey> byThumbprint(String thumbprint) {
        return keys.stream()
                .filter(key -> key.key().toString().equals(thumbprint))
                .findFirst();
    }

    /** Any one of them: what devices demand is their own business, and people are counted apart. */
    TrustPolicy anyOf() {
        List<TrustAnchor> anchors = keys.stream()
                .map(key -> key.key().anchor(key.name(), Role.FIRMWARE))
                .toList();
        return new TrustPolicy(anchors, Map.of());
    }
}
