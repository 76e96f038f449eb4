// SPDX-License-Identifier: Apache-2.0
package io.twinbank.mqtt;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.atLeast;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;

import io.twinbank.core.Offer;
import io.twinbank.core.command.SignedCommand;
import io.twinbank.core.spi.UpdateTransport;
import io.twinbank.core.spi.UpdateTransport.Report;
import io.twinbank.core.spi.UpdateTransport.ReportKind;
import io.twinbank.core.suit.Digest;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mockito.ArgumentCaptor;

class MqttTransportTest {
    private static final LinkFailure REFUSED = LinkFailure.of(LinkFailure.Kind.REFUSED, null);
    private static final String OFFER = "twinbank/gw-1/offer";

    private final MqttConfig config = MqttTransport.builder()
            .serverUri("tcp://broker.example")
            .allowPlaintext(true)
            .deviceId("gw-1")
            .maxMessageBytes(100)
            .config();
    private final ManualLoop loop = new ManualLoop();
    private final List<MqttLink> links = new ArrayList<>();
    private final List<MqttLink.Events> events = new ArrayList<>();
    private final RecordingListener listener = new RecordingListener(false);
    private final MqttTransport transport = new MqttTransport(
            config,
            (server, opened) -> {
                events.add(opened);
                links.add(mock(MqttLink.class));
                return links.get(links.size() - 1);
            },
            loop,
            () -> 1.0);

    @Test
    void start_connectFails_isTriedAgainWithGrowingPauses() {
        start();

        for (int seconds : new int[] {1, 2, 4, 8, 16, 32, 64, 120, 120}) {
            int before = links.size();
            last().lost(REFUSED);
            loop.advance(Duration.ofSeconds(seconds).minusMillis(1));
            assertEquals(before, links.size(), "tried before " + seconds + " s");
            loop.advance(Duration.ofMillis(1));
            assertEquals(before + 1, links.size(), "not tried after " + seconds + " s");
        }
    }

    @Test
    void lost_afterAStableConnection_startsWithTheShortestPause() {
        start();
        lostAndAgain(REFUSED);
        lostAndAgain(REFUSED);
        connected(10);
        published().get(0).done(null);
        loop.advance(Duration.ofMinutes(1));
        int before = links.size();

        last().lost(REFUSED);
        loop.advance(Duration.ofSeconds(1));

        assertEquals(before + 1, links.size());
    }

    @Test
    void lost_soonAfterConnecting_goesOnWithLongerPauses() {
        start();
        lostAndAgain(REFUSED);
        connected(10);
        loop.advance(Duration.ofSeconds(59));
        int before = links.size();

        last().lost(REFUSED);
        loop.advance(Duration.ofSeconds(1));

        assertEquals(before, links.size());
    }

    @Test
    void lost_sameReasonAgain_isToldOnce() {
        start();

        lostAndAgain(REFUSED);
        lostAndAgain(REFUSED);
        lostAndAgain(LinkFailure.of(LinkFailure.Kind.DNS, "broker.example"));
        connected(10);
        lostAndAgain(REFUSED);

        assertEquals(3, listener.offline.size(), listener.offline::toString);
        assertTrue(listener.offline.get(1).contains("broker.example"));
        assertEquals(1, listener.online.get());
    }

    @Test
    void start_noSessionInTime_isGivenUpAndTriedAgain() {
        start();

        loop.advance(Duration.ofSeconds(45));

        assertTrue(listener.offline.get(0).contains("no session within 45 s"), listener.offline::toString);
        verify(links.get(0)).close(false);
        loop.advance(Duration.ofSeconds(1));
        assertEquals(2, links.size());
    }

    @Test
    void start_twice_connectsOnce() {
        start();
        start();

        assertEquals(1, links.size());
    }

