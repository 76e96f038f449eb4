// SPDX-License-Identifier: Apache-2.0
package io.twinbank.mqtt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.atLeast;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;

import io.twinbank.mqtt.LinkFailure.Kind;
import io.twinbank.mqtt.MqttTransport.State;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.mockito.ArgumentCaptor;

/** The connection's states, where it goes, and what an operator is told, in virtual time. */
class LinkStatesTest {
    private static final LinkFailure REFUSED = LinkFailure.of(Kind.REFUSED, null);

    private final ManualLoop loop = new ManualLoop();
    private final List<MqttLink> links = new ArrayList<>();
    private final List<String> tried = new ArrayList<>();
    private final List<MqttLink.Events> events = new ArrayList<>();
    private final List<String> notices = new ArrayList<>();
    private final RecordingListener listener = new RecordingListener(true);
    private Optional<Instant> now = Optional.of(Instant.parse("2026-11-30T00:00:00Z"));
    private final MqttTransport transport = new MqttTransport(
            MqttTransport.builder()
                    .serverUri("tcp://broker.example")
                    .allowPlaintext(true)
                    .allowRedirect("other.example")
                    .allowRedirect("third.example")
                    .deviceId("gw-1")
                    .sessionExpiry(Duration.ofHours(1))
                    .wallClock(() -> now)
                    .onNotice(notices::add)
                    .config(),
            (server, opened) -> {
                tried.add(server.authority());
                events.add(opened);
                links.add(mock(MqttLink.class));
                return links.get(links.size() - 1);
            },
            loop,
            () -> 1.0);

    @Test
    void states_ofAConnection_followOneAnother() {
        assertEquals(State.IDLE, transport.state());
        start();
        assertEquals(State.CONNECTING, transport.state());
        last().accepted(false);
        loop.run();
        assertEquals(State.SUBSCRIBING, transport.state());
        last().connected(10);
        loop.run();
        assertEquals(State.DRAINING, transport.state());
        acknowledgeTheStatus();
        assertEquals(State.ONLINE, transport.state());
        assertEquals(Optional.empty(), transport.trouble());
        lose(REFUSED);
        assertEquals(State.WAITING, transport.state());
        assertEquals(Optional.of(REFUSED.text()), transport.trouble());
        loop.advance(Duration.ofSeconds(1));
        assertEquals(State.CONNECTING, transport.state());
        transport.close();
        assertEquals(State.CLOSED, transport.state());
    }

    @ParameterizedTest
    @EnumSource(names = {"CONNECTING", "SUBSCRIBING", "DRAINING", "ONLINE"})
    void lost_inAnyState_waits(State state) {
        bringTo(state);

        lose(REFUSED);

        assertEquals(State.WAITING, transport.state());
        assertEquals(List.of(REFUSED.text()), listener.offline);
    }

    @ParameterizedTest
    @EnumSource(names = {"CONNECTING", "SUBSCRIBING", "DRAINING", "ONLINE", "WAITING"})
    void close_inAnyState_isClosedForGood(State state) {
        bringTo(state);

        transport.close();
        loop.advance(Duration.ofHours(2));

        assertEquals(State.CLOSED, transport.state());
        assertEquals(1, tried.size());
    }

    @ParameterizedTest
    @EnumSource(names = {"CONNECTING", "SUBSCRIBING"})
    void state_thatGetsNowhere_endsAfter45Seconds(State state) {
        bringTo(state);

        loop.advance(Duration.ofSeconds(45));

        assertEquals(State.WAITING, transport.state());
        assertTrue(listener.offline.get(0).contains("no session within 45 s"), listener.offline::toString);
    }

    @Test
    void draining_statusNeverAcknowledged_endsAfterAMinute() {
        bringTo(State.DRAINING);

        loop.advance(Duration.ofMinutes(1));

        assertEquals(State.WAITING, transport.state());
    }

    @Test
    void draining_statusRefused_isNotOnline() {
        bringTo(State.DRAINING);

        published().done(new IOException("not authorised"));
        loop.run();

        assertEquals(State.DRAINING, transport.state());
    }

    @Test
    void lost_beforeItWasStable_goesOnWithLongerPauses() {
        start();
        lose(REFUSED);
        loop.advance(Duration.ofSeconds(1));
        bringTo(State.ONLINE);
        loop.advance(Duration.ofSeconds(59));

        lose(REFUSED);
        loop.advance(Duration.ofSeconds(1));

        assertEquals(State.WAITING, transport.state());
        loop.advance(Duration.ofSeconds(1));
        assertEquals(State.CONNECTING, transport.state());
    }

    @Test
    void lost_afterItWasStable_beginsWithTheShortestPause() {
        start();
        lose(REFUSED);
        loop.advance(Duration.ofSeconds(1));
        bringTo(State.ONLINE);
        loop.advance(Duration.ofSeconds(60));

        lose(REFUSED);
        loop.advance(Duration.ofSeconds(1));

        assertEquals(State.CONNECTING, transport.state());
    }

