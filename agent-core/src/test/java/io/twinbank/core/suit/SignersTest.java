// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.suit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.core.RejectReason;
import io.twinbank.core.Rejection;
import io.twinbank.core.cbor.CborWriter;
import io.twinbank.core.cose.CoseAlgorithm;
import io.twinbank.core.cose.CoseSign;
import io.twinbank.core.cose.CoseSign1;
import io.twinbank.core.cose.SigningKey;
import io.twinbank.hal.Role;
import io.twinbank.hal.Rule;
import io.twinbank.hal.TrustAnchor;
import io.twinbank.hal.TrustPolicy;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Several signers: each key counts once, whatever it is called and however often it signed. */
class SignersTest {
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

    @Test
    void verify_oneOfTwoSigners_isThresholdNotMet() {
        assertRefused(
                refusal(Fixtures.good(), Fixtures.twoOfTwo()), RejectReason.THRESHOLD_NOT_MET, "1", "at least 2 keys");
    }

    @Test
    void verify_oneKeyUnderTwoNumbersAndTwoNames_countsOnce() {
        SigningKey old = new SigningKey(CoseAlgorithm.ES256, Fixtures.P256.getPrivate(), Fixtures.KEY.publicKey());
        TrustPolicy policy = new TrustPolicy(
                List.of(Fixtures.anchor("first", Fixtures.P256), Fixtures.anchor("again", Fixtures.P256)),
                Map.of(Role.FIRMWARE, Rule.of(2)));
        byte[] envelope = Fixtures.sign(Fixtures.builder().image(Fixtures.IMAGE), Fixtures.KEY, old);

        assertRefused(refusal(envelope, policy), RejectReason.THRESHOLD_NOT_MET, "1", "at least 2 keys");
    }

    @Test
    void verify_twoSignersInOneBlock_areTwoKeys() {
        byte[] both =
                Fixtures.sign(Fixtures.builder().image(Fixtures.IMAGE).oneBlock(), Fixtures.KEY, Fixtures.SECOND_KEY);
        byte[] twice = Fixtures.sign(Fixtures.builder().image(Fixtures.IMAGE).oneBlock(), Fixtures.KEY, Fixtures.KEY);

        Judgement judgement = verifier.judge(both, Fixtures.twoOfTwo(), Role.FIRMWARE);

        assertTrue(judgement.accepted(), judgement.toString());
        assertEquals(
                List.of(
                        new Signer(Fixtures.KEY.publicKey().toString(), "ESP256", true),
                        new Signer(Fixtures.SECOND_KEY.publicKey().toString(), "Ed25519", true)),
                judgement.signers());
        assertRefused(refusal(twice, Fixtures.twoOfTwo()), RejectReason.THRESHOLD_NOT_MET, "1", "at least 2 keys");
    }

    @Test
    void verify_eightSignaturesInBlocksAndOneMore_isLimitExceeded() throws Exception {
        byte[] item = new CborWriter().bytes(new Forge().manifest()).toByteArray();
        CborWriter digest = new CborWriter();
        Digest.sha256Of(item).encode(digest);
        byte[] signed = digest.toByteArray();
        byte[] seven = CoseSign.signDetached(Collections.nCopies(7, Fixtures.KEY), signed);
        byte[] one = CoseSign1.signDetached(Fixtures.KEY, signed);

        byte[] good = new Forge().wrap(signed, item, List.of(seven, one));
        byte[] bad = new Forge().wrap(signed, item, List.of(seven, one, one));

        assertTrue(verifier.judge(good, Fixtures.policy(), Role.FIRMWARE).accepted());
        assertRefused(refusal(bad, Fixtures.policy()), RejectReason.LIMIT_EXCEEDED, "9", "at most 8");
    }

    @Test
    void verify_oneKeyInTwoForms_countsOnce() {
        byte[] der = Fixtures.P256.getPublic().getEncoded();
        byte[] compressed = HexFormat.of()
                .parseHex("3039301306072a8648ce3d020106082a8648ce3d030107032200"
                        + (der[der.length - 1] % 2 == 0 ? "02" : "03")
                        + HexFormat.of().formatHex(Arrays.copyOfRange(der, der.length - 64, der.length - 32)));
        TrustAnchor whole = Fixtures.anchor("whole", Fixtures.P256);
        TrustAnchor half = new TrustAnchor("half", compressed, Set.of(Role.FIRMWARE));
        byte[] twice = Fixtures.sign(Fixtures.builder().image(Fixtures.IMAGE), Fixtures.KEY, Fixtures.KEY);

        assertTrue(verifier.judge(Fixtures.good(), TrustPolicy.anyOf(half), Role.FIRMWARE)
                .accepted());
        assertRefused(
                refusal(twice, new TrustPolicy(List.of(whole, half), Map.of(Role.FIRMWARE, Rule.of(2)))),
                RejectReason.THRESHOLD_NOT_MET,
                "1",
                "at least 2 keys");
    }

    @Test
    void verify_oneEd25519KeyUnderBothNumbers_countsOnce() {
        SigningKey old =
                new SigningKey(CoseAlgorithm.EDDSA, Fixtures.ED25519.getPrivate(), Fixtures.SECOND_KEY.publicKey());
        byte[] envelope = Fixtures.sign(Fixtures.builder().image(Fixtures.IMAGE), Fixtures.SECOND_KEY, old);

        assertRefused(refusal(envelope, Fixtures.twoOfTwo()), RejectReason.THRESHOLD_NOT_MET, "1", "at least 2 keys");
    }

    @Test
    void verify_aStrangersSignatureBesideAGoodOne_isAuthentic() {
        byte[] envelope =
                Fixtures.sign(Fixtures.builder().image(Fixtures.IMAGE), Fixtures.STRANGERS_KEY, Fixtures.SECOND_KEY);

        Judgement judgement = verifier.judge(envelope, Fixtures.policy(), Role.FIRMWARE);

        assertTrue(judgement.accepted(), judgement.toString());
        assertEquals(
                List.of(false, true),
                judgement.signers().stream().map(Signer::valid).toList());
    }

    @Test
    void verify_aBadSignatureBesideAStrangers_namesTheBadOne() throws Exception {
        byte[] item = new CborWriter().bytes(new Forge().manifest()).toByteArray();
        CborWriter digest = new CborWriter();
        Digest.sha256Of(item).encode(digest);
        List<byte[]> messages = List.of(
                CoseSign1.signDetached(Fixtures.STRANGERS_KEY, digest.toByteArray()),
                CoseSign1.signDetached(Fixtures.KEY, new byte[36]));

        Rejection rejection = refusal(new Forge().wrap(digest.toByteArray(), item, messages), Fixtures.policy());

        assertEquals(RejectReason.BAD_SIGNATURE, rejection.reason());
    }
}