    @Test
    void events_ofAnEarlierConnection_areDropped() {
        start();
        MqttLink.Events stale = last();
        lostAndAgain(REFUSED);

        stale.connected(10);
        stale.arrived(offer(new AtomicInteger(), 1));
        stale.lost(LinkFailure.of(LinkFailure.Kind.DNS, null));
        loop.run();

        assertEquals(0, listener.online.get());
        assertEquals(1, listener.offline.size());
        assertTrue(listener.offers.isEmpty());
    }

    @Test
    void arrived_offers_areHandedOverOneAtATimeAndAcknowledgedWhenSettled() {
        start();
        connected(10);
        AtomicInteger acknowledged = new AtomicInteger();

        arrive(offer(acknowledged, 1));
        arrive(offer(acknowledged, 2));

        assertEquals(List.of(new Offer.Envelope(new byte[] {1})), listener.offers);
        assertEquals(0, acknowledged.get());
        listener.unsettled.get(0).run();
        loop.run();
        assertEquals(1, acknowledged.get());
        assertEquals(new Offer.Envelope(new byte[] {2}), listener.offers.get(1));
    }

    @Test
    void settled_twice_acknowledgesOnce() {
        start();
        connected(10);
        AtomicInteger acknowledged = new AtomicInteger();
        arrive(offer(acknowledged, 1));
        arrive(offer(acknowledged, 2));

        listener.unsettled.get(0).run();
        listener.unsettled.get(0).run();
        loop.run();

        assertEquals(1, acknowledged.get());
        assertEquals(2, listener.offers.size());
    }

    @Test
    void arrived_beforeTheSubscriptionIsConfirmed_waits() {
        start();
        arrive(offer(new AtomicInteger(), 1));
        assertTrue(listener.offers.isEmpty());

        connected(10);

        assertEquals(1, listener.offers.size());
    }

    @Test
    void lost_offersThatWait_areForgottenBecauseTheyComeAgain() {
        start();
        connected(10);
        AtomicInteger acknowledged = new AtomicInteger();
        arrive(offer(acknowledged, 1));
        arrive(offer(acknowledged, 2));

        lostAndAgain(REFUSED);
        connected(10);
        arrive(offer(acknowledged, 1));

        assertEquals(1, listener.offers.size(), "a second offer while the first isn't settled");
        listener.unsettled.get(0).run();
        loop.run();
        assertEquals(List.of(new Offer.Envelope(new byte[] {1}), new Offer.Envelope(new byte[] {1})), listener.offers);
    }

    @Test
    void arrived_messagesThatAreNoOffers_areAcknowledgedAndGoNoFurther() {
        start();
        connected(10);
        AtomicInteger acknowledged = new AtomicInteger();

        arrive(new MqttLink.Incoming(
                OFFER, "text/plain", Optional.empty(), Optional.empty(), new byte[1], acknowledged::incrementAndGet));
        arrive(new MqttLink.Incoming(
                OFFER,
                Topics.POINTER,
                Optional.empty(),
                Optional.empty(),
                "{".getBytes(UTF_8),
                acknowledged::incrementAndGet));
        arrive(new MqttLink.Incoming(
                OFFER,
                Topics.ENVELOPE,
                Optional.empty(),
                Optional.empty(),
                new byte[101],
                acknowledged::incrementAndGet));
        arrive(new MqttLink.Incoming(
                "other",
                Topics.ENVELOPE,
                Optional.empty(),
                Optional.empty(),
                new byte[1],
                acknowledged::incrementAndGet));
        arrive(new MqttLink.Incoming(
                OFFER, "", Optional.empty(), Optional.empty(), new byte[0], acknowledged::incrementAndGet));

        assertEquals(5, acknowledged.get());
        assertTrue(listener.offers.isEmpty());
    }

