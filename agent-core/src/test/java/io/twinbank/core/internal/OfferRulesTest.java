// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.core.AgentEvent;
import io.twinbank.core.Outcome;
import io.twinbank.core.RejectReason;
import io.twinbank.core.Rejection;
import io.twinbank.core.suit.Digest;
import io.twinbank.core.suit.EnvelopeBuilder;
import io.twinbank.core.suit.Uuids;
import io.twinbank.hal.CounterId;
import io.twinbank.hal.HalException;
import io.twinbank.hal.StateKey;
import io.twinbank.hal.StateStore;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** One test for each reason that the engine itself has to refuse an offer, with its numbers. */
class OfferRulesTest {
    @Test
    void offer_notNewerThanTheInstalledOne_isSequenceTooLow() throws Exception {
        Rejection rejection = refused(new Gateway(), Gateway.envelope(10, 2, Gateway.NEW_IMAGE));

        assertEquals(RejectReason.SEQUENCE_TOO_LOW, rejection.reason());
        assertEquals("10", rejection.found());
        assertEquals("more than 10", rejection.expected());
    }

    @Test
    void offer_sequenceBeyondTheLimit_isSequenceJumpUnlessRootSigned() throws Exception {
        Gateway gateway = new Gateway();
        gateway.gateOpen = false;
        gateway.settings = builder -> builder.maxSequenceStep(100);
        gateway.boot();

        Rejection rejection = refused(gateway, Gateway.envelope(111, 2, Gateway.NEW_IMAGE));
        Optional<Outcome> byRoot = gateway.offer(Gateway.envelope(112, 2, Gateway.NEW_IMAGE, Gateway.ROOT_KEY));

        assertEquals(RejectReason.SEQUENCE_JUMP, rejection.reason());
        assertEquals("111", rejection.found());
        assertEquals("at most 110", rejection.expected());
        assertTrue(byRoot.isEmpty(), "taken");
    }

    @Test
    void offer_belowTheCounter_isSecurityVersionTooLow() throws Exception {
        Rejection rejection = refused(new Gateway(), Gateway.envelope(11, 0, Gateway.NEW_IMAGE));

        assertEquals(RejectReason.SECURITY_VERSION_TOO_LOW, rejection.reason());
        assertEquals("0", rejection.found());
        assertEquals("at least 1", rejection.expected());
    }

    @Test
    void offer_securityVersionBeyondTheStep_isThresholdNotMetUnlessRootSigned() throws Exception {
        Gateway gateway = new Gateway();
        gateway.gateOpen = false;

        Rejection rejection = refused(gateway, Gateway.envelope(11, 3, Gateway.NEW_IMAGE));
        Optional<Outcome> byRoot = gateway.offer(Gateway.envelope(12, 3, Gateway.NEW_IMAGE, Gateway.ROOT_KEY));

        assertEquals(RejectReason.THRESHOLD_NOT_MET, rejection.reason());
        assertEquals("3", rejection.found());
        assertEquals("at most 2", rejection.expected());
        assertTrue(byRoot.isEmpty(), "taken");
    }

    @Test
    void offer_counterAtItsEnd_isCounterExhausted() throws Exception {
        Rejection rejection = refused(new Gateway(board -> board.counterLimit(1)), Gateway.newEnvelope());

        assertEquals(RejectReason.COUNTER_EXHAUSTED, rejection.reason());
        assertEquals("2", rejection.found());
        assertEquals("at most 1", rejection.expected());
    }

    @Test
    void offer_imageLargerThanTheBank_isTooLarge() throws Exception {
        long capacity = 1 << 20;
        EnvelopeBuilder.Image image = new EnvelopeBuilder.Image(
                Digest.sha256Of(Gateway.NEW_IMAGE), capacity + 1, "https://updates.example/os.img");

        Rejection rejection =
                refused(new Gateway(), Gateway.sign(Gateway.builder(11, 2).image(image)));

        assertEquals(RejectReason.TOO_LARGE, rejection.reason());
        assertEquals(String.valueOf(capacity + 1), rejection.found());
        assertEquals("at most " + capacity + " bytes", rejection.expected());
    }

