// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.suit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.upokecenter.cbor.CBORObject;
import io.twinbank.core.RejectReason;
import io.twinbank.core.Rejection;
import io.twinbank.core.cbor.CborWriter;
import io.twinbank.core.cose.CoseKey;
import io.twinbank.core.cose.CoseMac0;
import io.twinbank.core.cose.SigningKey;
import io.twinbank.core.cose.TestKeys;
import io.twinbank.hal.ComponentId;
import io.twinbank.hal.Role;
import io.twinbank.hal.Rule;
import io.twinbank.hal.TrustAnchor;
import io.twinbank.hal.TrustPolicy;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Envelopes that a shared key authenticates instead of a signature, and those who would pass one for the other. */
class MacTest {
    private static final SigningKey SHARED = TestKeys.of(CoseKey.Type.HMAC_256);
    private static final TrustAnchor ANCHOR = SHARED.publicKey().anchor("mac", Role.FIRMWARE);
    private static final TrustPolicy POLICY = TrustPolicy.anyOf(ANCHOR, Fixtures.anchor("first", Fixtures.P256));

    private final ManifestVerifier verifier = new ManifestVerifier(Limits.standard());

    private Rejection refusal(byte[] envelope, TrustPolicy policy) {
        Judgement judgement = verifier.judge(envelope, policy, Role.FIRMWARE);
        assertFalse(judgement.authentic(), judgement.toString());
        return judgement.rejection().orElseThrow();
    }

    private static void assertRefused(Rejection rejection, RejectReason reason, String found, String expected) {
        assertEquals(reason, rejection.reason(), rejection.toString());
        assertEquals(found, rejection.found(), rejection.toString());
        assertEquals(expected, rejection.expected(), rejection.toString());
    }

    private static byte[] good(SigningKey... keys) {
        return Fixtures.sign(Fixtures.builder().image(Fixtures.IMAGE), keys);
    }

    private static SigningKey otherSharedKey() {
        return SigningKey.of(CoseKey.shared(HexFormat.of().parseHex("a3010403052058" + "20" + "77".repeat(32))));
    }

    /** The digest that is authenticated in what {@link Forge} makes. */
    private static byte[] digest() {
        byte[] item = new CborWriter().bytes(new Forge().manifest()).toByteArray();
        CborWriter digest = new CborWriter();
        Digest.sha256Of(item).encode(digest);
        return digest.toByteArray();
    }

