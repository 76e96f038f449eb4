// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.suit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.core.RejectReason;
import io.twinbank.core.RejectedException;
import io.twinbank.core.Rejection;
import io.twinbank.core.cbor.CborWriter;
import io.twinbank.core.cose.CoseKey;
import io.twinbank.core.cose.TestKeys;
import io.twinbank.hal.ComponentId;
import io.twinbank.hal.Role;
import io.twinbank.hal.Rule;
import io.twinbank.hal.TrustAnchor;
import io.twinbank.hal.TrustPolicy;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** The bytes of a trust set: what is decoded, and one test for each refusal. */
class TrustSetTest {
    private static final byte[] ROOT = Fixtures.P256.getPublic().getEncoded();
    private static final byte[] MAKER = Fixtures.ED25519.getPublic().getEncoded();
    private static final String STRANGER =
            CoseKey.of(Fixtures.STRANGER.getPublic().getEncoded()).toString();

    /** A set whose entries can be replaced. */
    private final Map<Integer, Consumer<CborWriter>> entries = new TreeMap<>(Map.of(
            1, w -> w.integer(1),
            2, w -> w.integer(7),
            3, w -> w.integer(1000),
            4, w -> w.integer(2000),
            5,
                    w -> w.array(keys -> {
                        key(keys, "root", ROOT, roles -> roles.integer(1));
                        key(keys, "maker", MAKER, roles -> roles.integer(2).integer(3));
                    }),
            6,
                    w -> w.map(rules -> {
                        rule(rules, 1, 1, false);
                        rule(rules, 2, 1, false);
                        rule(rules, 3, 1, false);
                    })));

    @Test
    void decode_whatEncodeWrote_isTheSame() throws RejectedException {
        TrustAnchor root = new TrustAnchor("root", ROOT, Set.of(Role.ROOT, Role.COMMAND));
        TrustAnchor maker = new TrustAnchor(
                "maker", MAKER, Set.of(Role.FIRMWARE), List.of(ComponentId.of("os"), ComponentId.of("modem", "app")));
        TrustPolicy policy = new TrustPolicy(
                List.of(root, maker),
                Map.of(Role.ROOT, Rule.of(1), Role.FIRMWARE, Rule.of(1), Role.COMMAND, Rule.of(1)),
                Set.of(STRANGER));
        TrustSet set = new TrustSet(9, 1, 2, policy, List.of(Digest.sha256Of(ROOT)));

        TrustSet decoded = TrustSet.decode(set.encode());

        assertEquals(set, decoded);
        assertArrayEquals(set.encode(), decoded.encode());
    }

    @Test
    void decode_aSetByItsBytes_saysWhoMayWhat() throws RejectedException {
        TrustSet set = TrustSet.decode(bytes());

        assertEquals(7, set.version());
        assertEquals(1000, set.issued());
        assertEquals(2000, set.expires());
        assertEquals(
                List.of(Set.of(Role.ROOT), Set.of(Role.FIRMWARE, Role.COMMAND)),
                set.policy().anchors().stream().map(TrustAnchor::roles).toList());
        assertEquals(List.of(), set.revokedManifests());
    }

    @Test
    void decode_anotherFormat_isUnsupported() {
        entries.put(1, w -> w.integer(2));

        assertRefused(RejectReason.UNSUPPORTED, "2", "1");
    }

    @Test
    void decode_unknownEntry_isUnsupported() {
        entries.put(9, w -> w.integer(0));

        assertRefused(RejectReason.UNSUPPORTED, "9", "1 to 8");
    }

    @Test
    void decode_versionZero_isMalformed() {
        entries.put(2, w -> w.integer(0));

        assertRefused(RejectReason.MALFORMED, "0", "at least 1");
    }

    @Test
    void decode_missingVersion_isMalformed() {
        entries.remove(2);

        assertRefused(RejectReason.MALFORMED, "no entry 2", "all of 1 to 6");
    }

