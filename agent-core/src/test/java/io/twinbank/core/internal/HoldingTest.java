// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.core.AgentEvent;
import io.twinbank.core.Cause;
import io.twinbank.core.Offer;
import io.twinbank.core.Outcome;
import io.twinbank.core.UpdateState;
import io.twinbank.core.command.Command;
import io.twinbank.core.command.Order;
import io.twinbank.core.command.Recipient;
import io.twinbank.core.command.SignedCommand;
import io.twinbank.core.cose.SigningKey;
import io.twinbank.core.policy.Consent;
import io.twinbank.core.policy.Forecast;
import io.twinbank.core.policy.Link;
import io.twinbank.core.policy.Phase;
import io.twinbank.core.policy.PhaseRule;
import io.twinbank.core.policy.Restriction;
import io.twinbank.core.policy.SitePolicy;
import io.twinbank.core.policy.Standing;
import io.twinbank.core.spi.PayloadSource;
import io.twinbank.core.spi.SelfTest;
import io.twinbank.core.spi.SiteConditions;
import io.twinbank.core.spi.UpdateTransport;
import io.twinbank.core.suit.Limits;
import io.twinbank.core.suit.SuitEnvelope;
import io.twinbank.hal.BankId;
import io.twinbank.hal.Role;
import io.twinbank.hal.StateKey;
import io.twinbank.hal.TrustAnchor;
import io.twinbank.hal.TrustPolicy;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Row 2e, and what the site's policy does to a download, an arming and a reset that are under way. */
class HoldingTest {
    private static final Instant MONDAY_NOON = Instant.parse("2027-03-01T12:00:00Z");
    private static final Instant MONTHS_END = Instant.parse("2027-03-31T00:00:00Z");
    private static final SitePolicy NIGHTS = SitePolicy.builder()
            .zone(ZoneId.of("UTC"))
            .rule(Phase.DOWNLOAD, PhaseRule.open().in("Mon-Sun 22:00-04:00"))
            .build();

    private final Gateway gateway;
    private final KeyPair operator;

    HoldingTest() throws Exception {
        operator = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        gateway = new Gateway(board -> board.trustPolicy(TrustPolicy.anyOf(
                new TrustAnchor("maker", Gateway.FIRMWARE_PAIR.getPublic().getEncoded(), Set.of(Role.FIRMWARE)),
                new TrustAnchor("operator", operator.getPublic().getEncoded(), Set.of(Role.COMMAND)))));
    }

    private void boot(SitePolicy policy) {
        boot(policy, new SiteConditions() {});
    }

    private void boot(SitePolicy policy, SiteConditions conditions) {
        gateway.settings = builder -> builder.sitePolicy(policy).siteConditions(conditions);
        restart(MONDAY_NOON);
    }

    private void restart(Instant now) {
        gateway.boot();
        gateway.board.clock().synchronise(now);
        gateway.board.trace().clear();
    }

    /** Lets time pass as it does: clock and tasks together. */
    private void pass(Duration time) {
        Duration step = time.toDays() > 1 ? Duration.ofMinutes(10) : Duration.ofSeconds(15);
        for (Duration left = time; !left.isZero(); left = left.minus(left.compareTo(step) < 0 ? left : step)) {
            gateway.pass(left.compareTo(step) < 0 ? left : step);
        }
    }

    private UpdateState state() {
        return gateway.agent.status().state();
    }

    private String waitingFor() {
        return gateway.agent.status().waitingFor();
    }

