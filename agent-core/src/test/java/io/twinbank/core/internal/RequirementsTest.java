// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.core.Outcome;
import io.twinbank.core.RejectReason;
import io.twinbank.core.Rejection;
import io.twinbank.core.spi.UpdatePolicy;
import io.twinbank.core.suit.Digest;
import io.twinbank.core.suit.EnvelopeBuilder;
import io.twinbank.core.suit.Requirement;
import io.twinbank.core.suit.SuitVersion;
import io.twinbank.core.suit.VersionMatch;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a manifest requires besides is decided when its offer is judged. */
class RequirementsTest {
    private static final EnvelopeBuilder.Image IMAGE = new EnvelopeBuilder.Image(
            Digest.sha256Of(Gateway.NEW_IMAGE), Gateway.NEW_IMAGE.length, "https://updates.example/os.img");
    private static final Requirement.UseBefore BEFORE_2030 =
            new Requirement.UseBefore(Instant.parse("2030-01-01T00:00:00Z").getEpochSecond());

    private final Gateway gateway;

    RequirementsTest() throws Exception {
        gateway = new Gateway();
        gateway.gateOpen = false;
    }

    private static byte[] envelope(Requirement requirement) {
        return Gateway.sign(Gateway.builder(11, 2).image(IMAGE).require(requirement));
    }

    private static Requirement installed(VersionMatch.Order order, Long... version) {
        return new Requirement.InstalledVersion(Gateway.OS, new VersionMatch(order, new SuitVersion(List.of(version))));
    }

    private void ask(UpdatePolicy policy) throws Exception {
        gateway.settings = builder -> builder.updatePolicy(policy);
        gateway.boot();
    }

    private Rejection refused(Requirement requirement) {
        Optional<Outcome> outcome = gateway.offer(envelope(requirement));
        return assertInstanceOf(Outcome.Rejected.class, outcome.orElseThrow()).rejection();
    }

    private void assertTaken(Requirement requirement) {
        assertTrue(gateway.offer(envelope(requirement)).isEmpty(), "taken");
    }

    @Test
    void offer_lastSecondBeforeItIsTooLate_isTaken() {
        gateway.board.clock().synchronise(Instant.parse("2029-12-31T23:59:59Z"));

        assertTaken(BEFORE_2030);
    }

    @Test
    void offer_usedTooLate_isExpired() {
        gateway.board.clock().synchronise(Instant.parse("2030-01-01T00:00:00Z"));

        Rejection rejection = refused(BEFORE_2030);

        assertEquals(RejectReason.EXPIRED, rejection.reason());
        assertEquals("2030-01-01T00:00:00Z", rejection.found());
        assertEquals("use before 2030-01-01T00:00:00Z", rejection.expected());
    }

    @Test
    void offer_dateUnknownAndNobodyToAsk_isUnsupported() {
        Rejection rejection = refused(BEFORE_2030);

        assertEquals(RejectReason.UNSUPPORTED, rejection.reason());
        assertEquals("use before 2030-01-01T00:00:00Z", rejection.expected());
    }

    @Test
    void offer_dateUnknown_isLeftToThePolicy() throws Exception {
        List<Requirement> asked = new ArrayList<>();
        ask(requirement -> {
            asked.add(requirement);
            return UpdatePolicy.Answer.YES;
        });

        assertTaken(BEFORE_2030);

        assertEquals(List.of(BEFORE_2030), asked);
    }

    @Test
    void offer_notAuthorized_isConditionFailed() throws Exception {
        ask(requirement -> UpdatePolicy.Answer.NO);

        Rejection rejection = refused(new Requirement.Authorization(3));

        assertEquals(RejectReason.CONDITION_FAILED, rejection.reason());
        assertEquals("authorization of priority 3", rejection.expected());
    }

    @Test
    void offer_authorizedLater_isTakenWhenItIsMadeAgainAndRefusedOnlyOnceBefore() throws Exception {
        Requirement authorization = new Requirement.Authorization(3);
        List<UpdatePolicy.Answer> answer = new ArrayList<>(List.of(UpdatePolicy.Answer.NO));
        ask(requirement -> answer.get(0));
        refused(authorization);
        refused(authorization);
        assertEquals(1, gateway.outcomes().size(), "told once");

        answer.set(0, UpdatePolicy.Answer.YES);

        assertTaken(authorization);
    }

    @Test
    void offer_policyThatThrows_isUnsupported() throws Exception {
        ask(requirement -> {
            throw new IllegalStateException("no operator");
        });

        assertEquals(
                RejectReason.UNSUPPORTED,
                refused(new Requirement.Authorization(3)).reason());
    }

    @Test
    void offer_versionOfTheRunningImageUnknown_isUnsupported() {
        assertEquals(
                RejectReason.UNSUPPORTED,
                refused(installed(VersionMatch.Order.GREATER_OR_EQUAL, 1L)).reason());
    }
}