    @Test
    void decode_expiresWhenIssued_isMalformed() {
        entries.put(4, w -> w.integer(1000));

        assertRefused(RejectReason.MALFORMED, "1000", "later than it was issued (3), 1000");
    }

    @Test
    void decode_timeAfterTheYear9999_exceedsTheLimit() {
        entries.put(4, w -> w.integer(TrustSetDecoder.MAX_TIME + 1));

        assertRefused(RejectReason.LIMIT_EXCEEDED, "253402300800", "at most 253402300799");
    }

    @Test
    void decode_oneKeyUnderTwoNames_isMalformed() {
        entries.put(
                5,
                w -> w.array(keys -> {
                    key(keys, "one", ROOT, roles -> roles.integer(1));
                    key(keys, "two", ROOT, roles -> roles.integer(1));
                }));

        assertRefused(RejectReason.MALFORMED, CoseKey.of(ROOT) + " twice", "each key once");
    }

    @Test
    void decode_keyThatIsNone_isUnsupportedAlgorithm() {
        entries.put(5, w -> w.array(keys -> key(keys, "one", new byte[9], roles -> roles.integer(1))));

        assertEquals(RejectReason.UNSUPPORTED_ALGORITHM, refusal().reason());
    }

    /** Whoever reads the set could sign with it: only a device's factory may give it one. */
    @Test
    void decode_sharedKey_isUnsupportedAlgorithm() {
        byte[] shared = TestKeys.of(CoseKey.Type.HMAC_256)
                .publicKey()
                .anchor("mac", Role.FIRMWARE)
                .key();
        entries.put(
                5,
                w -> w.array(keys -> {
                    key(keys, "root", ROOT, roles -> roles.integer(1));
                    key(keys, "mac", shared, roles -> roles.integer(2));
                }));

        Rejection rejection = refusal();

        assertEquals(RejectReason.UNSUPPORTED_ALGORITHM, rejection.reason());
        assertTrue(
                rejection
                        .detail()
                        .endsWith("but a COSE_Key, as shared keys are, which only a device's factory may give it"),
                rejection.detail());
    }

    @Test
    void decode_keyWithoutARole_isMalformed() {
        entries.put(5, w -> w.array(keys -> keys.map(m -> m.entry(2).bytes(ROOT))));

        assertRefused(RejectReason.MALFORMED, "no roles (3)", "at least one");
    }

    @Test
    void decode_keyWithoutAName_isMalformed() {
        entries.put(
                5,
                w -> w.array(keys -> keys.map(m -> {
                    m.entry(2).bytes(ROOT);
                    m.entry(3).array(roles -> roles.integer(1));
                })));

        assertRefused(RejectReason.MALFORMED, "no name (1)", "one, for people");
    }

    @Test
    void decode_rolesOutOfOrder_isMalformed() {
        entries.put(
                5,
                w -> w.array(
                        keys -> key(keys, "one", ROOT, roles -> roles.integer(2).integer(1))));

        assertRefused(RejectReason.MALFORMED, "ROOT", "each role once, in the order of their numbers");
    }

    @Test
    void decode_unknownRole_isUnsupported() {
        entries.put(5, w -> w.array(keys -> key(keys, "one", ROOT, roles -> roles.integer(4))));

        assertRefused(RejectReason.UNSUPPORTED, "4", "1 to 3");
    }

    @Test
    void decode_componentsOfAKeyThatSignsNoFirmware_isMalformed() {
        entries.put(
                5,
                w -> w.array(keys -> keys.map(m -> {
                    m.entry(2).bytes(ROOT);
                    m.entry(3).array(roles -> roles.integer(1));
                    m.entry(4).array(prefixes -> prefixes.array(prefix -> prefix.bytes(new byte[1])));
                })));

        assertRefused(RejectReason.MALFORMED, "components (4)", "none without the role FIRMWARE");
    }