    private Standing standing() {
        try {
            return new Records(gateway.board.stateStore()).standing();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void offer_outsideTheWindow_waitsInMemoryAndSaysUntilWhen() {
        boot(NIGHTS);
        AtomicBoolean settled = new AtomicBoolean();

        ((OtaAgentImpl) gateway.agent).offered(new Offer.Envelope(Gateway.newEnvelope()), () -> settled.set(true));
        pass(Duration.ofMinutes(5));

        assertEquals(UpdateState.IDLE, state());
        assertTrue(settled.get(), "acknowledged, for it may wait for days");
        assertEquals(
                "waiting to download until Mon 22:00 (UTC), when the window Mon-Sun 22:00-04:00 opens", waitingFor());
        assertTrue(
                gateway.agent.explain().contains("Waiting to download until Mon 22:00 (UTC)"), gateway.agent.explain());
        assertEquals(List.of("store POLICY"), gateway.steps(), "since when it waits, and nothing else");
    }

    @Test
    void status_whileAnOfferWaits_isSentOnceWithWhatItWaitsFor() {
        Statuses operator = new Statuses();
        gateway.settings = builder -> builder.sitePolicy(NIGHTS).transport(operator);
        restart(MONDAY_NOON);
        operator.sent.clear();

        gateway.offer(Gateway.newEnvelope());
        pass(Duration.ofHours(2));

        assertEquals(1, operator.sent.size(), operator.sent.toString());
        assertTrue(
                operator.sent.get(0).contains("\"waitingFor\":\"waiting to download until Mon 22:00 (UTC)"),
                operator.sent.toString());
    }

    private static final class Statuses implements UpdateTransport {
        final List<String> sent = new ArrayList<>();

        @Override
        public void start(Listener listener) {
            listener.online();
        }

        @Override
        public CompletionStage<Void> send(Report report) {
            if (report.kind() == ReportKind.STATUS) {
                sent.add(new String(report.json(), StandardCharsets.UTF_8));
            }
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void close() {}
    }

    @Test
    void offer_whenTheWindowOpens_isTakenUp() throws Exception {
        boot(NIGHTS);
        gateway.board.bootControl().load(BankId.B, 2);
        gateway.offer(Gateway.newEnvelope());

        pass(Duration.ofHours(9).plusMinutes(59));
        assertEquals(UpdateState.IDLE, state());
        pass(Duration.ofMinutes(2));

        assertEquals(UpdateState.ARMED, state());
    }

    @Test
    void offer_ofADeviceThatIsntAmongTheFirst_waitsUntilACommandRaisesTheRollout() throws Exception {
        boot(SitePolicy.open());
        byte[] envelope = Gateway.sign(Gateway.builder(11, 2)
                .image(Gateway.remote(Gateway.OS, Gateway.NEW_IMAGE))
                .rollout(0));
        gateway.board.bootControl().load(BankId.B, 2);

        gateway.offer(envelope);
        pass(Duration.ofDays(2));
        assertEquals(UpdateState.IDLE, state());
        assertTrue(waitingFor().startsWith("waiting to download until the rollout, now at 0 %"), waitingFor());
        command(new Command.Rollout(
                SuitEnvelope.decode(envelope, Limits.standard()).manifestDigest(), 10_000));

        assertEquals(UpdateState.ARMED, state());
    }

    private void command(Command command) throws Exception {
        Order order = new Order(
                1, Instant.parse("2030-01-01T00:00:00Z").getEpochSecond(), Recipient.device("gateway-0001"), command);
        gateway.agent.command(SignedCommand.sign(order, SigningKey.of(operator.getPrivate(), operator.getPublic())));
        pass(Duration.ofSeconds(10));
    }

    @Test
    void download_whenTheLinkBecomesMetered_stopsAndGoesOnAtItsCheckpoint() throws Exception {
        Slow source = new Slow();
        AtomicBoolean metered = new AtomicBoolean();
        SitePolicy policy = SitePolicy.builder()
                .rule(Phase.DOWNLOAD, PhaseRule.open().unmetered())
                .build();
        gateway.settings = builder -> builder.sitePolicy(policy)
                .payloadSource(source)
                .checkpointBytes(4096)
                .siteConditions(new SiteConditions() {
                    @Override
                    public Link link() {
                        return metered.get() ? Link.METERED : Link.UNMETERED;
                    }
                });
        gateway.boot();
        gateway.board.bootControl().load(BankId.B, 2);

        source.stopAt = 9000;
        gateway.offer(Gateway.newEnvelope());
        metered.set(true);
        pass(Duration.ofMinutes(1));
        assertEquals(UpdateState.DOWNLOADING, state());
        assertEquals("waiting to download until the link isn't metered", waitingFor());
        long before = source.served.get();
        pass(Duration.ofHours(5));
        assertEquals(before, source.served.get(), "nothing comes over a metered link");
        source.stopAt = Long.MAX_VALUE;
        metered.set(false);
        pass(Duration.ofMinutes(2));

        assertEquals(UpdateState.ARMED, state());
        assertTrue(source.lastOffset.get() >= 4096, "went on at " + source.lastOffset.get());
        assertEquals("reset", waitingFor(), "and no longer for what has passed");
    }

    @Test
    void download_beyondTheMonthsBytes_waitsForTheNextMonth() throws Exception {
        SitePolicy policy =
                SitePolicy.builder().zone(ZoneId.of("UTC")).budget(30_000).build();
        gateway.settings = builder -> builder.sitePolicy(policy).payloadSource(new Slow());
        restart(MONTHS_END);
        gateway.board.bootControl().load(BankId.B, 2);
        gateway.offer(Gateway.newEnvelope());
        pass(Duration.ofSeconds(10));
        assertEquals(UpdateState.ARMED, state());
        assertEquals(20_000, standing().bytesThisMonth(), "what was reserved too much came back");
        gateway.selfTest = SelfTest.Result.fail("no");
        restart(MONTHS_END.plus(Duration.ofHours(1)));
        pass(Duration.ofMinutes(1));
        restart(MONTHS_END.plus(Duration.ofHours(2)));
        gateway.selfTest = SelfTest.Result.pass();

        gateway.offer(Gateway.envelope(12, 2, Gateway.NEW_IMAGE));
        pass(Duration.ofMinutes(1));

        assertEquals(UpdateState.IDLE, state());
        assertTrue(
                waitingFor().contains("Thu 00:00 (UTC), when another month's budget of 30000 bytes begins: 10000"),
                waitingFor());
        pass(Duration.ofHours(23));
        assertEquals(UpdateState.ARMED, state());
    }

    @Test
    void download_eachPart_isBookedBeforeItIsFetched() throws Exception {
        Slow source = new Slow();
        AtomicLong booked = new AtomicLong();
        SitePolicy policy = SitePolicy.builder().budget(1_000_000).build();
        gateway.settings = builder -> builder.sitePolicy(policy).payloadSource(source);
        gateway.boot();
        source.beforeRead = () -> {
            booked.set(standing().bytesThisMonth());
            assertTrue(booked.get() > source.served.get(), booked + " booked, " + source.served + " fetched");
        };
        gateway.board.bootControl().load(BankId.B, 2);

        gateway.offer(Gateway.newEnvelope());
        pass(Duration.ofSeconds(10));

        assertEquals(UpdateState.ARMED, state());
        assertTrue(booked.get() >= 20_000, booked + " booked");
    }

    @Test
    void download_withALimit_takesAsLongAsThatSays() throws Exception {
        SitePolicy policy = SitePolicy.builder().bytesPerSecond(1000).build();
        gateway.settings = builder -> builder.sitePolicy(policy).payloadSource(new Slow());
        restart(MONDAY_NOON);
        gateway.board.bootControl().load(BankId.B, 2);

        gateway.offer(Gateway.newEnvelope());
        bySeconds(15);
        assertEquals(UpdateState.DOWNLOADING, state(), "20,000 bytes take 20 s");
        bySeconds(15);

        assertEquals(UpdateState.ARMED, state());
    }

    private void bySeconds(int seconds) {
        for (int i = 0; i < seconds; i++) {
            gateway.pass(Duration.ofSeconds(1));
        }
    }

    @Test
    void arming_outsideTheWindow_waitsWithTheGoodImage() throws Exception {
        boot(SitePolicy.builder()
                .zone(ZoneId.of("UTC"))
                .rule(Phase.RESET, PhaseRule.open().in("Sat-Sun 00:00-24:00"))
                .build());
        gateway.board.clock().synchronise(MONDAY_NOON.plus(Duration.ofDays(4)));
        gateway.board.bootControl().load(BankId.B, 2);
        gateway.offer(Gateway.newEnvelope());

        pass(Duration.ofHours(2));
        assertEquals(UpdateState.STAGED, state());
        assertEquals(
                "waiting to restart until Sat 00:00 (UTC), when the window Sat,Sun 00:00-24:00 opens", waitingFor());
        pass(Duration.ofHours(10).plusMinutes(1));

        assertEquals(UpdateState.ARMED, state());
    }

    @Test
    void arming_envelopeLost_endsWithoutARestart() throws Exception {
        boot(SitePolicy.builder()
                .zone(ZoneId.of("UTC"))
                .rule(Phase.RESET, PhaseRule.open().in("Sat-Sun 00:00-24:00"))
                .build());
        gateway.board.bootControl().load(BankId.B, 2);
        gateway.offer(Gateway.newEnvelope());
        pass(Duration.ofSeconds(10));
        assertEquals(UpdateState.STAGED, state());

        gateway.board.stateStore().delete(StateKey.MANIFEST_B);
        restart(MONDAY_NOON);
        pass(Duration.ofSeconds(10));

        assertEquals(UpdateState.IDLE, state());
        assertEquals(
                List.of(new Outcome.Failed(
                        Cause.UNKNOWN, Optional.empty(), "the stored envelope of the update was lost")),
                gateway.agent.status().lastOutcome().stream().toList());
    }

    @Test
    void armed_envelopeLost_isDisarmedAndEndsWithoutARestart() throws Exception {
        boot(SitePolicy.builder()
                .zone(ZoneId.of("UTC"))
                .rule(Phase.RESET, PhaseRule.open().in("Mon-Sun 00:00-24:00"))
                .build());
        gateway.board.bootControl().load(BankId.B, 2);
        gateway.offer(Gateway.newEnvelope());
        pass(Duration.ofSeconds(10));
        assertEquals(UpdateState.ARMED, state());
        long resets = gateway.board.resetControl().resets();

        gateway.board.stateStore().delete(StateKey.MANIFEST_B);
        gateway.board.trace().clear();
        gateway.start();
        pass(Duration.ofSeconds(10));

        assertEquals(UpdateState.IDLE, state());
        assertTrue(gateway.steps().contains("disarm"), gateway.steps().toString());
        assertEquals(resets, gateway.board.resetControl().resets());
        assertEquals(
                List.of(new Outcome.Failed(
                        Cause.UNKNOWN, Optional.empty(), "the stored envelope of the update was lost")),
                gateway.agent.status().lastOutcome().stream().toList());
    }

    @Test
    void arming_envelopeLostAndGateShut_waitsForTheGate() throws Exception {
        gateway.gateOpen = false;
        gateway.boot();
        gateway.board.bootControl().load(BankId.B, 2);
        gateway.offer(Gateway.newEnvelope());
        pass(Duration.ofSeconds(10));

        gateway.board.stateStore().delete(StateKey.MANIFEST_B);
        restart(MONDAY_NOON);
        pass(Duration.ofMinutes(1));

        assertEquals(UpdateState.STAGED, state());
        assertEquals("waiting to restart until the gate 'install gate' opens", waitingFor());
    }

    @Test
    void arming_anEmergency_passesWhatThePolicyListsAndSaysSo() throws Exception {
        boot(SitePolicy.builder()
                .zone(ZoneId.of("UTC"))
                .rule(Phase.RESET, PhaseRule.open().in("Sat-Sun 00:00-24:00"))
                .emergencyPasses(Restriction.WINDOW)
                .build());
        gateway.board.bootControl().load(BankId.B, 2);

        gateway.offer(Gateway.sign(Gateway.builder(11, 2)
                .image(Gateway.remote(Gateway.OS, Gateway.NEW_IMAGE))
                .emergency()));
        pass(Duration.ofSeconds(10));

        assertEquals(UpdateState.ARMED, state());
        assertTrue(
                gateway.events.stream()
                        .anyMatch(event -> event instanceof AgentEvent.Passed passed
                                && passed.what().startsWith("passed by an emergency: waiting to restart until Sat")),
                gateway.events.toString());
    }

    @Test
    void consent_isAskedForOnce_alsoAfterARestart() throws Exception {
        SitePolicy policy = SitePolicy.builder()
                .zone(ZoneId.of("UTC"))
                .rule(Phase.RESET, PhaseRule.open().withConsent().in("Sat-Sun 00:00-24:00"))
                .consent(new Consent(Duration.ofDays(3), 2, Duration.ofHours(8)))
                .build();
        boot(policy);
        gateway.board.bootControl().load(BankId.B, 2);
        gateway.offer(Gateway.newEnvelope());
        pass(Duration.ofMinutes(1));
        assertTrue(waitingFor().contains("unless somebody consents before"), waitingFor());

        gateway.agent.consent();
        pass(Duration.ofMinutes(1));
        restart(MONDAY_NOON);
        pass(Duration.ofMinutes(1));

        assertEquals(UpdateState.STAGED, state());
        assertTrue(waitingFor().startsWith("waiting to restart until Sat 00:00"), waitingFor());
    }

    @Test
    void defer_moreOftenThanAllowed_isRefusedWithTheNumbers() throws Exception {
        boot(SitePolicy.builder()
                .rule(Phase.RESET, PhaseRule.open().withConsent())
                .consent(new Consent(Duration.ofDays(3), 1, Duration.ofHours(8)))
                .build());
        gateway.offer(Gateway.newEnvelope());
        pass(Duration.ofMinutes(1));

        defer(Duration.ofHours(8));
        assertTrue(waitingFor().contains("to which somebody postponed it (1 of at most 1 times)"), waitingFor());
        Throwable refused = assertThrows(CompletionException.class, () -> defer(Duration.ofHours(1)))
                .getCause();

        assertInstanceOf(IllegalStateException.class, refused);
        assertEquals("it was postponed 1 times, and may be at most 1 times", refused.getMessage());
    }

    private void defer(Duration by) {
        var answer = gateway.agent.defer(by).toCompletableFuture();
        pass(Duration.ofSeconds(10));
        answer.join();
    }

    @Test
    void gate_ofADownload_isNamedWhileItIsShut() throws Exception {
        AtomicBoolean shift = new AtomicBoolean(true);
        gateway.settings = builder -> builder.gate(Phase.DOWNLOAD, "the shift's end", () -> !shift.get());
        gateway.boot();
        gateway.board.bootControl().load(BankId.B, 2);

        gateway.offer(Gateway.newEnvelope());
        assertEquals("waiting to download until the gate 'the shift's end' opens", waitingFor());
        shift.set(false);
        pass(Duration.ofMinutes(1));

        assertEquals(UpdateState.ARMED, state());
    }

    @Test
    void offer_newerThanOneThatWaits_takesItsPlaceAndItsWaitingTime() throws Exception {
        boot(SitePolicy.builder()
                .zone(ZoneId.of("UTC"))
                .rule(Phase.DOWNLOAD, PhaseRule.open().in("Sun 03:00-04:00"))
                .deadline(Duration.ofHours(48))
                .build());
        gateway.board.bootControl().load(BankId.B, 2);
        gateway.offer(Gateway.newEnvelope());
        pass(Duration.ofHours(47));

        gateway.offer(Gateway.envelope(12, 2, Gateway.NEW_IMAGE));
        pass(Duration.ofMinutes(59));
        assertEquals(UpdateState.IDLE, state());
        pass(Duration.ofMinutes(3));

        assertEquals(UpdateState.ARMED, state());
        assertEquals(12, journalSequence());
    }

    private long journalSequence() throws Exception {
        return new Records(gateway.board.stateStore())
                .journal()
                .value()
                .orElseThrow()
                .sequence();
    }

    @Test
    void restart_ofADeviceThatWaited_countsOnAndNotAnew() throws Exception {
        SitePolicy policy = SitePolicy.builder()
                .zone(ZoneId.of("UTC"))
                .rule(Phase.RESET, PhaseRule.open().in("Sun 03:00-04:00"))
                .deadline(Duration.ofHours(48))
                .build();
        boot(policy);
        gateway.board.bootControl().load(BankId.B, 2);
        gateway.offer(Gateway.newEnvelope());
        pass(Duration.ofHours(40));
        assertEquals(UpdateState.STAGED, state());

        gateway.boot();
        pass(Duration.ofHours(7)); // without a clock, so that only counted time helps
        assertEquals(UpdateState.STAGED, state());
        pass(Duration.ofHours(2));

        assertEquals(UpdateState.ARMED, state());
    }

    @Test
    void forecast_whatThenHappens_isWhatItSaid() throws Exception {
        boot(NIGHTS);
        gateway.board.bootControl().load(BankId.B, 2);
        gateway.offer(Gateway.newEnvelope());

        var answer = gateway.agent.forecast(Duration.ofDays(7), 0).toCompletableFuture();
        pass(Duration.ofSeconds(1));
        Forecast forecast = answer.join();

        assertEquals(Phase.DOWNLOAD, forecast.steps().get(0).phase());
        Instant downloads = forecast.steps().get(0).at().orElseThrow();
        assertEquals(Instant.parse("2027-03-01T22:00:00Z"), downloads);
        pass(Duration.between(gateway.board.clock().wallClock().orElseThrow(), downloads)
                .plusMinutes(1));
        assertEquals(UpdateState.ARMED, state());
    }

    @Test
    void update_thatEnded_isWaitedForNoMore() throws Exception {
        boot(NIGHTS);
        gateway.board.bootControl().load(BankId.B, 2);
        gateway.offer(Gateway.newEnvelope());
        pass(Duration.ofHours(10).plusMinutes(5));
        assertTrue(standing().waitingFor().isPresent());

        restart(MONDAY_NOON.plus(Duration.ofDays(1)));
        pass(Duration.ofMinutes(1));
        assertEquals(
                Optional.of(new Outcome.Installed(false)),
                gateway.agent.status().lastOutcome());
        gateway.offer(Gateway.envelope(12, 2, Gateway.OLD_IMAGE));

        assertEquals(Duration.ZERO, standing().waited());
    }

    @Test
    void policy_thatRestrictsNothing_storesNothing() throws Exception {
        boot(SitePolicy.open());
        gateway.board.bootControl().load(BankId.B, 2);
        gateway.offer(Gateway.newEnvelope());
        pass(Duration.ofSeconds(10));

        assertEquals(UpdateState.ARMED, state());
        assertFalse(
                gateway.steps().contains("store " + StateKey.POLICY),
                gateway.steps().toString());
    }

    /** Serves the new image in small reads; a read beyond {@link #stopAt} breaks. */
    private static final class Slow implements PayloadSource {
        final AtomicLong served = new AtomicLong();
        final AtomicLong lastOffset = new AtomicLong();
        long stopAt = Long.MAX_VALUE;
        Runnable beforeRead = () -> {};

        @Override
        public boolean serves(URI uri) {
            return true;
        }

        @Override
        public Stream open(Request request) {
            lastOffset.set(request.offset());
            return new Stream() {
                private int at = (int) request.offset();

                @Override
                public int read(ByteBuffer dst) throws IOException {
                    beforeRead.run();
                    if (at >= stopAt) {
                        throw new IOException("the network is slow");
                    }
                    int length = Math.min(Math.min(dst.remaining(), 1000), Gateway.NEW_IMAGE.length - at);
                    if (length == 0) {
                        return -1;
                    }
                    dst.put(Gateway.NEW_IMAGE, at, length);
                    at += length;
                    served.addAndGet(length);
                    return length;
                }

                @Override
                public Optional<String> validator() {
                    return Optional.empty();
                }

                @Override
                public OptionalLong sizeBytes() {
                    return OptionalLong.of(Gateway.NEW_IMAGE.length);
                }

                @Override
                public long transferredBytes() {
                    return at - request.offset();
                }

                @Override
                public void close() {}
            };
        }
    }
}
