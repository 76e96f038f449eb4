// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.suit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.core.RejectReason;
import io.twinbank.core.Rejection;
import io.twinbank.core.cose.CoseKey;
import io.twinbank.hal.ComponentId;
import io.twinbank.hal.Role;
import io.twinbank.hal.Rule;
import io.twinbank.hal.TrustAnchor;
import io.twinbank.hal.TrustPolicy;
import java.security.KeyPair;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Who may sign what: rules, component prefixes, revoked keys. */
class TrustPolicyTest {
    private final ManifestVerifier verifier = new ManifestVerifier(Limits.standard());

    @Test
    void verify_componentUnderAGrantedPrefix_isAccepted() {
        TrustPolicy policy = TrustPolicy.anyOf(anchor("os", Fixtures.P256, Fixtures.OS));

        assertTrue(verifier.judge(Fixtures.good(), policy, Role.FIRMWARE).accepted());
    }

    @Test
    void verify_componentThatTheSignerMayNotInstall_isUnauthorized() {
        TrustPolicy policy = TrustPolicy.anyOf(anchor("modem", Fixtures.P256, ComponentId.of("modem")));

        Judgement judgement = verifier.judge(Fixtures.good(), policy, Role.FIRMWARE);

        assertTrue(judgement.authentic());
        assertReason(RejectReason.UNAUTHORIZED_COMPONENT, "0", "at least 1 key", judgement);
    }

    @Test
    void verify_thresholdMetOnlyWithASignerOfAnotherComponent_isUnauthorized() {
        TrustPolicy policy = new TrustPolicy(
                List.of(
                        anchor("os", Fixtures.P256, Fixtures.OS),
                        anchor("modem", Fixtures.ED25519, ComponentId.of("modem"))),
                Map.of(Role.FIRMWARE, Rule.of(2)));
        byte[] both = Fixtures.sign(Fixtures.builder().image(Fixtures.IMAGE), Fixtures.KEY, Fixtures.SECOND_KEY);

        assertReason(
                RejectReason.UNAUTHORIZED_COMPONENT,
                "1",
                "at least 2 keys",
                verifier.judge(both, policy, Role.FIRMWARE));
    }

    @Test
    void verify_signedByARevokedKey_isRevokedAndNotAuthentic() {
        String revoked = thumbprint(Fixtures.P256);
        TrustPolicy policy =
                new TrustPolicy(List.of(Fixtures.anchor("second", Fixtures.ED25519)), Map.of(), Set.of(revoked));

        Judgement judgement = verifier.judge(Fixtures.good(), policy, Role.FIRMWARE);

        assertFalse(judgement.authentic());
        assertReason(RejectReason.REVOKED, revoked, "a key that isn't revoked", judgement);
    }

    @Test
    void verify_revokedKeyThatIsStillAnAnchor_countsNoMore() {
        TrustPolicy policy = new TrustPolicy(
                Fixtures.policy().anchors(), Map.of(Role.FIRMWARE, Rule.of(2)), Set.of(thumbprint(Fixtures.P256)));
        byte[] both = Fixtures.sign(Fixtures.builder().image(Fixtures.IMAGE), Fixtures.KEY, Fixtures.SECOND_KEY);

        assertReason(
                RejectReason.THRESHOLD_NOT_MET, "1", "at least 2 keys", verifier.judge(both, policy, Role.FIRMWARE));
    }

    @Test
    void verify_twoClassicSignersUnderAHybridRule_isThresholdNotMet() {
        TrustPolicy policy = new TrustPolicy(Fixtures.policy().anchors(), Map.of(Role.FIRMWARE, Rule.hybrid(1)));
        byte[] both = Fixtures.sign(Fixtures.builder().image(Fixtures.IMAGE), Fixtures.KEY, Fixtures.SECOND_KEY);

        assertReason(
                RejectReason.THRESHOLD_NOT_MET,
                "2 classic and 0 post-quantum",
                "at least 1 classic and 1 post-quantum keys",
                verifier.judge(both, policy, Role.FIRMWARE));
    }

    @Test
    void policy_ruleThatItsAnchorsCantMeet_throws() {
        List<TrustAnchor> anchors = Fixtures.policy().anchors();

        assertThrows(
                IllegalArgumentException.class, () -> new TrustPolicy(anchors, Map.of(Role.FIRMWARE, Rule.hybrid(2))));
        assertThrows(IllegalArgumentException.class, () -> Rule.of(0));
    }

    private static void assertReason(RejectReason reason, String found, String expected, Judgement judgement) {
        Rejection rejection = judgement.rejection().orElseThrow();
        assertEquals(reason, rejection.reason(), rejection.toString());
        assertEquals(found, rejection.found());
        assertEquals(expected, rejection.expected());
    }

    private static TrustAnchor anchor(String name, KeyPair pair, ComponentId component) {
        return new TrustAnchor(name, pair.getPublic().getEncoded(), Set.of(Role.FIRMWARE), List.of(component));
    }

    private static String thumbprint(KeyPair pair) {
        return CoseKey.of(pair.getPublic().getEncoded()).toString();
    }
}
