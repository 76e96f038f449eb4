// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.twinbank.core.RejectReason;
import io.twinbank.core.suit.Authentic;
import io.twinbank.core.suit.Limits;
import io.twinbank.core.suit.ManifestVerifier;
import io.twinbank.core.suit.Refused;
import io.twinbank.hal.Role;
import io.twinbank.hal.TrustPolicy;
import org.junit.jupiter.api.Test;

/** A forgery that is refused for another reason than its own shows nothing. */
class ForgeryTest {
    private static final Scenario SCENARIO =
            Scenario.named("forgery").forge("6.6").build();
    private static final Forgery FORGERY = SCENARIO.forgery().orElseThrow();

    private final ManifestVerifier verifier = new ManifestVerifier(Limits.standard());

    @Test
    void envelope_byTheMakersPolicy_isRefusedForItsUnprotectedAlgorithm() {
        TrustPolicy maker = SCENARIO.maker().factoryPolicy(false, false);

        Refused refused = assertInstanceOf(Refused.class, verifier.verify(FORGERY.envelope(), maker, Role.FIRMWARE));

        assertEquals(RejectReason.MALFORMED, refused.rejection().reason());
        assertEquals(
                "the algorithm in the unprotected header", refused.rejection().found());
    }

    @Test
    void byStranger_byAPolicyThatBelievesTheStranger_isAuthentic() {
        TrustPolicy stranger = TrustPolicy.anyOf(FORGERY.stranger());

        assertInstanceOf(Authentic.class, verifier.verify(FORGERY.byStranger().envelope(), stranger, Role.FIRMWARE));
    }
}