    @Test
    void decode_emptyComponent_isMalformed() {
        entries.put(
                5,
                w -> w.array(keys -> keys.map(m -> {
                    m.entry(2).bytes(ROOT);
                    m.entry(3).array(roles -> roles.integer(2));
                    m.entry(4).array(prefixes -> prefixes.array(prefix -> {}));
                })));

        assertRefused(RejectReason.MALFORMED, "no segment", "at least one: without components all are meant");
    }

    @Test
    void decode_asManyKeysAsTheLimitAndOneMore_isAcceptedAndRefused() {
        int most = TrustSetDecoder.MAX_REVOKED;
        entries.put(7, w -> w.array(keys -> thumbprints(keys, most)));
        assertEquals(most, decoded().policy().revokedKeys().size());

        entries.put(7, w -> w.array(keys -> thumbprints(keys, most + 1)));
        assertRefused(RejectReason.LIMIT_EXCEEDED, "65", "at most 64");
    }

    @Test
    void decode_shortRevokedKeyId_isMalformed() {
        entries.put(7, w -> w.array(keys -> keys.bytes(new byte[31])));

        assertRefused(RejectReason.MALFORMED, "31", "32");
    }

    @Test
    void decode_keyIdRevokedTwice_isMalformed() {
        entries.put(7, w -> w.array(keys -> keys.bytes(new byte[32]).bytes(new byte[32])));

        assertRefused(RejectReason.MALFORMED, "00".repeat(32), "ids in ascending order, each once");
    }

    @Test
    void decode_keyThatIsAlsoRevoked_isRevoked() {
        byte[] thumbprint = CoseKey.of(MAKER).thumbprint();
        entries.put(7, w -> w.array(keys -> keys.bytes(thumbprint)));

        assertRefused(RejectReason.REVOKED, HexFormat.of().formatHex(thumbprint), "a key that it doesn't revoke");
    }

    @Test
    void decode_manifestRevokedTwice_isMalformed() {
        entries.put(
                8,
                w -> w.array(digests -> {
                    Digest.sha256Of(ROOT).encode(digests);
                    Digest.sha256Of(ROOT).encode(digests);
                }));

        assertRefused(RejectReason.MALFORMED, "the same twice", "each once");
    }

    @Test
    void decode_emptyListOfRevokedManifests_isMalformed() {
        entries.put(8, w -> w.array(digests -> {}));

        assertRefused(RejectReason.MALFORMED, "0", "at least 1");
    }

    @Test
    void decode_noRuleForRoot_isMalformed() {
        entries.put(6, w -> w.map(rules -> rule(rules, 2, 1, false)));

        assertRefused(RejectReason.MALFORMED, "none for role ROOT", "one");
    }

    @Test
    void decode_noRuleForARoleThatAKeyHas_isMalformed() {
        entries.put(6, w -> w.map(rules -> rule(rules, 1, 1, false)));

        assertRefused(RejectReason.MALFORMED, "none for role FIRMWARE", "one");
    }

    @Test
    void decode_ruleOfNoKeys_isMalformed() {
        entries.put(6, w -> w.map(rules -> rule(rules, 1, 0, false)));

        assertRefused(RejectReason.MALFORMED, "0 keys", "at least 1");
    }

    @Test
    void decode_rootRuleThatItsKeysCantMeet_isThresholdNotMet() {
        entries.put(6, w -> w.map(rules -> rule(rules, 1, 2, false)));

        assertRefused(RejectReason.THRESHOLD_NOT_MET, "1", "at least 2 keys");
    }