    /** A message by anybody: whatever key, label, and kind. */
    private static byte[] message(int tag, String context, long algorithm, byte[] secret, byte[] keyId)
            throws GeneralSecurityException {
        byte[] header = CBORObject.NewMap().Add(1, algorithm).EncodeToBytes();
        CBORObject open = CBORObject.NewMap();
        if (keyId.length > 0) {
            open.Add(4, keyId);
        }
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(secret, "HmacSHA256"));
        byte[] value = mac.doFinal(CBORObject.NewArray()
                .Add(context)
                .Add(header)
                .Add(new byte[0])
                .Add(digest())
                .EncodeToBytes());
        return CBORObject.FromObjectAndTag(
                        CBORObject.NewArray().Add(header).Add(open).Add(null).Add(value), tag)
                .EncodeToBytes();
    }

    @Test
    void judge_macByASharedKey_isAcceptedAndNamed() {
        Judgement judgement = verifier.judge(good(SHARED), POLICY, Role.FIRMWARE);

        assertTrue(judgement.accepted(), judgement.toString());
        assertEquals(List.of(new Signer(SHARED.publicKey().toString(), "HMAC 256/256", true)), judgement.signers());
        assertTrue(judgement.signers().get(0).mac());
        assertFalse(verifier.judge(good(Fixtures.KEY), POLICY, Role.FIRMWARE)
                .signers()
                .get(0)
                .mac());
    }

    @Test
    void judge_macByAnotherLibrary_isAccepted() throws Exception {
        byte[] secret = HexFormat.of().parseHex("77".repeat(32));
        TrustPolicy policy = TrustPolicy.anyOf(otherSharedKey().publicKey().anchor("mac", Role.FIRMWARE));
        byte[] named = otherSharedKey().publicKey().thumbprint();

        for (byte[] keyId : List.of(named, new byte[0])) {
            byte[] envelope = new Forge().authenticatedBy(message(17, "MAC0", 5, secret, keyId));

            Judgement judgement = verifier.judge(envelope, policy, Role.FIRMWARE);

            assertTrue(judgement.accepted(), judgement.toString());
        }
    }

    @Test
    void judge_macByAStranger_isUnknownKeyOrBadSignature() throws Exception {
        byte[] strangers = HexFormat.of().parseHex("77".repeat(32));

        assertRefused(
                refusal(good(otherSharedKey()), POLICY),
                RejectReason.UNKNOWN_KEY,
                otherSharedKey().publicKey().toString(),
                "one of 2 with role FIRMWARE: [" + SHARED.publicKey() + ", " + Fixtures.KEY.publicKey() + "]");
        for (byte[] keyId : List.of(SHARED.publicKey().thumbprint(), new byte[0])) {
            byte[] forged = new Forge().authenticatedBy(message(17, "MAC0", 5, strangers, keyId));

            Rejection rejection = refusal(forged, POLICY);

            assertEquals(RejectReason.BAD_SIGNATURE, rejection.reason());
            assertEquals("the MAC doesn't verify with key " + SHARED.publicKey(), rejection.detail());
        }
    }

    @Test
    void judge_macWhereThereIsNoSharedKey_isUnknownKey() throws Exception {
        byte[] unnamed = new Forge().authenticatedBy(message(17, "MAC0", 5, new byte[32], new byte[0]));

        assertEquals(
                RejectReason.UNKNOWN_KEY,
                refusal(good(SHARED), Fixtures.policy()).reason());
        assertEquals(
                "a key for HMAC 256/256", refusal(unnamed, Fixtures.policy()).found());
    }

    /** The oldest trick with MACs: the secret is what everybody knows, the public key. */
    @Test
    void judge_macKeyedWithThePublicKey_isRefusedWhereverItIsPut() throws Exception {
        byte[] der = Fixtures.P256.getPublic().getEncoded();
        byte[] thumbprint = Fixtures.KEY.publicKey().thumbprint();
        byte[] point = Arrays.copyOfRange(der, der.length - 64, der.length);
        for (byte[] secret : List.of(der, point, Arrays.copyOf(point, 32), thumbprint)) {
            Rejection asMac =
                    refusal(new Forge().authenticatedBy(message(17, "MAC0", 5, secret, thumbprint)), Fixtures.policy());
            Rejection asMacBesideAShared =
                    refusal(new Forge().authenticatedBy(message(17, "MAC0", 5, secret, thumbprint)), POLICY);
            Rejection unnamed =
                    refusal(new Forge().authenticatedBy(message(17, "MAC0", 5, secret, new byte[0])), POLICY);
            Rejection asSignature = refusal(
                    new Forge().authenticatedBy(message(18, "Signature1", 5, secret, thumbprint)), Fixtures.policy());

            assertRefused(asMac, RejectReason.UNSUPPORTED_ALGORITHM, "P256", "HMAC_256");
            assertRefused(asMacBesideAShared, RejectReason.UNSUPPORTED_ALGORITHM, "P256", "HMAC_256");
            assertEquals(RejectReason.BAD_SIGNATURE, unnamed.reason());
            assertEquals(RejectReason.UNSUPPORTED_ALGORITHM, asSignature.reason());
            assertEquals("signature algorithm HMAC 256/256 (5)", asSignature.detail());
        }
    }

    /** Even who has the shared key has to put a MAC where MACs belong, under their label and over what they are over. */
    @ParameterizedTest
    @CsvSource({
        "18, Signature1, 5, UNSUPPORTED_ALGORITHM, signature algorithm HMAC 256/256 (5)",
        "18, Signature1, -9, UNSUPPORTED_ALGORITHM, 'type of key KEY for ESP256 (-9)'",
        "17, MAC0, -9, UNSUPPORTED_ALGORITHM, MAC algorithm ESP256 (-9)",
        "17, MAC0, 4, UNSUPPORTED_ALGORITHM, MAC algorithm HMAC 256/64 (4)",
        "17, Signature1, 5, BAD_SIGNATURE, the MAC doesn't verify with key KEY",
        "17, MAC, 5, BAD_SIGNATURE, the MAC doesn't verify with key KEY",
        "97, MAC0, 5, UNSUPPORTED_ALGORITHM, COSE message at byte"
    })
    void judge_macUnderAnotherName_isRefused(
            int tag, String context, long algorithm, RejectReason reason, String detail) throws Exception {
        SigningKey key = otherSharedKey();
        TrustPolicy policy = TrustPolicy.anyOf(key.publicKey().anchor("mac", Role.FIRMWARE));
        byte[] secret = HexFormat.of().parseHex("77".repeat(32));
        byte[] envelope = new Forge()
                .authenticatedBy(
                        message(tag, context, algorithm, secret, key.publicKey().thumbprint()));

        Rejection rejection = refusal(envelope, policy);

        assertEquals(reason, rejection.reason(), rejection.toString());
        assertTrue(
                rejection
                        .detail()
                        .startsWith(detail.replace("KEY", key.publicKey().toString())),
                rejection.toString());
    }

    @Test
    void judge_macOfAnotherDigest_isBadSignature() throws Exception {
        byte[] mac = CoseMac0.tagDetached(SHARED, new byte[36]);

        assertEquals(
                RejectReason.BAD_SIGNATURE,
                refusal(new Forge().authenticatedBy(mac), POLICY).reason());
    }

    @Test
    void judge_macWithItsPayload_isMalformed() throws Exception {
        byte[] header = CBORObject.NewMap().Add(1, 5).EncodeToBytes();
        byte[] attached = CBORObject.FromObjectAndTag(
                        CBORObject.NewArray()
                                .Add(header)
                                .Add(CBORObject.NewMap())
                                .Add(new byte[4])
                                .Add(new byte[32]),
                        17)
                .EncodeToBytes();

        assertRefused(
                refusal(new Forge().authenticatedBy(attached), POLICY),
                RejectReason.MALFORMED,
                "00000000",
                "null: the digest before it is what is signed");
    }

    @Test
    void judge_aMacAndASignature_areTwoKeys() {
        TrustPolicy two = new TrustPolicy(POLICY.anchors(), Map.of(Role.FIRMWARE, Rule.of(2)));

        assertTrue(
                verifier.judge(good(SHARED, Fixtures.KEY), two, Role.FIRMWARE).accepted());
        assertRefused(refusal(good(SHARED, SHARED), two), RejectReason.THRESHOLD_NOT_MET, "1", "at least 2 keys");
        assertTrue(verifier.judge(
                        Fixtures.sign(Fixtures.builder().image(Fixtures.IMAGE).oneBlock(), SHARED, Fixtures.KEY),
                        two,
                        Role.FIRMWARE)
                .accepted());
    }

    @Test
    void judge_hybridRule_countsAMacAsAClassicKey() {
        SigningKey lattice = TestKeys.of(CoseKey.Type.ML_DSA_44);
        TrustPolicy hybrid = new TrustPolicy(
                List.of(
                        ANCHOR,
                        Fixtures.anchor("first", Fixtures.P256),
                        lattice.publicKey().anchor("lattice", Role.FIRMWARE)),
                Map.of(Role.FIRMWARE, Rule.hybrid(1)));

        assertTrue(verifier.judge(good(SHARED, lattice), hybrid, Role.FIRMWARE).accepted());
        assertRefused(
                refusal(good(SHARED, Fixtures.KEY), hybrid),
                RejectReason.THRESHOLD_NOT_MET,
                "2 classic and 0 post-quantum",
                "at least 1 classic and 1 post-quantum keys");
    }

    @Test
    void judge_revokedSharedKey_isRevoked() {
        String revoked = SHARED.publicKey().toString();
        TrustPolicy policy = new TrustPolicy(POLICY.anchors(), Map.of(), Set.of(revoked));

        assertRefused(refusal(good(SHARED), policy), RejectReason.REVOKED, revoked, "a key that isn't revoked");
    }

    @Test
    void judge_componentThatTheSharedKeyMayNotInstall_isUnauthorized() {
        TrustAnchor modem = new TrustAnchor("mac", ANCHOR.key(), ANCHOR.roles(), List.of(ComponentId.of("modem")));

        Judgement judgement = verifier.judge(good(SHARED), TrustPolicy.anyOf(modem), Role.FIRMWARE);

        assertEquals(
                RejectReason.UNAUTHORIZED_COMPONENT,
                judgement.rejection().orElseThrow().reason());
    }

    @ParameterizedTest
    @CsvSource({"ROOT", "COMMAND"})
    void judge_macForAnotherRole_isUnknownKey(Role role) {
        TrustPolicy policy = TrustPolicy.anyOf(ANCHOR, Fixtures.anchor("other", Fixtures.ED25519, role));

        Judgement judgement = verifier.judge(good(SHARED), policy, role);

        assertRefused(
                judgement.rejection().orElseThrow(),
                RejectReason.UNKNOWN_KEY,
                SHARED.publicKey().toString(),
                "one of 1 with role " + role + ": [" + Fixtures.SECOND_KEY.publicKey() + "]");
    }

    @Test
    void withSignature_bySharedKey_addsAMac() throws Exception {
        SuitEnvelope signed = SuitEnvelope.decode(good(Fixtures.KEY), Limits.standard());

        Judgement judgement = verifier.judge(signed.withSignature(SHARED), POLICY, Role.FIRMWARE);

        assertEquals(
                List.of("ESP256", "HMAC 256/256"),
                judgement.signers().stream().map(Signer::algorithm).toList());
        assertTrue(judgement.signers().stream().allMatch(Signer::valid));
    }

    @Test
    void judge_aFlippedBitAnywhere_isRefused() {
        byte[] good = good(SHARED);
        TrustPolicy policy = TrustPolicy.anyOf(ANCHOR);
        int keyIdLabel = HexFormat.of().formatHex(good).indexOf("d18443a10105a1045820") / 2 + 7;
        assertTrue(verifier.judge(good, policy, Role.FIRMWARE).accepted());

        for (int bit = 0; bit < Byte.SIZE * good.length; bit++) {
            byte[] bad = good.clone();
            bad[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);

            Judgement judgement = verifier.judge(bad, policy, Role.FIRMWARE);

            // a key id under another label is one that nobody asks for, and each key is tried
            if (bit / Byte.SIZE != keyIdLabel) {
                assertFalse(judgement.authentic(), "bit " + bit + ": " + judgement);
            }
        }
    }

    @Test
    void trustSet_withASharedKey_isMadeByNobody() {
        TrustPolicy policy = TrustPolicy.anyOf(Fixtures.anchor("root", Fixtures.P256, Role.ROOT), ANCHOR);

        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> new TrustSet(1, 1, 2, policy, List.of()));

        assertEquals("key 'mac' is shared: whoever reads the set could sign with it", e.getMessage());
    }

    @Test
    void trustManifest_bySharedKey_isMadeByNobody() {
        TrustSet set =
                new TrustSet(1, 1, 2, TrustPolicy.anyOf(Fixtures.anchor("root", Fixtures.P256, Role.ROOT)), List.of());

        IllegalArgumentException e = assertThrows(
                IllegalArgumentException.class,
                () -> TrustManifest.sign(set, Fixtures.VENDOR, Fixtures.CLASS, Map.of(), Fixtures.KEY, SHARED));

        assertEquals("keys: " + SHARED + " is shared, and so no root key", e.getMessage());
    }
}
