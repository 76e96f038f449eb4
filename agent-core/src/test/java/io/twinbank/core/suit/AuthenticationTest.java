// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.suit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.core.RejectReason;
import io.twinbank.core.RejectedException;
import io.twinbank.core.Rejection;
import io.twinbank.core.cbor.CborWriter;
import io.twinbank.core.cose.CoseSign1;
import io.twinbank.core.cose.SigningKey;
import io.twinbank.hal.Role;
import io.twinbank.hal.TrustPolicy;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** Envelopes that aren't authentic: refused before anything in the manifest is looked at. */
class AuthenticationTest {
    private final ManifestVerifier verifier = new ManifestVerifier(Limits.standard());

    private Rejection refusal(byte[] envelope) {
        return refusal(envelope, Fixtures.policy());
    }

    private Rejection refusal(byte[] envelope, TrustPolicy policy) {
        Judgement judgement = verifier.judge(envelope, policy, Role.FIRMWARE);
        assertFalse(judgement.authentic(), judgement.toString());
        assertFalse(judgement.accepted(), judgement.toString());
        assertEquals(OptionalLong.empty(), judgement.sequence());
        RejectedException e =
                assertThrows(RejectedException.class, () -> verifier.authenticate(envelope, policy, Role.FIRMWARE));
        assertEquals(judgement.rejection(), Optional.of(e.rejection()));
        return e.rejection();
    }

    private static void assertRefused(Rejection rejection, RejectReason reason, String found, String expected) {
        assertEquals(reason, rejection.reason(), rejection.toString());
        assertEquals(found, rejection.found(), rejection.toString());
        assertEquals(expected, rejection.expected(), rejection.toString());
    }

    private static byte[] message(long algorithm, byte[] keyId) {
        return new CborWriter()
                .tag(18)
                .array(a -> a.embedded(p -> p.map(m -> m.entry(1).integer(algorithm)))
                        .map(m -> m.entry(4).bytes(keyId))
                        .nil()
                        .bytes(new byte[64]))
                .toByteArray();
    }

    @Test
    void judge_goodEnvelope_isAcceptedWithAllThereIsToSay() {
        Judgement judgement = verifier.judge(Fixtures.good(), Fixtures.policy(), Role.FIRMWARE);

        assertTrue(judgement.authentic());
        assertTrue(judgement.accepted());
        assertEquals(Optional.empty(), judgement.rejection());
        assertEquals(OptionalLong.of(7), judgement.sequence());
        assertEquals(List.of(new Signer(Fixtures.KEY.publicKey().toString(), "ESP256", true)), judgement.signers());
    }

    @Test
    void verify_envelopeLargerThanLimit_isLimitExceeded() {
        byte[] envelope = new byte[128 * 1024 + 1];

        assertRefused(refusal(envelope), RejectReason.LIMIT_EXCEEDED, "131073", "at most 131072");
    }

    @Test
    void verify_envelopeLimitRaised_takesALargerPayload() throws Exception {
        byte[] payload = new byte[1 << 20];
        byte[] envelope = Fixtures.sign(Fixtures.builder()
                .image(new EnvelopeBuilder.Image(Digest.sha256Of(payload), payload.length, "#os"))
                .integratedPayload("#os", payload));
        ManifestVerifier wide = new ManifestVerifier(Limits.standard().withEnvelopeBytes(2 << 20));

        assertEquals(RejectReason.LIMIT_EXCEEDED, refusal(envelope).reason());
        assertTrue(wide.judge(envelope, Fixtures.policy(), Role.FIRMWARE).accepted());
    }

    @Test
    void verify_manifestLargerThanLimit_isLimitExceeded() {
        byte[] envelope = new Forge().sign(new byte[64 * 1024 + 1]);

        assertRefused(refusal(envelope), RejectReason.LIMIT_EXCEEDED, "65537", "at most 65536");
    }