    @Test
    void arrived_listenerThrows_isNotAcknowledgedAndTheNextIsHandedOver() {
        AtomicInteger acknowledged = new AtomicInteger();
        List<Offer> offers = new ArrayList<>();
        transport.start(new UpdateTransport.Listener() {
            @Override
            public void offered(Offer offer, Runnable settled) {
                offers.add(offer);
                if (offers.size() == 1) {
                    throw new IllegalStateException("a bug");
                }
                settled.run();
            }

            @Override
            public void commanded(byte[] command, Runnable settled) {}

            @Override
            public void online() {
                throw new IllegalStateException("another bug");
            }

            @Override
            public void offline(String why) {}
        });
        connected(10);

        arrive(offer(new AtomicInteger(), 1));
        arrive(offer(acknowledged, 2));

        assertEquals(2, offers.size());
        assertEquals(1, acknowledged.get());
    }

    @Test
    void arrived_commandWhileAnOfferWaits_isHandedOverAtOnceAndAcknowledgedWhenSettled() {
        AtomicInteger offers = new AtomicInteger();
        AtomicInteger commands = new AtomicInteger();
        start();
        connected(10);
        arrive(offer(offers, 1));

        arrive(command(Topics.COMMAND, 16 << 10, commands));
        assertEquals(1, listener.commands.size());
        assertEquals(0, commands.get());
        listener.unsettled.get(1).run();
        listener.unsettled.get(1).run();
        loop.run();

        assertEquals(1, commands.get());
        assertEquals(0, offers.get());
    }

    @Test
    void arrived_messagesThatAreNoCommands_areAcknowledgedAndGoNoFurther() {
        AtomicInteger acknowledged = new AtomicInteger();
        start();
        connected(10);

        arrive(command(Topics.ENVELOPE, 1, acknowledged));
        arrive(command(Topics.COMMAND, SignedCommand.MAX_BYTES + 1, acknowledged));

        assertEquals(2, acknowledged.get());
        assertTrue(listener.commands.isEmpty());
    }

    private static MqttLink.Incoming command(String contentType, int bytes, AtomicInteger acknowledged) {
        return new MqttLink.Incoming(
                "twinbank/gw-1/command",
                contentType,
                Optional.empty(),
                Optional.empty(),
                new byte[bytes],
                acknowledged::incrementAndGet);
    }

    @Test
    void send_offline_fails() {
        start();
        last().lost(REFUSED);

        CompletableFuture<Void> sent = send(outcome("1"));

        assertTrue(
                failure(sent).getMessage().contains("nothing listens"),
                () -> failure(sent).getMessage());
    }

    @Test
    void send_moreThanTheWindow_waitsForAcknowledgements() {
        start();
        connected(3);
        published().get(0).done(null);

        List<CompletableFuture<Void>> sent = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            sent.add(send(outcome("id-" + i)));
        }

