// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal;

import static io.twinbank.core.internal.TrustBench.EXPIRES;
import static io.twinbank.core.internal.TrustBench.ISSUED;
import static io.twinbank.core.internal.TrustBench.believe;
import static io.twinbank.core.internal.TrustBench.refused;
import static io.twinbank.core.internal.TrustBench.same;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.core.RejectReason;
import io.twinbank.core.Rejection;
import io.twinbank.core.spi.UpdatePolicy;
import io.twinbank.core.suit.Digest;
import io.twinbank.core.suit.EnvelopeBuilder;
import io.twinbank.core.suit.Requirement;
import io.twinbank.core.suit.TrustSet;
import io.twinbank.hal.BankId;
import io.twinbank.hal.HalException;
import io.twinbank.hal.contract.FakeClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What has expired, on devices that know the date, don't know it, or know it wrongly. */
class ValidityTest {
    private final Gateway gateway;

    ValidityTest() throws HalException {
        gateway = TrustBench.gateway();
        gateway.gateOpen = false;
    }

    @ParameterizedTest
    @CsvSource({
        "100,  99,  0, VALID",
        "100, 100,  0, EXPIRED",
        "100,   0,  0, VALID",
        "100,  -1,  0, CANT_TELL",
        "100,  -1, 99, CANT_TELL",
        "100,  -1, 100, EXPIRED",
        "100,  50, 60, CANT_TELL",
        "100,  50, 100, EXPIRED",
    })
    void of_dateClockAndFloor(long until, long clock, long floor, Validity expected) {
        FakeClock time = new FakeClock();
        if (clock >= 0) {
            time.synchronise(Instant.ofEpochSecond(clock));
        }

        assertEquals(expected, Validity.of(until, time, floor));
    }

    @Test
    void offer_setExpired_firmwareIsRefusedUntilTheSuccessorComes() {
        believe(gateway, same(1), Gateway.ROOT_KEY);
        gateway.board.clock().synchronise(Instant.ofEpochSecond(EXPIRES));

        Rejection rejection = refused(gateway, Gateway.newEnvelope());
        believe(gateway, longer(2), Gateway.ROOT_KEY);
        gateway.board.bootControl().load(BankId.B, 2);
        gateway.gateOpen = true;
        gateway.offer(Gateway.newEnvelope());
        gateway.pass(Duration.ofSeconds(6));

        assertEquals(RejectReason.EXPIRED, rejection.reason());
        assertEquals("2096-10-02T07:06:40Z", rejection.found());
        assertEquals("before 2096-10-02T07:06:40Z", rejection.expected());
        assertEquals(1, gateway.board.resetControl().resets(), "tried after the successor");
    }

    private static TrustSet longer(long version) {
        TrustSet set = same(version);
        return new TrustSet(version, set.issued(), EXPIRES + 1, set.policy(), List.of());
    }

    @Test
    void offer_setThatLastsASecondLonger_isTaken() {
        believe(gateway, same(1), Gateway.ROOT_KEY);
        gateway.board.clock().synchronise(Instant.ofEpochSecond(EXPIRES - 1));

        assertTrue(gateway.offer(Gateway.newEnvelope()).isEmpty(), "taken");
    }

    @Test
    void offer_clockUnknown_setHolds() {
        believe(gateway, same(1), Gateway.ROOT_KEY);

        assertTrue(gateway.offer(Gateway.newEnvelope()).isEmpty(), "taken");
    }

    @Test
    void offer_useBeforeTheSetWasIssued_isExpiredWithoutAClockAlsoAfterAReset() throws Exception {
        gateway.settings = builder -> builder.updatePolicy(requirement -> UpdatePolicy.Answer.YES);
        believe(gateway, same(1), Gateway.ROOT_KEY);
        gateway.boot();

        Rejection rejection = refused(gateway, usableBefore(ISSUED));

        assertEquals(RejectReason.EXPIRED, rejection.reason());
        assertEquals("2023-11-14T22:13:20Z", rejection.found());
        assertTrue(gateway.offer(usableBefore(ISSUED + 1)).isEmpty(), "left to the policy, which takes it");
    }

    @Test
    void offer_clockEarlierThanTheSet_isNotBelieved() throws Exception {
        believe(gateway, same(1), Gateway.ROOT_KEY);
        gateway.board.clock().synchronise(Instant.EPOCH);

        assertEquals(
                RejectReason.EXPIRED, refused(gateway, usableBefore(ISSUED)).reason());
    }

    private static byte[] usableBefore(long seconds) {
        return Gateway.sign(Gateway.builder(11, 2)
                .image(new EnvelopeBuilder.Image(
                        Digest.sha256Of(Gateway.NEW_IMAGE), Gateway.NEW_IMAGE.length, "https://updates.example/os.img"))
                .require(new Requirement.UseBefore(seconds)));
    }
}