    @Test
    void verify_nineSignatures_isLimitExceeded() {
        byte[] envelope = new Forge().sign(Collections.nCopies(9, Fixtures.KEY).toArray(new SigningKey[0]));

        assertRefused(refusal(envelope), RejectReason.LIMIT_EXCEEDED, "9", "at most 8");
    }

    @Test
    void verify_hugeSignature_isLimitExceeded() {
        byte[] envelope = new Forge().authenticatedBy(new byte[8 * 1024 + 1]);

        assertRefused(refusal(envelope), RejectReason.LIMIT_EXCEEDED, "8193 bytes", "at most 8192");
    }

    @Test
    void verify_deepNesting_isLimitExceeded() {
        byte[] deep = new byte[100_000];
        Arrays.fill(deep, (byte) 0x81);
        byte[] envelope =
                new CborWriter().tag(107).map(m -> m.entry(2).encoded(deep)).toByteArray();

        assertRefused(refusal(envelope), RejectReason.LIMIT_EXCEEDED, "nesting of more than 8", "at most 8");
    }

    @Test
    void verify_hugeLengthHead_isMalformed() {
        byte[] envelope = HexFormat.of().parseHex("d86ba1025b7fffffffffffffff00");

        assertRefused(
                refusal(envelope),
                RejectReason.MALFORMED,
                "9223372036854775807 bytes needed",
                "at most 1, as are left");
    }

    @Test
    void verify_empty_isMalformed() {
        assertRefused(refusal(new byte[0]), RejectReason.MALFORMED, "1 bytes needed", "at most 0, as are left");
    }

    @Test
    void verify_trailingByte_isMalformed() {
        byte[] good = Fixtures.good();

        assertRefused(refusal(Arrays.copyOf(good, good.length + 1)), RejectReason.MALFORMED, "1 bytes more", "the end");
    }

    @Test
    void verify_truncatedAnywhere_isMalformed() {
        byte[] good = Fixtures.good();
        for (int length = 0; length < good.length; length++) {
            assertEquals(
                    RejectReason.MALFORMED, refusal(Arrays.copyOf(good, length)).reason());
        }
    }

    @Test
    void verify_untagged_isMalformed() {
        byte[] good = Fixtures.good();

        assertRefused(refusal(Arrays.copyOfRange(good, 2, good.length)), RejectReason.MALFORMED, "MAP", "TAG");
    }

    @Test
    void verify_anotherTag_isMalformed() {
        byte[] bad = Fixtures.good();
        bad[1] = 108;

        assertRefused(refusal(bad), RejectReason.MALFORMED, "108", "107");
    }

    @Test
    void verify_sameEntryTwice_isMalformed() {
        byte[] envelope = HexFormat.of().parseHex("d86ba2024002" + "40");

        assertRefused(refusal(envelope), RejectReason.MALFORMED, "key 02 twice", "keys in ascending order");
    }

    @Test
    void verify_noManifestOrWrapper_isMalformed() {
        byte[] noManifest = new CborWriter()
                .tag(107)
                .map(m -> m.entry(2).bytes(new byte[0]))
                .toByteArray();
        byte[] noWrapper = new CborWriter()
                .tag(107)
                .map(m -> m.entry(3).bytes(new byte[0]))
                .toByteArray();

        assertRefused(refusal(noManifest), RejectReason.MALFORMED, "no manifest (3)", "one");
        assertRefused(refusal(noWrapper), RejectReason.MALFORMED, "no authentication wrapper (2)", "one");
    }

    @Test
    void verify_digestByAnotherAlgorithm_isUnsupportedAlgorithm() {
        byte[] digest =
                new CborWriter().array(a -> a.integer(-18).bytes(new byte[32])).toByteArray();
        byte[] envelope =
                new Forge().sign(digest, new CborWriter().bytes(new byte[1]).toByteArray());

        assertRefused(
                refusal(envelope),
                RejectReason.UNSUPPORTED_ALGORITHM,
                "SHAKE128 (-18)",
                "SHA-256 (-16), SHA-384 (-43) or SHA-512 (-44)");
    }

