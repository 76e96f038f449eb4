// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal;

import static io.twinbank.core.internal.TrustBench.EXPIRES;
import static io.twinbank.core.internal.TrustBench.ISSUED;
import static io.twinbank.core.internal.TrustBench.believe;
import static io.twinbank.core.internal.TrustBench.refused;
import static io.twinbank.core.internal.TrustBench.same;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.core.Outcome;
import io.twinbank.core.RejectReason;
import io.twinbank.core.Rejection;
import io.twinbank.core.internal.record.Security;
import io.twinbank.core.internal.source.BytesSource;
import io.twinbank.core.spi.PayloadSource;
import io.twinbank.core.spi.UpdatePolicy;
import io.twinbank.core.suit.Digest;
import io.twinbank.core.suit.EnvelopeBuilder;
import io.twinbank.core.suit.Requirement;
import io.twinbank.core.suit.TrustSet;
import io.twinbank.hal.BankId;
import io.twinbank.hal.HalException;
import io.twinbank.hal.contract.FakeClock;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
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
        "100,  99,   0,   0,   0, VALID",
        "100, 100,   0,   0,   0, EXPIRED",
        "100,   0,   0,   0,   0, VALID",
        "100,  -1,   0,   0,   0, CANT_TELL",
        "100,  -1,  99,  99,  99, CANT_TELL",
        "100,  -1, 100,   0,   0, EXPIRED",
        "100,  -1,   0, 100,   0, EXPIRED",
        "100,  -1,   0,   0, 100, EXPIRED",
        "100,  50,  60,   0,   0, CANT_TELL",
        "100,  50,   0,  60,   0, CANT_TELL",
        "100,  50,   0,   0,  60, VALID",
        "100,  50, 100,   0,   0, EXPIRED",
        "100,  50,   0,   0, 100, EXPIRED",
    })
    void judge_dateClockAndFloor(long until, long clock, long built, long kept, long heard, Validity expected) {
        FakeClock time = new FakeClock();
        if (clock >= 0) {
            time.synchronise(Instant.ofEpochSecond(clock));
        }
        TimeFloor floor = new TimeFloor(time, Instant.ofEpochSecond(built));
        floor.hear(Instant.ofEpochSecond(heard));
        floor.hear(Instant.EPOCH);

        assertEquals(
                expected,
                floor.judge(until, new Security(Optional.empty(), 0, List.of(), 0, kept, List.of(), List.of(), 0)));
    }

    @Test
    void offer_useBeforeTheAgentWasBuilt_isExpiredWithoutAClock() throws Exception {
        Instant built = Instant.parse("2026-11-01T00:00:00Z");
        gateway.settings = builder -> builder.buildTime(built).updatePolicy(requirement -> UpdatePolicy.Answer.YES);
        gateway.boot();

        Rejection rejection = refused(gateway, usableBefore(built.getEpochSecond()));

        assertEquals(RejectReason.EXPIRED, rejection.reason());
        assertEquals("2026-11-01T00:00:00Z", rejection.found());
        assertTrue(gateway.offer(usableBefore(built.getEpochSecond() + 1)).isEmpty(), "left to the policy");
    }

    @Test
    void buildTime_byDefault_isWhenTheAgentWasBuilt() {
        assertTrue(BuildTime.ofThisAgent().isAfter(Instant.parse("2026-01-01T00:00:00Z")), "the resource is filled in");
    }

    /** Serves as the gateway's own source does, and says what time it is. */
    private static PayloadSource dated(Instant date) {
        PayloadSource source = new BytesSource(Gateway.NEW_IMAGE);
        return new PayloadSource() {
            @Override
            public boolean serves(URI uri) {
                return true;
            }

            @Override
            public Stream open(Request request) throws IOException {
                Stream stream = source.open(request);
                return new Stream() {
                    @Override
                    public int read(ByteBuffer dst) throws IOException {
                        return stream.read(dst);
                    }

                    @Override
                    public Optional<String> validator() {
                        return stream.validator();
                    }

                    @Override
                    public Optional<Instant> date() {
                        return Optional.of(date);
                    }

                    @Override
                    public void close() {
                        stream.close();
                    }
                };
            }
        };
    }

    /** One that lies must not expire everything for good. */
    @Test
    void offer_useBeforeWhatAServerSaid_isExpiredUntilTheNextStart() throws Exception {
        Instant said = Instant.parse("2037-01-01T00:00:00Z");
        byte[] usable = usableBefore(said.getEpochSecond());
        gateway.settings =
                builder -> builder.payloadSource(dated(said)).updatePolicy(requirement -> UpdatePolicy.Answer.YES);
        gateway.boot();
        gateway.board.bootControl().load(BankId.B, 2);
        gateway.offer(Gateway.newEnvelope());

        Rejection rejection = refused(gateway, usable);
        gateway.boot();
        Optional<Outcome> afterwards = gateway.offer(usable);

        assertEquals(RejectReason.EXPIRED, rejection.reason());
        assertEquals("2037-01-01T00:00:00Z", rejection.found());
        assertTrue(afterwards.isEmpty(), "taken: " + afterwards);
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
        return Gateway.sign(Gateway.builder(12, 2)
                .image(new EnvelopeBuilder.Image(
                        Digest.sha256Of(Gateway.NEW_IMAGE), Gateway.NEW_IMAGE.length, "https://updates.example/os.img"))
                .require(new Requirement.UseBefore(seconds)));
    }
}
