// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.twinbank.core.Outcome;
import io.twinbank.core.RejectReason;
import io.twinbank.core.Rejection;
import io.twinbank.core.cose.CoseKey;
import io.twinbank.core.cose.SigningKey;
import io.twinbank.core.suit.Digest;
import io.twinbank.core.suit.TrustManifest;
import io.twinbank.core.suit.TrustSet;
import io.twinbank.hal.HalException;
import io.twinbank.hal.Role;
import io.twinbank.hal.Rule;
import io.twinbank.hal.TrustAnchor;
import io.twinbank.hal.TrustPolicy;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A gateway with a factory's root key and a maker's key, and those who rotate them: the second maker and the second root come
 * with trust sets only.
 */
final class TrustBench {
    static final KeyPair SECOND_MAKER = generate();
    static final KeyPair SECOND_ROOT = generate();
    static final SigningKey SECOND_MAKER_KEY = key(SECOND_MAKER);
    static final SigningKey SECOND_ROOT_KEY = key(SECOND_ROOT);
    static final String MAKER_ID = id(Gateway.FIRMWARE_PAIR);
    static final long ISSUED = 1_700_000_000;
    static final long EXPIRES = 4_000_000_000L;

    private TrustBench() {}

    static Gateway gateway() throws HalException {
        return new Gateway(board -> board.trustPolicy(factory()));
    }

    static TrustPolicy factory() {
        return TrustPolicy.anyOf(
                anchor("root", Gateway.ROOT_PAIR, Role.ROOT), anchor("maker", Gateway.FIRMWARE_PAIR, Role.FIRMWARE));
    }

    /** Revokes the first maker; the second signs from now on. */
    static TrustSet rotated(long version) {
        return new TrustSet(
                version,
                ISSUED,
                EXPIRES,
                new TrustPolicy(
                        List.of(
                                anchor("root", Gateway.ROOT_PAIR, Role.ROOT),
                                anchor("second maker", SECOND_MAKER, Role.FIRMWARE)),
                        Map.of(Role.ROOT, Rule.of(1), Role.FIRMWARE, Rule.of(1)),
                        Set.of(MAKER_ID)),
                List.of());
    }

    /** Changes nothing but the version, and what is revoked. */
    static TrustSet same(long version, Digest... revoked) {
        return new TrustSet(
                version,
                ISSUED,
                EXPIRES,
                new TrustPolicy(factory().anchors(), Map.of(Role.ROOT, Rule.of(1), Role.FIRMWARE, Rule.of(1))),
                List.of(revoked));
    }

    /** The second root alone has the say. */
    static TrustSet secondRoot(long version) {
        return withRoot(version, SECOND_ROOT);
    }

    static TrustSet withRoot(long version, KeyPair root) {
        return new TrustSet(
                version,
                ISSUED,
                EXPIRES,
                new TrustPolicy(
                        List.of(
                                anchor("another root", root, Role.ROOT),
                                anchor("second maker", SECOND_MAKER, Role.FIRMWARE)),
                        Map.of(Role.ROOT, Rule.of(1), Role.FIRMWARE, Rule.of(1))),
                List.of());
    }

    static byte[] manifest(TrustSet set, SigningKey... keys) {
        return manifest(set, Map.of(), keys);
    }

    static byte[] manifest(TrustSet set, Map<Long, byte[]> earlier, SigningKey... keys) {
        try {
            return TrustManifest.sign(set, Gateway.VENDOR, Gateway.CLASS, earlier, keys);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static void believe(Gateway gateway, TrustSet set, SigningKey... keys) {
        assertEquals(Optional.of(new Outcome.TrustUpdated(set.version())), gateway.offer(manifest(set, keys)));
    }

    static Rejection refused(Gateway gateway, byte[] envelope) {
        Optional<Outcome> outcome = gateway.offer(envelope);
        return assertInstanceOf(Outcome.Rejected.class, outcome.orElseThrow()).rejection();
    }

    static void assertRefused(Gateway gateway, byte[] envelope, RejectReason reason, String found, String expected) {
        Rejection rejection = refused(gateway, envelope);
        assertEquals(reason, rejection.reason(), rejection::toString);
        assertEquals(found, rejection.found());
        assertEquals(expected, rejection.expected());
    }

    static TrustAnchor anchor(String name, KeyPair pair, Role... roles) {
        return new TrustAnchor(name, pair.getPublic().getEncoded(), Set.of(roles));
    }

    static String id(KeyPair pair) {
        return CoseKey.of(pair.getPublic().getEncoded()).toString();
    }

    static SigningKey key(KeyPair pair) {
        return SigningKey.of(pair.getPrivate(), pair.getPublic());
    }

    static KeyPair generate() {
        try {
            return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