    @Test
    void verify_sha512Digest_isAuthentic() {
        byte[] item = new CborWriter().bytes(new Forge().manifest()).toByteArray();
        CborWriter digest = new CborWriter();
        Digest empty = new Digest(-44, new byte[64]);
        new Digest(-44, empty.newMessageDigest().digest(item)).encode(digest);

        Judgement judgement =
                verifier.judge(new Forge().sign(digest.toByteArray(), item), Fixtures.policy(), Role.FIRMWARE);

        assertTrue(judgement.accepted(), judgement.toString());
    }

    @Test
    void verify_digestOfWrongLength_isMalformed() {
        byte[] digest =
                new CborWriter().array(a -> a.integer(-16).bytes(new byte[31])).toByteArray();
        byte[] envelope =
                new Forge().sign(digest, new CborWriter().bytes(new byte[1]).toByteArray());

        assertRefused(refusal(envelope), RejectReason.MALFORMED, "31 bytes", "32 bytes");
    }

    @Test
    void verify_unsigned_isNoSignature() throws Exception {
        byte[] envelope = Fixtures.builder().image(Fixtures.IMAGE).sign();

        assertEquals(RejectReason.NO_SIGNATURE, refusal(envelope).reason());
    }

    @Test
    void verify_signedByAStranger_isUnknownKey() {
        byte[] envelope = Fixtures.sign(Fixtures.builder().image(Fixtures.IMAGE), Fixtures.STRANGERS_KEY);

        Rejection rejection = refusal(envelope);

        assertRefused(
                rejection,
                RejectReason.UNKNOWN_KEY,
                Fixtures.STRANGERS_KEY.publicKey().toString(),
                "one of 2 with role FIRMWARE: ["
                        + Fixtures.KEY.publicKey() + ", "
                        + Fixtures.SECOND_KEY.publicKey() + "]");
        Signer signer = verifier.judge(envelope, Fixtures.policy(), Role.FIRMWARE)
                .signers()
                .get(0);
        assertEquals(new Signer(Fixtures.STRANGERS_KEY.publicKey().toString(), "ESP256", false), signer);
    }

    @Test
    void verify_keyOfAnotherRole_isUnknownKey() {
        TrustPolicy policy = TrustPolicy.anyOf(
                Fixtures.anchor("commands", Fixtures.P256, Role.COMMAND),
                Fixtures.anchor("firmware", Fixtures.ED25519, Role.FIRMWARE));

        Rejection rejection = refusal(Fixtures.good(), policy);

        assertRefused(
                rejection,
                RejectReason.UNKNOWN_KEY,
                Fixtures.KEY.publicKey().toString(),
                "one of 1 with role FIRMWARE: [" + Fixtures.SECOND_KEY.publicKey() + "]");
    }

    @Test
    void verify_noKeyIdAndNoKeyOfItsType_isUnknownKey() throws Exception {
        TrustPolicy policy = TrustPolicy.anyOf(Fixtures.anchor("second", Fixtures.ED25519));
        byte[] message = new CborWriter()
                .tag(18)
                .array(a -> a.embedded(p -> p.map(m -> m.entry(1).integer(-7)))
                        .map(m -> {})
                        .nil()
                        .bytes(new byte[64]))
                .toByteArray();

        Rejection rejection = refusal(new Forge().authenticatedBy(message), policy);

        assertEquals(RejectReason.UNKNOWN_KEY, rejection.reason());
        assertEquals("a key for ES256", rejection.found());
    }

    @Test
    void verify_noKeyIdAndKeysOfItsTypeThatDontFit_isBadSignature() {
        byte[] message = new CborWriter()
                .tag(18)
                .array(a -> a.embedded(p -> p.map(m -> m.entry(1).integer(-19)))
                        .map(m -> {})
                        .nil()
                        .bytes(new byte[64]))
                .toByteArray();

        assertEquals(
                RejectReason.BAD_SIGNATURE,
                refusal(new Forge().authenticatedBy(message)).reason());
    }

