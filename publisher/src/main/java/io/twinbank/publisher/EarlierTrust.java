// SPDX-License-Identifier: Apache-2.0
package io.twinbank.publisher;

import io.twinbank.core.RejectedException;
import io.twinbank.core.suit.Authentic;
import io.twinbank.core.suit.ManifestVerifier;
import io.twinbank.core.suit.TrustManifest;
import io.twinbank.core.suit.TrustSet;
import io.twinbank.hal.DeviceIdentity;
import io.twinbank.hal.Role;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The trust manifests before a new one, for devices that missed them: a chain in which each is taken by a device that has the
 * one before, and that the new one continues.
 *
 * @param envelopes by the versions of their sets, without earlier ones of their own
 * @param last the set that the new one follows, if there is any
 */
record EarlierTrust(Map<Long, byte[]> envelopes, Optional<TrustSet> last) {
    private static final ManifestVerifier VERIFIER = new ManifestVerifier(Envelopes.LIMITS);

    static EarlierTrust read(List<Path> files, long before, DeviceIdentity device) throws IOException {
        Map<Long, byte[]> envelopes = new TreeMap<>();
        Map<Long, Path> names = new TreeMap<>();
        Map<Long, TrustSet> sets = new TreeMap<>();
        for (Path file : files) {
            try {
                byte[] envelope = TrustManifest.withoutLinks(Envelopes.read(file), Envelopes.LIMITS);
                TrustSet set = TrustManifest.read(VERIFIER.reopen(envelope), device, VERIFIER);
                if (envelopes.put(set.version(), envelope) != null) {
                    throw new IOException(file + ": trust set " + set.version() + " is there already");
                }
                names.put(set.version(), file);
                sets.put(set.version(), set);
            } catch (RejectedException e) {
                throw new IOException(file + ": no earlier trust manifest that devices take: " + e.rejection(), e);
            }
        }
        long next = before - files.size();
        Optional<TrustSet> last = Optional.empty();
        for (Map.Entry<Long, TrustSet> link : sets.entrySet()) {
            Path file = names.getOrDefault(link.getKey(), Path.of(""));
            if (link.getKey() != next) {
                throw new IOException("earlier trust sets have to be those just before " + before
                        + ", without a gap: found " + sets.keySet());
            }
            if (last.isPresent()) {
                requireSigned(envelopes.getOrDefault(link.getKey(), new byte[0]), last.get(), file);
            }
            last = Optional.of(link.getValue());
            next++;
        }
        return new EarlierTrust(envelopes, last);
    }

    private static void requireSigned(byte[] envelope, TrustSet by, Path file) throws IOException {
        try {
            VERIFIER.authenticate(envelope, by.policy(), Role.ROOT);
        } catch (RejectedException e) {
            throw new IOException(
                    file + ": devices with trust set " + by.version() + " wouldn't take it: " + e.rejection(), e);
        }
    }

    /** Tells whether devices with the set before take a new one; of none we can't tell. */
    boolean accept(Authentic manifest) {
        return last.isEmpty()
                || VERIFIER.verify(manifest.envelope().bytes(), last.get().policy(), Role.ROOT) instanceof Authentic;
    }
}