    @Test
    void accepted_sessionForgotten_isToldAndTheConnectionGoesOn() {
        bringTo(State.ONLINE);
        lose(REFUSED);
        loop.advance(Duration.ofSeconds(1));

        last().accepted(false);
        last().connected(10);
        loop.run();

        assertEquals(1, notices.size(), notices::toString);
        assertTrue(notices.get(0).startsWith("the broker no longer knows this device's session"), notices::toString);
        assertEquals(2, listener.online.get());
    }

    @Test
    void accepted_newSession_isNoNewsAtFirstOrAfterItsExpiry() {
        bringTo(State.ONLINE);
        lose(REFUSED);
        loop.advance(Duration.ofSeconds(1));
        loop.advance(Duration.ofHours(2));
        while (transport.state() != State.CONNECTING) {
            loop.advance(Duration.ofSeconds(1));
        }

        bringTo(State.ONLINE);

        assertEquals(List.of(), notices);
    }

    @Test
    void redirected_forNow_goesThereAtOnceAndBackAfterwards() {
        bringTo(State.ONLINE);

        lose(redirect(Kind.USE_ANOTHER, "other.example:1884"));
        loop.advance(Duration.ZERO);
        bringTo(State.ONLINE);
        lose(REFUSED);
        loop.advance(Duration.ofSeconds(1));

        assertEquals(List.of("broker.example:1883", "other.example:1884", "broker.example:1883"), tried);
        assertTrue(
                listener.offline.get(0).endsWith("; followed to tcp://other.example:1884"), listener.offline::toString);
        assertEquals(List.of(), notices, "a session that another server can't know was missed");
    }

    @Test
    void redirected_forGood_comesFirstFromThenOn() {
        start();

        lose(redirect(Kind.MOVED, "other.example"));
        loop.advance(Duration.ZERO);
        bringTo(State.ONLINE);
        lose(REFUSED);
        loop.advance(Duration.ofSeconds(1));

        assertEquals(List.of("broker.example:1883", "other.example:1883", "other.example:1883"), tried);
    }

    @Test
    void redirected_forGoodButNobodyIsThere_asksTheConfiguredOneInTurns() {
        start();
        lose(redirect(Kind.MOVED, "other.example"));
        loop.advance(Duration.ZERO);

        for (int seconds : new int[] {1, 2, 4}) {
            lose(REFUSED);
            loop.advance(Duration.ofSeconds(seconds));
        }

        assertEquals(
                List.of(
                        "broker.example:1883",
                        "other.example:1883",
                        "broker.example:1883",
                        "other.example:1883",
                        "broker.example:1883"),
                tried);
    }

    @Test
    void redirected_roundAndRound_isFollowedThreeTimesThenPauses() {
        start();

        for (int i = 0; i < 4; i++) {
            lose(redirect(Kind.USE_ANOTHER, i % 2 == 0 ? "other.example" : "third.example"));
            loop.advance(Duration.ZERO);
        }

        assertEquals(4, tried.size(), tried::toString);
        assertEquals(State.WAITING, transport.state());
        assertTrue(transport.trouble().orElse("").contains("followed 3 times already"), transport.trouble()::toString);
        loop.advance(Duration.ofSeconds(1));
        assertEquals("broker.example:1883", tried.get(4));
    }

    @Test
    void redirected_roundAndRoundThroughSessions_pausesAsWell() {
        start();

        for (int i = 0; i < 4; i++) {
            bringTo(State.ONLINE);
            lose(redirect(Kind.USE_ANOTHER, i % 2 == 0 ? "other.example" : "third.example"));
            loop.advance(Duration.ZERO);
        }

        assertEquals(State.WAITING, transport.state());
    }

    @Test
    void redirected_hostNotAllowed_staysAndSaysSo() {
        assertStays("evil.example:1883", "not followed: allowRedirect doesn't name evil.example");
    }

    @Test
    void redirected_secondOfSeveralAllowed_goesThere() {
        start();

        lose(redirect(Kind.MOVED, "evil.example  other.example:7"));
        loop.advance(Duration.ZERO);

        assertEquals("other.example:7", tried.get(1));
    }

    @Test
    void redirected_nowhere_staysAndSaysSo() {
        assertStays("", "it doesn't say which");
    }

    @Test
    void redirected_notAHost_staysAndSaysSo() {
        assertStays("tcp://other.example:1883", "a server reference");
    }

    @Test
    void redirected_hostWithAPath_staysAndSaysSo() {
        assertStays("other.example/x", "a server reference");
    }

    @Test
    void redirected_userBeforeTheHost_staysAndSaysSo() {
        assertStays("x@other.example", "a server reference");
    }