    @Test
    void verify_unknownAlgorithm_isUnsupportedAlgorithmByName() {
        byte[] message = message(-47, Fixtures.KEY.publicKey().thumbprint());

        Rejection rejection = refusal(new Forge().authenticatedBy(message));

        assertEquals(RejectReason.UNSUPPORTED_ALGORITHM, rejection.reason());
        assertEquals("signature algorithm ES256K (-47)", rejection.detail());
    }

    @Test
    void verify_algorithmOfAnotherKeyType_isUnsupportedAlgorithm() {
        byte[] message = message(-19, Fixtures.KEY.publicKey().thumbprint());

        assertRefused(
                refusal(new Forge().authenticatedBy(message)), RejectReason.UNSUPPORTED_ALGORITHM, "P256", "ED25519");
    }

    @Test
    void verify_macWithRecipients_isUnsupportedAlgorithmByName() {
        byte[] message = new CborWriter().tag(97).array(a -> {}).toByteArray();

        assertRefused(
                refusal(new Forge().authenticatedBy(message)),
                RejectReason.UNSUPPORTED_ALGORITHM,
                "COSE_Mac (tag 97)",
                "COSE_Sign1 (tag 18), COSE_Sign (tag 98) or COSE_Mac0 (tag 17)");
    }

    @Test
    void verify_attachedPayload_isMalformed() throws Exception {
        byte[] message = CoseSign1.signAttached(Fixtures.KEY, new byte[4], new byte[0]);

        assertRefused(
                refusal(new Forge().authenticatedBy(message)),
                RejectReason.MALFORMED,
                "00000000",
                "null: the digest before it is what is signed");
    }

    @Test
    void verify_signatureOfAnotherDigest_isBadSignature() throws Exception {
        byte[] message = CoseSign1.signDetached(Fixtures.KEY, new byte[36]);

        Rejection rejection = refusal(new Forge().authenticatedBy(message));

        assertEquals(RejectReason.BAD_SIGNATURE, rejection.reason());
        assertTrue(rejection.detail().contains(Fixtures.KEY.publicKey().toString()), rejection.detail());
    }

    @Test
    void verify_manifestExchanged_isDigestMismatch() {
        byte[] item = new CborWriter().bytes(new Forge().manifest()).toByteArray();
        byte[] other = new CborWriter()
                .bytes(new Forge().sequence(w -> w.integer(8)).manifest())
                .toByteArray();
        CborWriter digest = new CborWriter();
        Digest.sha256Of(item).encode(digest);

        Rejection rejection = refusal(new Forge().sign(digest.toByteArray(), other));

        assertRefused(
                rejection,
                RejectReason.DIGEST_MISMATCH,
                Digest.sha256Of(other).toString(),
                Digest.sha256Of(item).toString());
    }

    @Test
    void verify_digestOfTheBareContent_isDigestMismatch() {
        byte[] manifest = new Forge().manifest();
        CborWriter digest = new CborWriter();
        Digest.sha256Of(manifest).encode(digest);
        byte[] item = new CborWriter().bytes(manifest).toByteArray();

        assertEquals(
                RejectReason.DIGEST_MISMATCH,
                refusal(new Forge().sign(digest.toByteArray(), item)).reason());
    }

    @Test
    void verify_anchorOfAKindThatIsntDone_isTheCallersBug() throws Exception {
        KeyPair rsa = KeyPairGenerator.getInstance("RSA").generateKeyPair();
        TrustPolicy policy = TrustPolicy.anyOf(Fixtures.anchor("rsa", rsa));
        byte[] envelope = Fixtures.good();

        assertThrows(IllegalArgumentException.class, () -> verifier.judge(envelope, policy, Role.FIRMWARE));
    }
}