    @Test
    void offer_envelopeLargerThanARecord_isLimitExceeded() throws Exception {
        Gateway gateway = new Gateway(board -> board.smallPart());
        int limit = gateway.board.stateStore().maxRecordBytes();
        byte[] payload = new byte[limit];
        EnvelopeBuilder.Image image = new EnvelopeBuilder.Image(Digest.sha256Of(payload), payload.length, "#image");

        Rejection rejection = refused(
                gateway, Gateway.sign(Gateway.builder(11, 2).image(image).integratedPayload("#image", payload)));

        assertEquals(RejectReason.LIMIT_EXCEEDED, rejection.reason());
        assertTrue(Integer.parseInt(rejection.found()) > limit, rejection.found());
        assertEquals("at most " + limit + " bytes", rejection.expected());
    }

    @Test
    void offer_wrongVendorClassOrDevice_saysWhich() throws Exception {
        Gateway gateway = new Gateway();
        EnvelopeBuilder.Image image = new EnvelopeBuilder.Image(
                Digest.sha256Of(Gateway.NEW_IMAGE), Gateway.NEW_IMAGE.length, "https://updates.example/os.img");
        byte[] otherClass = Gateway.sign(
                new EnvelopeBuilder(Gateway.OS, 11, Gateway.VENDOR, Uuids.classId(Gateway.VENDOR, "gateway-2"))
                        .securityVersion(2)
                        .image(image));
        byte[] otherVendor =
                Gateway.sign(new EnvelopeBuilder(Gateway.OS, 12, Uuids.vendorId("other.example"), Gateway.CLASS)
                        .securityVersion(2)
                        .image(image));
        byte[] otherDevice = Gateway.sign(Gateway.builder(13, 2)
                .deviceId(Uuids.deviceId(Gateway.CLASS, "0002"))
                .image(image));

        assertEquals(RejectReason.WRONG_CLASS, refused(gateway, otherClass).reason());
        assertEquals(RejectReason.WRONG_VENDOR, refused(gateway, otherVendor).reason());
        assertEquals(RejectReason.WRONG_DEVICE, refused(gateway, otherDevice).reason());
        assertEquals(3, gateway.outcomes().size());
    }

    @Test
    void offer_unacceptableTwice_isStoredOnce() throws Exception {
        Gateway gateway = new Gateway();
        byte[] envelope = Gateway.envelope(10, 2, Gateway.NEW_IMAGE);
        Rejection first = refused(gateway, envelope);
        gateway.board.trace().clear();

        Rejection second = refused(gateway, envelope);

        assertEquals(first, second);
        assertEquals(List.of(), gateway.board.trace().steps());
        assertEquals(1, gateway.outcomes().size());
    }

    @Test
    void offer_notAuthentic_writesNothingAndIsToldOnce() throws Exception {
        Gateway gateway = new Gateway();
        byte[] forged = Gateway.newEnvelope();
        forged[forged.length - 1] ^= 1;
        gateway.board.trace().clear();

        for (int i = 0; i < 100; i++) {
            refused(gateway, forged);
        }

        assertEquals(List.of(), gateway.board.trace().steps());
        assertEquals(100, gateway.agent.status().notAuthentic());
        assertEquals(
                1,
                gateway.events.stream()
                        .filter(AgentEvent.NotAuthentic.class::isInstance)
                        .count());
    }

    @Test
    void offer_counterUnreadable_isParkedAndJudgedLater() throws Exception {
        Gateway gateway = new Gateway();
        gateway.board.trace().failNext("read " + CounterId.SECURITY_VERSION, HalException.Kind.IO);

        Optional<Outcome> answer = gateway.offer(Gateway.newEnvelope());

        assertTrue(answer.isEmpty());
        StateStore.Loaded journal = gateway.board.stateStore().load(StateKey.JOURNAL);
        assertInstanceOf(StateStore.Found.class, journal);
    }

    private static Rejection refused(Gateway gateway, byte[] envelope) {
        Optional<Outcome> outcome = gateway.offer(envelope);
        return assertInstanceOf(Outcome.Rejected.class, outcome.orElseThrow()).rejection();
    }
}