    @Test
    void redirected_manyCharacters_staysAndSaysSo() {
        assertStays("x".repeat(1025), "has 1025 characters, of which 1024 are read");
    }

    private void assertStays(String reference, String why) {
        start();

        lose(redirect(Kind.USE_ANOTHER, reference));
        loop.advance(Duration.ofMillis(999));

        assertEquals(1, tried.size());
        assertTrue(transport.trouble().orElse("").contains(why), transport.trouble()::toString);
        loop.advance(Duration.ofMillis(1));
        assertEquals("broker.example:1883", tried.get(1));
    }

    @Test
    void secured_certificateThatExpires_isAnnouncedAtEachStepOnce() throws Exception {
        TestPki pki = new TestPki("devices");
        Instant end = now.orElseThrow().plus(Duration.ofDays(31));
        bringTo(State.ONLINE);
        last().secured(List.of(pki.device("gw-1", now.orElseThrow(), end).certificate()), List.of());
        loop.run();
        assertEquals(List.of(), notices);

        for (int day = 0; day < 33; day++) {
            now = now.map(instant -> instant.plus(Duration.ofDays(1)));
            loop.advance(Duration.ofDays(1));
        }

        assertEquals(
                List.of("30 days", "14 days", "7 days", "1 days", "expired at"),
                notices.stream()
                        .map(notice -> notice.replaceAll(".*(expired at|in (\\d+ days)).*", "$1")
                                .replace("in ", ""))
                        .toList(),
                notices::toString);
        assertTrue(notices.get(0).startsWith("this device's certificate expires at 2026-12-31T00:00:00Z"));
    }

    @Test
    void secured_clockNotTrusted_announcesNothing() throws Exception {
        TestPki pki = new TestPki("devices");
        now = Optional.empty();
        bringTo(State.ONLINE);

        last().secured(List.of(pki.expiredDevice("gw-1").certificate()), List.of());
        loop.advance(Duration.ofDays(1));

        assertEquals(List.of(), notices);
    }

    @Test
    void secured_brokersCertificateRenewed_isAnnouncedAnew() throws Exception {
        TestPki pki = new TestPki("devices");
        Instant today = now.orElseThrow();
        start();
        last().secured(
                        List.of(),
                        List.of(pki.device("b", today, today.plus(Duration.ofDays(5)))
                                .certificate()));
        last().secured(
                        List.of(),
                        List.of(pki.device("b", today, today.plus(Duration.ofDays(5)))
                                .certificate()));
        loop.run();
        assertEquals(1, notices.size());

        last().secured(
                        List.of(),
                        List.of(pki.device("b", today, today.plus(Duration.ofDays(6)))
                                .certificate()));
        loop.run();

        assertEquals(2, notices.size());
        assertTrue(notices.get(1).startsWith("the broker's certificate expires"), notices::toString);
    }

    @Test
    void noticed_consumerThrows_theConnectionGoesOn() {
        MqttTransport throwing = new MqttTransport(
                MqttTransport.builder()
                        .serverUri("tcp://broker.example")
                        .allowPlaintext(true)
                        .deviceId("gw-1")
                        .onNotice(what -> {
                            throw new IllegalStateException("a bug");
                        })
                        .config(),
                (server, opened) -> {
                    events.add(opened);
                    return mock(MqttLink.class);
                },
                loop,
                () -> 1.0);
        throwing.start(listener);
        last().noticed("something");
        last().accepted(false);
        loop.run();

        assertEquals(State.SUBSCRIBING, throwing.state());
        assertFalse(listener.offline.contains("a bug"));
    }

    private static LinkFailure redirect(Kind kind, String reference) {
        return LinkFailure.ofReason(kind == Kind.MOVED ? 0x9d : 0x9c, null, Optional.of(reference));
    }

    private void bringTo(State state) {
        start();
        if (state == State.WAITING) {
            lose(REFUSED);
        }
        if (state == State.SUBSCRIBING || state == State.DRAINING || state == State.ONLINE) {
            last().accepted(false);
        }
        if (state == State.DRAINING || state == State.ONLINE) {
            last().connected(10);
        }
        loop.run();
        if (state == State.ONLINE) {
            acknowledgeTheStatus();
        }
        assertEquals(state, transport.state());
    }

    private void start() {
        transport.start(listener);
        loop.run();
    }

    private MqttLink.Events last() {
        loop.run();
        return events.get(events.size() - 1);
    }

    private void lose(LinkFailure failure) {
        last().lost(failure);
        loop.run();
    }

    private void acknowledgeTheStatus() {
        published().done(null);
        loop.run();
    }

    private MqttLink.Published published() {
        ArgumentCaptor<MqttLink.Published> published = ArgumentCaptor.forClass(MqttLink.Published.class);
        verify(links.get(links.size() - 1), atLeast(1)).publish(any(), published.capture());
        return published.getAllValues().get(0);
    }
}
