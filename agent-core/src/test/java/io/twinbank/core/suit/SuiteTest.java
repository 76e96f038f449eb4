// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.suit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.core.RejectReason;
import io.twinbank.core.cose.CoseAlgorithm;
import io.twinbank.core.cose.CoseKey;
import io.twinbank.core.cose.TestKeys;
import io.twinbank.hal.Role;
import io.twinbank.hal.Rule;
import io.twinbank.hal.TrustAnchor;
import io.twinbank.hal.TrustPolicy;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Envelopes by every kind of key. */
class SuiteTest {
    private final ManifestVerifier verifier = new ManifestVerifier(Limits.standard());

    private static TrustAnchor anchor(CoseKey.Type type) {
        return TestKeys.of(type).publicKey().anchor(type.name(), Role.FIRMWARE);
    }

    @ParameterizedTest
    @EnumSource
    void judge_envelopeByEveryKind_isAccepted(CoseKey.Type type) {
        byte[] envelope = Fixtures.sign(Fixtures.builder().image(Fixtures.IMAGE), TestKeys.of(type));

        Judgement judgement = verifier.judge(envelope, TrustPolicy.anyOf(anchor(type)), Role.FIRMWARE);

        assertTrue(judgement.accepted(), judgement.toString());
        assertEquals(
                List.of(new Signer(
                        TestKeys.of(type).publicKey().toString(),
                        CoseAlgorithm.of(type).label(),
                        true)),
                judgement.signers());
    }

    @ParameterizedTest
    @EnumSource(names = {"HSS_LMS", "ML_DSA_44", "ML_DSA_65", "ML_DSA_87"})
    void judge_hybridRule_takesAClassicAndAPostQuantumKey(CoseKey.Type type) {
        TrustPolicy policy = new TrustPolicy(
                List.of(anchor(CoseKey.Type.P384), anchor(CoseKey.Type.P256), anchor(type)),
                Map.of(Role.FIRMWARE, new Rule(1, true)));
        EnvelopeBuilder builder = Fixtures.builder().image(Fixtures.IMAGE).oneBlock();
        byte[] both = Fixtures.sign(builder, TestKeys.of(CoseKey.Type.P384), TestKeys.of(type));
        byte[] classic = Fixtures.sign(builder, TestKeys.of(CoseKey.Type.P384), TestKeys.of(CoseKey.Type.P256));

        assertTrue(verifier.judge(both, policy, Role.FIRMWARE).accepted());
        Judgement refused = verifier.judge(classic, policy, Role.FIRMWARE);
        assertEquals(
                RejectReason.THRESHOLD_NOT_MET,
                refused.rejection().orElseThrow().reason());
        assertEquals(
                "2 classic and 0 post-quantum",
                refused.rejection().orElseThrow().found());
    }

    @Test
    void judge_largestSignatures_fitTheLimits() {
        byte[] envelope = Fixtures.sign(
                Fixtures.builder().image(Fixtures.IMAGE),
                TestKeys.of(CoseKey.Type.ML_DSA_87),
                TestKeys.of(CoseKey.Type.ML_DSA_65),
                TestKeys.of(CoseKey.Type.ML_DSA_44),
                TestKeys.of(CoseKey.Type.HSS_LMS),
                TestKeys.of(CoseKey.Type.P384));

        Judgement judgement =
                verifier.judge(envelope, TrustPolicy.anyOf(anchor(CoseKey.Type.ML_DSA_87)), Role.FIRMWARE);

        assertTrue(judgement.accepted(), judgement.toString());
        assertEquals(5, judgement.signers().size());
    }
}
