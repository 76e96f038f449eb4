// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal;

import static io.twinbank.core.internal.TrustBench.believe;
import static io.twinbank.core.internal.TrustBench.manifest;
import static io.twinbank.core.internal.TrustBench.refused;
import static io.twinbank.core.internal.TrustBench.same;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.core.AgentEvent;
import io.twinbank.core.Outcome;
import io.twinbank.core.RejectReason;
import io.twinbank.core.Rejection;
import io.twinbank.core.cose.CoseKey;
import io.twinbank.core.cose.SigningKey;
import io.twinbank.core.cose.TestKeys;
import io.twinbank.core.suit.Limits;
import io.twinbank.core.suit.SuitEnvelope;
import io.twinbank.hal.BankId;
import io.twinbank.hal.HalException;
import io.twinbank.hal.Role;
import io.twinbank.hal.TrustAnchor;
import io.twinbank.hal.TrustPolicy;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A key that the factory shared with a device: good for firmware, until the first trust set. */
class SharedKeyTest {
    private static final SigningKey SHARED = TestKeys.of(CoseKey.Type.HMAC_256);

    private static Gateway gateway(TrustAnchor shared) throws HalException {
        return new Gateway(board ->
                board.trustPolicy(TrustPolicy.anyOf(TrustBench.anchor("root", Gateway.ROOT_PAIR, Role.ROOT), shared)));
    }

    private final Gateway gateway;

    SharedKeyTest() throws HalException {
        gateway = gateway(SHARED.publicKey().anchor("mac", Role.FIRMWARE));
    }

    @Test
    void offer_macByTheFactorysKey_isInstalled() {
        gateway.board.bootControl().load(BankId.B, 2);
        gateway.offer(Gateway.envelope(11, 2, Gateway.NEW_IMAGE, SHARED));
        gateway.pass(Duration.ofSeconds(6));
        gateway.boot();
        gateway.pass(Duration.ofSeconds(1));

        assertEquals(List.of(new Outcome.Installed(false)), gateway.outcomes());
        assertEquals(BankId.B, gateway.board.bootControl().running());
    }

    @Test
    void offer_macAfterATrustSet_isUnknownKey() {
        believe(gateway, same(1), Gateway.ROOT_KEY);

        Rejection rejection = refused(gateway, Gateway.envelope(11, 2, Gateway.NEW_IMAGE, SHARED));

        assertEquals(RejectReason.UNKNOWN_KEY, rejection.reason());
        assertEquals(SHARED.publicKey().toString(), rejection.found());
    }

    @Test
    void offer_trustManifestWithAMacInPlaceOfTheRootsSignature_isUnknownKey() throws Exception {
        byte[] unsigned = manifest(same(1));
        byte[] withMac = SuitEnvelope.decode(unsigned, Limits.standard()).withSignature(SHARED);

        Rejection rejection = refused(gateway, withMac);

        assertEquals(RejectReason.UNKNOWN_KEY, rejection.reason());
        assertEquals("one of 1 with role ROOT: [" + TrustBench.id(Gateway.ROOT_PAIR) + "]", rejection.expected());
    }

    @Test
    void start_sharedKeyOfAnotherSize_isTheBoardsFault() throws Exception {
        byte[] half = HexFormat.of().parseHex("a30104030520" + "50" + "5e".repeat(16));

        Gateway faulty = gateway(new TrustAnchor("mac", half, Set.of(Role.FIRMWARE)));

        assertEquals("the device", faulty.agent.status().waitingFor());
        assertTrue(
                faulty.events.stream()
                        .anyMatch(
                                event -> event instanceof AgentEvent.Trouble trouble
                                        && trouble.what()
                                                .contains(
                                                        "trust anchor 'mac': shared key: k (-1) of 16 bytes, expected 32 bytes;")),
                faulty.events.toString());
    }
}