    /** As many as an envelope may have signatures, and one more. */
    @Test
    void decode_ruleThatNoEnvelopeCanMeet_isLimitExceeded() {
        entries.put(6, w -> w.map(rules -> rule(rules, 1, 8, false)));
        assertRefused(RejectReason.THRESHOLD_NOT_MET, "1", "at least 8 keys");

        entries.put(6, w -> w.map(rules -> rule(rules, 1, 9, false)));
        assertRefused(RejectReason.LIMIT_EXCEEDED, "9", "at most 8");

        entries.put(6, w -> w.map(rules -> rule(rules, 1, 4, true)));
        assertRefused(
                RejectReason.THRESHOLD_NOT_MET,
                "1 classic and 0 post-quantum",
                "at least 4 classic and 4 post-quantum keys");

        entries.put(6, w -> w.map(rules -> rule(rules, 1, 5, true)));
        assertRefused(RejectReason.LIMIT_EXCEEDED, "10", "at most 8");
    }

    @Test
    void decode_hybridRuleWithoutAPostQuantumKey_isThresholdNotMet() {
        entries.put(6, w -> w.map(rules -> rule(rules, 1, 1, true)));

        assertRefused(
                RejectReason.THRESHOLD_NOT_MET,
                "1 classic and 0 post-quantum",
                "at least 1 classic and 1 post-quantum keys");
    }

    @Test
    void decode_oneByteMore_isMalformed() {
        byte[] bytes = bytes();
        byte[] longer = Arrays.copyOf(bytes, bytes.length + 1);

        RejectedException refused = assertThrows(RejectedException.class, () -> TrustSet.decode(longer));

        assertEquals(RejectReason.MALFORMED, refused.reason());
    }

    @Test
    void decode_moreBytesThanTheLimit_exceedsIt() {
        byte[] huge = new byte[TrustSetDecoder.MAX_BYTES + 1];

        RejectedException refused = assertThrows(RejectedException.class, () -> TrustSet.decode(huge));

        assertEquals(RejectReason.LIMIT_EXCEEDED, refused.reason());
        assertEquals("32769", refused.rejection().found());
    }

    @Test
    void decode_anyByteFlipped_isRefusedOrAnotherSet() throws RejectedException {
        byte[] bytes = bytes();
        TrustSet set = TrustSet.decode(bytes);

        for (int i = 0; i < bytes.length; i++) {
            byte[] flipped = bytes.clone();
            flipped[i] ^= 1;
            try {
                TrustSet other = TrustSet.decode(flipped);
                assertArrayEquals(flipped, other.encode(), "one set has one encoding; byte " + i);
                assertNotEquals(set, other);
            } catch (RejectedException e) {
                assertEquals(false, e.getMessage().isEmpty());
            }
        }
    }

    private byte[] bytes() {
        return new CborWriter()
                .map(m -> entries.forEach((key, value) -> value.accept(m.entry(key))))
                .toByteArray();
    }

    private TrustSet decoded() {
        try {
            return TrustSet.decode(bytes());
        } catch (RejectedException e) {
            throw new AssertionError(e);
        }
    }

    private Rejection refusal() {
        return assertThrows(RejectedException.class, () -> TrustSet.decode(bytes()))
                .rejection();
    }

    private void assertRefused(RejectReason reason, String found, String expected) {
        Rejection rejection = refusal();
        assertEquals(reason, rejection.reason(), rejection.toString());
        assertEquals(found, rejection.found());
        assertEquals(expected, rejection.expected());
    }

    private static void key(CborWriter keys, String name, byte[] publicKey, Consumer<CborWriter> roles) {
        keys.map(m -> {
            m.entry(1).text(name);
            m.entry(2).bytes(publicKey);
            m.entry(3).array(roles);
        });
    }

    private static void rule(CborWriter.MapWriter rules, int role, int threshold, boolean hybrid) {
        rules.entry(role).array(w -> w.integer(threshold).bool(hybrid));
    }

    private static void thumbprints(CborWriter keys, int count) {
        for (int i = 0; i < count; i++) {
            byte[] thumbprint = new byte[32];
            thumbprint[0] = (byte) i;
            keys.bytes(thumbprint);
        }
    }
}