        assertEquals(1 + 3, published().size());
        published().get(1).done(null);
        published().get(2).done(null);
        loop.run();
        assertEquals(1 + 5, published().size());
        assertEquals(2, sent.stream().filter(CompletableFuture::isDone).count());
    }

    @Test
    void send_outcome_goesToTheReportTopicWithItsId() {
        start();
        connected(3);

        send(outcome("id-1"));

        MqttLink.Outgoing message = messages().get(1);
        assertEquals("twinbank/gw-1/report", message.topic());
        assertEquals("id-1", message.idempotencyKey().orElseThrow());
        assertFalse(message.retained());
    }

    @Test
    void send_tooMany_fails() {
        start();
        connected(1);
        for (int i = 0; i < ReportOutbox.MAX_WAITING; i++) {
            assertFalse(send(outcome("id-" + i)).isDone());
        }

        assertTrue(failure(send(outcome("one more"))).getMessage().contains("1024 reports wait"));
    }

    @Test
    void lost_reportsUnderWay_fail() {
        start();
        connected(2);
        CompletableFuture<Void> inFlight = send(outcome("1"));
        CompletableFuture<Void> waiting = send(outcome("2"));

        last().lost(REFUSED);
        loop.run();
        published().get(1).done(null);
        loop.run();

        assertInstanceOf(IOException.class, failure(inFlight));
        assertInstanceOf(IOException.class, failure(waiting));
    }

    @Test
    void send_brokerRefuses_failsAndTheLinkGoesOn() {
        start();
        connected(5);
        CompletableFuture<Void> refused = send(outcome("1"));

        published().get(1).done(new IOException("not authorised"));
        loop.run();

        assertEquals("not authorised", failure(refused).getMessage());
        verify(links.get(0), never()).close(any(Boolean.class));
    }

    @Test
    void send_neverAcknowledged_endsTheLink() {
        start();
        connected(5);
        published().get(0).done(null);
        CompletableFuture<Void> sent = send(outcome("1"));

        loop.advance(Duration.ofSeconds(59));
        assertTrue(listener.offline.isEmpty());
        loop.advance(Duration.ofSeconds(1));

        assertTrue(listener.offline.get(0).contains("a report wasn't acknowledged within 60 s"));
        assertInstanceOf(IOException.class, failure(sent));
        verify(links.get(0)).close(false);
    }

    @Test
    void start_closed_throws() {
        transport.close();

        assertThrows(IllegalStateException.class, () -> transport.start(listener));
    }

    @Test
    void connected_noStatusKnown_publishesAPlainBirth() {
        start();

        connected(5);

        assertEquals("twinbank/gw-1/status", messages().get(0).topic());
        assertTrue(messages().get(0).retained());
        assertEquals("{\"schema\":1,\"online\":true}", text(messages().get(0)));
    }

    @Test
    void connected_statusKnown_isTheBirth() {
        start();
        CompletableFuture<Void> offline = send(status("latest"));

        connected(5);

        assertTrue(offline.isCompletedExceptionally());
        assertEquals("latest", text(messages().get(0)));
    }

    @ParameterizedTest
    @CsvSource({
        "INVENTORY, twinbank/gw-1/inventory, application/vnd.twinbank.inventory+json",
        "HEALTH, twinbank/gw-1/health, application/vnd.twinbank.health+json"
    })
    void send_whatIsKeptForThoseWhoAskLater_isRetainedAndOnlyTheLatestWaits(
            ReportKind kind, String topic, String contentType) {
        start();
        connected(1);
        CompletableFuture<Void> first = send(new Report(kind, "1", "first".getBytes(UTF_8)));
        CompletableFuture<Void> second = send(new Report(kind, "2", "second".getBytes(UTF_8)));

        published().get(0).done(null);
        loop.run();
        published().get(1).done(null);
        loop.run();

        MqttLink.Outgoing last = messages().get(messages().size() - 1);
        assertEquals(2, messages().size()); // the birth and one more
        assertEquals(topic, last.topic());
        assertEquals(contentType, last.contentType());
        assertTrue(last.retained());
        assertEquals("second", text(last));
        assertTrue(first.isDone() && second.isDone());
    }

    @Test
    void send_statusWhileOneWaits_takesItsPlace() {
        start();
        connected(1);
        CompletableFuture<Void> first = send(status("1"));
        CompletableFuture<Void> second = send(status("2"));

        published().get(0).done(null);
        loop.run();
        assertEquals(2, messages().size());
        assertEquals("2", text(messages().get(1)));
        published().get(1).done(null);
        loop.run();

        assertTrue(first.isDone() && !first.isCompletedExceptionally());
        assertTrue(second.isDone() && !second.isCompletedExceptionally());
    }

    @Test
    void send_statusBehindOutcomesThatWait_goesFirst() {
        start();
        connected(1);
        send(outcome("1"));
        send(outcome("2"));
        send(status("10 %"));

        published().get(0).done(null);
        loop.run();

        assertEquals("10 %", text(messages().get(1)));
    }

    @Test
    void offer_expiresWhileAnotherIsJudged_isNotHandedOver() {
        start();
        connected(10);
        published().get(0).done(null);
        AtomicInteger acknowledged = new AtomicInteger();
        arrive(offer(acknowledged, 1));
        arrive(expiring(acknowledged, 2, Duration.ofSeconds(60)));
        arrive(expiring(acknowledged, 3, Duration.ofSeconds(90)));

        loop.advance(Duration.ofSeconds(61));
        assertEquals(1, acknowledged.get(), "of the one that expired");
        listener.unsettled.get(0).run();
        loop.run();

        assertEquals(List.of(new Offer.Envelope(new byte[] {1}), new Offer.Envelope(new byte[] {3})), listener.offers);
    }

    @Test
    void offer_expiresWhileItIsJudged_isTheAgents() {
        start();
        connected(10);
        published().get(0).done(null);
        AtomicInteger acknowledged = new AtomicInteger();
        arrive(expiring(acknowledged, 1, Duration.ofSeconds(60)));

        loop.advance(Duration.ofSeconds(61));
        assertEquals(0, acknowledged.get());
        listener.unsettled.get(0).run();
        loop.run();

        assertEquals(1, acknowledged.get());
    }

    private static MqttLink.Incoming expiring(AtomicInteger acknowledged, int content, Duration expiry) {
        return new MqttLink.Incoming(
                OFFER,
                Topics.ENVELOPE,
                Optional.empty(),
                Optional.of(expiry),
                new byte[] {(byte) content},
                acknowledged::incrementAndGet);
    }

    @Test
    void answer_toACommandWithATopicBelowOurs_goesThereWithItsCorrelation() {
        MqttLink.Outgoing answer = answerTo(Optional.of("twinbank/gw-1/answer/desk-3"), Optional.of(new byte[] {7}));

        assertEquals("twinbank/gw-1/answer/desk-3", answer.topic());
        assertEquals(Topics.ANSWER, answer.contentType());
        assertFalse(answer.retained());
        assertEquals(Optional.empty(), answer.reply().orElseThrow().topic());
        assertArrayEquals(new byte[] {7}, answer.reply().orElseThrow().correlation());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "elsewhere",
                "twinbank/gw-2/answer/x",
                "twinbank/gw-1/status",
                "twinbank/gw-1/answers",
                "twinbank/gw-1/answer/#",
                "twinbank/gw-1/answer/+",
                "twinbank/gw-1/answer/\0"
            })
    void answer_toACommandWithAnotherTopic_goesToOurOwn(String topic) {
        MqttLink.Outgoing answer = answerTo(Optional.of(topic), Optional.of(new byte[] {7}));

        assertEquals("twinbank/gw-1/answer", answer.topic());
        assertArrayEquals(new byte[] {7}, answer.reply().orElseThrow().correlation());
    }

    @Test
    void answer_topicAndCorrelationTooLong_goesToOurOwnWithout() {
        MqttLink.Outgoing answer =
                answerTo(Optional.of("twinbank/gw-1/answer/" + "x".repeat(300)), Optional.of(new byte[257]));

        assertEquals("twinbank/gw-1/answer", answer.topic());
        assertEquals(Optional.empty(), answer.reply());
    }

    @Test
    void answer_toACommandThatAskedForNothing_goesToOurOwn() {
        MqttLink.Outgoing answer = answerTo(Optional.empty(), Optional.empty());

        assertEquals("twinbank/gw-1/answer", answer.topic());
        assertEquals(Optional.empty(), answer.reply());
    }

    @Test
    void answer_manyCommandsLater_goesToOurOwn() {
        start();
        connected(20);
        arriveCommand(new byte[] {0}, Optional.empty(), Optional.of(new byte[] {7}));
        for (int i = 1; i <= 16; i++) {
            arriveCommand(new byte[] {(byte) i}, Optional.empty(), Optional.of(new byte[] {7}));
        }

        assertEquals(Optional.empty(), sendAnswer(new byte[] {0}).reply());
        assertTrue(sendAnswer(new byte[] {1}).reply().isPresent());
    }

    private MqttLink.Outgoing answerTo(Optional<String> responseTopic, Optional<byte[]> correlation) {
        start();
        connected(20);
        arriveCommand(new byte[] {1, 2}, responseTopic, correlation);
        return sendAnswer(new byte[] {1, 2});
    }

    private void arriveCommand(byte[] command, Optional<String> responseTopic, Optional<byte[]> correlation) {
        arrive(new MqttLink.Incoming(
                "twinbank/gw-1/command",
                Topics.COMMAND,
                responseTopic,
                correlation,
                Optional.empty(),
                command,
                () -> {}));
    }

    private MqttLink.Outgoing sendAnswer(byte[] command) {
        CompletableFuture<Void> unused =
                send(new Report(ReportKind.ANSWER, Digest.sha256Of(command).toString(), "{}".getBytes(UTF_8)));
        List<MqttLink.Outgoing> sent = messages();
        return sent.get(sent.size() - 1);
    }

    @Test
    void close_connected_disconnectsInOrderAndFailsWhatIsUnderWay() {
        start();
        connected(1);
        CompletableFuture<Void> waiting = send(outcome("1"));

        transport.close();
        transport.close();

        verify(links.get(0)).close(true);
        assertInstanceOf(IOException.class, failure(waiting));
        assertInstanceOf(IOException.class, failure(send(outcome("2"))));
    }

    @Test
    void close_whileWaitingToConnect_neverConnectsAgain() {
        start();
        last().lost(REFUSED);
        loop.run();

        transport.close();
        loop.advance(Duration.ofHours(1));

        assertEquals(1, links.size());
    }

    private void start() {
        transport.start(listener);
        loop.run();
    }

    private MqttLink.Events last() {
        loop.run();
        return events.get(events.size() - 1);
    }

    private void connected(int window) {
        last().accepted(true);
        last().connected(window);
        loop.run();
    }

    private void lostAndAgain(LinkFailure failure) {
        last().lost(failure);
        loop.run();
        for (int before = links.size(); links.size() == before; ) {
            loop.advance(Duration.ofSeconds(1));
        }
    }

    private void arrive(MqttLink.Incoming message) {
        last().arrived(message);
        loop.run();
    }

    private CompletableFuture<Void> send(Report report) {
        CompletableFuture<Void> sent = transport.send(report).toCompletableFuture();
        loop.run();
        return sent;
    }

    private List<MqttLink.Outgoing> messages() {
        ArgumentCaptor<MqttLink.Outgoing> messages = ArgumentCaptor.forClass(MqttLink.Outgoing.class);
        verify(links.get(links.size() - 1), atLeast(0)).publish(messages.capture(), any());
        return messages.getAllValues();
    }

    private List<MqttLink.Published> published() {
        ArgumentCaptor<MqttLink.Published> published = ArgumentCaptor.forClass(MqttLink.Published.class);
        verify(links.get(links.size() - 1), atLeast(0)).publish(any(), published.capture());
        return published.getAllValues();
    }

    private static MqttLink.Incoming offer(AtomicInteger acknowledged, int content) {
        return new MqttLink.Incoming(
                OFFER,
                Topics.ENVELOPE,
                Optional.empty(),
                Optional.empty(),
                new byte[] {(byte) content},
                acknowledged::incrementAndGet);
    }

    private static Report outcome(String id) {
        return new Report(ReportKind.OUTCOME, id, "{}".getBytes(UTF_8));
    }

    private static Report status(String json) {
        return new Report(ReportKind.STATUS, "status", json.getBytes(UTF_8));
    }

    private static String text(MqttLink.Outgoing message) {
        return new String(message.payload(), UTF_8);
    }

    private static Throwable failure(CompletableFuture<Void> sent) {
        assertTrue(sent.isDone());
        return assertThrows(ExecutionException.class, sent::get).getCause();
    }
}
