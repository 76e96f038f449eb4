// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.core.AgentEvent;
import io.twinbank.core.Cause;
import io.twinbank.core.Outcome;
import io.twinbank.core.RejectReason;
import io.twinbank.core.Rejection;
import io.twinbank.core.UpdateState;
import io.twinbank.core.command.Command;
import io.twinbank.core.command.Order;
import io.twinbank.core.command.Recipient;
import io.twinbank.core.command.SignedCommand;
import io.twinbank.core.cose.SigningKey;
import io.twinbank.core.spi.PayloadSource;
import io.twinbank.core.spi.SelfTest;
import io.twinbank.core.spi.UpdatePolicy;
import io.twinbank.core.suit.Digest;
import io.twinbank.core.suit.Limits;
import io.twinbank.core.suit.Requirement;
import io.twinbank.core.suit.SuitEnvelope;
import io.twinbank.hal.BankId;
import io.twinbank.hal.HalException;
import io.twinbank.hal.Role;
import io.twinbank.hal.StateKey;
import io.twinbank.hal.StateStore;
import io.twinbank.hal.TrustAnchor;
import io.twinbank.hal.TrustPolicy;
import java.io.IOException;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Rows 27, 27a and 2c: what a signed command does, once, and what a power cut leaves of it. */
class CommandsTest {
    private static final KeyPair OPERATOR_PAIR = generate();
    private static final SigningKey OPERATOR = SigningKey.of(OPERATOR_PAIR.getPrivate(), OPERATOR_PAIR.getPublic());
    private static final Recipient GATEWAY = Recipient.device("gateway-0001");
    private static final Instant EXPIRY = Instant.parse("2030-01-01T00:00:00Z");
    private static final Optional<Rejection> DONE = Optional.empty();

    private final Gateway gateway;

    CommandsTest() throws Exception {
        gateway = new Gateway(board -> board.trustPolicy(TrustPolicy.anyOf(
                new TrustAnchor("maker", Gateway.FIRMWARE_PAIR.getPublic().getEncoded(), Set.of(Role.FIRMWARE)),
                new TrustAnchor("operator", OPERATOR_PAIR.getPublic().getEncoded(), Set.of(Role.COMMAND)))));
    }

    private static KeyPair generate() {
        try {
            return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] signed(long sequence, Recipient recipient, Command command) {
        try {
            return SignedCommand.sign(new Order(sequence, EXPIRY.getEpochSecond(), recipient, command), OPERATOR);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private Optional<Rejection> send(byte[] command) {
        CompletableFuture<Optional<Rejection>> answer =
                gateway.agent.command(command).toCompletableFuture();
        gateway.scheduler.runUntil(gateway.scheduler.now());
        assertTrue(answer.isDone(), "answered");
        return answer.join();
    }

    private Optional<Rejection> send(long sequence, Command command) {
        return send(signed(sequence, GATEWAY, command));
    }

    private static Digest newManifest() throws Exception {
        return SuitEnvelope.decode(Gateway.newEnvelope(), Limits.standard()).manifestDigest();
    }

    @Test
    void pause_downloading_stopsUntilResumedAlsoAfterAReset() throws Exception {
        gateway.board.bootControl().load(BankId.B, 2);
        assertEquals(DONE, send(1, new Command.Pause()));
        Optional<Outcome> answer = gateway.offer(Gateway.newEnvelope());
        gateway.pass(Duration.ofDays(30));

        assertEquals(Optional.empty(), answer);
        assertEquals(UpdateState.IDLE, gateway.agent.status().state());
        assertEquals("a command to resume", gateway.agent.status().waitingFor());
        assertTrue(gateway.agent.explain().contains("Paused by a command"), gateway.agent.explain());

        gateway.boot();
        assertTrue(gateway.agent.status().paused(), "after the reset");
        gateway.offer(Gateway.newEnvelope());
        assertEquals(DONE, send(2, new Command.Resume()));
        gateway.pass(Duration.ofSeconds(6));

        assertEquals(UpdateState.ARMED, gateway.agent.status().state());
        assertEquals(1, gateway.board.resetControl().resets());
    }

    @Test
    void pause_staged_keepsTheGateShut() throws Exception {
        gateway.gateOpen = false;
        gateway.installNewImage();
        assertEquals(UpdateState.STAGED, gateway.agent.status().state());
        send(1, new Command.Pause());
        gateway.gateOpen = true;
        gateway.pass(Duration.ofHours(1));
        assertEquals(UpdateState.STAGED, gateway.agent.status().state());

        send(2, new Command.Resume());
        gateway.pass(Duration.ofSeconds(6));

        assertEquals(UpdateState.ARMED, gateway.agent.status().state());
    }

    @Test
    void pause_inTheMiddleOfADownload_lastsOverAReset() throws Exception {
        AtomicBoolean reachable = new AtomicBoolean();
        gateway.settings = builder -> builder.payloadSource(new Unreachable(reachable));
        gateway.boot();
        gateway.board.bootControl().load(BankId.B, 2);
        gateway.offer(Gateway.newEnvelope());
        assertEquals(UpdateState.DOWNLOADING, gateway.agent.status().state());

        send(1, new Command.Pause());
        reachable.set(true);
        gateway.pass(Duration.ofHours(1));
        assertEquals(UpdateState.DOWNLOADING, gateway.agent.status().state());
        gateway.boot();
        gateway.pass(Duration.ofHours(1));
        assertEquals(UpdateState.DOWNLOADING, gateway.agent.status().state());
        assertEquals("a command to resume", gateway.agent.status().waitingFor());
        send(2, new Command.Resume());
        gateway.pass(Duration.ofSeconds(6));

        assertEquals(UpdateState.ARMED, gateway.agent.status().state());
    }

    /** A server that can't be reached until it can; then others serve. */
    private record Unreachable(AtomicBoolean reachable) implements PayloadSource {
        @Override
        public boolean serves(URI uri) {
            return !reachable.get();
        }

        @Override
        public Stream open(Request request) throws IOException {
            throw new IOException("no route to host");
        }
    }

    @Test
    void pause_trial_letsItEnd() throws Exception {
        gateway.installNewImage();
        gateway.selfTest = SelfTest.Result.notYet("modem not registered");
        gateway.boot();
        send(1, new Command.Pause());
        gateway.selfTest = SelfTest.Result.pass();

        gateway.pass(Duration.ofSeconds(6));

        assertEquals(List.of(new Outcome.Installed(false)), gateway.outcomes());
    }

    @Test
    void command_again_changesNothing() throws Exception {
        byte[] pause = signed(1, GATEWAY, new Command.Pause());
        send(pause);
        send(2, new Command.Resume());
        gateway.boot();
        gateway.board.trace().clear();

        assertEquals(DONE, send(pause));

        assertFalse(gateway.agent.status().paused());
        assertEquals(List.of(), gateway.board.trace().steps());
        assertEquals(2, gateway.agent.status().commandSequence());
    }

    @Test
    void command_sequenceInTheUpperHalf_isNewer() {
        send(Long.MAX_VALUE, new Command.Pause());

        send(Long.MIN_VALUE, new Command.Resume());

        assertFalse(gateway.agent.status().paused());
    }

    @Test
    void command_expiredBySecond_isRefusedAndNothingStored() {
        gateway.board.clock().synchronise(EXPIRY);
        gateway.board.trace().clear();

        Rejection rejection = send(1, new Command.Pause()).orElseThrow();

        assertEquals(RejectReason.EXPIRED, rejection.reason());
        assertEquals("2030-01-01T00:00:00Z", rejection.found());
        assertEquals("before 2030-01-01T00:00:00Z", rejection.expected());
        assertEquals(List.of(), gateway.board.trace().steps());
    }

    @Test
    void command_lastSecond_isTaken() {
        gateway.board.clock().synchronise(EXPIRY.minusSeconds(1));

        assertEquals(DONE, send(1, new Command.Pause()));
    }

    @Test
    void command_forAnotherDevice_isRefused() {
        Rejection rejection = send(signed(1, Recipient.device("gateway-0002"), new Command.Pause()))
                .orElseThrow();

        assertEquals(RejectReason.WRONG_DEVICE, rejection.reason());
        assertEquals("device gateway-0002", rejection.found());
        assertEquals("device gateway-0001, or group []", rejection.expected());
    }

    @Test
    void command_forOurGroup_isTaken() throws Exception {
        gateway.settings = builder -> builder.group("paint-shop");
        gateway.boot();

        assertEquals(DONE, send(signed(1, Recipient.group("paint-shop"), new Command.Pause())));
    }

    @Test
    void command_groupOfOurName_isNotForUs() {
        assertEquals(
                RejectReason.WRONG_DEVICE,
                send(signed(1, Recipient.group("gateway-0001"), new Command.Pause()))
                        .orElseThrow()
                        .reason());
    }

    @Test
    void command_notAuthentic_countsAndWearsNothing() {
        gateway.board.trace().clear();

        Rejection rejection = send(new byte[] {(byte) 0xd2, 0}).orElseThrow();

        assertEquals(RejectReason.MALFORMED, rejection.reason());
        assertEquals(1, gateway.agent.status().notAuthentic());
        assertEquals(List.of(), gateway.board.trace().steps());
    }

    @Test
    void cancel_updateUnderWay_endsItAndIsCountedAfterwards() throws Exception {
        gateway.gateOpen = false;
        gateway.installNewImage();
        gateway.board.trace().clear();

        assertEquals(DONE, send(1, new Command.Cancel(newManifest())));

        assertEquals(List.of(new Outcome.Cancelled(Cause.OPERATOR)), gateway.outcomes());
        assertEquals(List.of("store OUTCOMES", "store JOURNAL", "store ORDERS"), gateway.steps());
    }

    @Test
    void cancel_anotherUpdate_isLeftAlone() throws Exception {
        gateway.gateOpen = false;
        gateway.installNewImage();

        assertEquals(DONE, send(1, new Command.Cancel(Digest.sha256Of(new byte[1]))));

        assertEquals(UpdateState.STAGED, gateway.agent.status().state());
    }

    @Test
    void cancel_trial_isRefused() throws Exception {
        gateway.installNewImage();
        gateway.selfTest = SelfTest.Result.notYet("modem not registered");
        gateway.boot();

        Rejection rejection = send(1, new Command.Cancel(newManifest())).orElseThrow();

        assertEquals(RejectReason.CONDITION_FAILED, rejection.reason());
        assertEquals(UpdateState.TRIAL, gateway.agent.status().state());
    }

    @Test
    void settings_reachThePolicyNowAndAfterAReset() throws Exception {
        List<Map<String, String>> told = policy();

        assertEquals(DONE, send(1, new Command.Settings(Map.of("window", "02:00-04:00"))));
        gateway.boot();

        assertEquals(List.of(Map.of("window", "02:00-04:00"), Map.of("window", "02:00-04:00")), told);
    }

    @Test
    void command_atWhichTheAgentThrows_isTakenUpAgainTenSecondsLater() throws Exception {
        AtomicInteger throwing = new AtomicInteger(2);
        throwingPolicy(throwing);
        CompletableFuture<Optional<Rejection>> answer =
                gateway.agent.command(signed(1, GATEWAY, SETTINGS)).toCompletableFuture();

        int thrown = throwsWithin(Duration.ofSeconds(60));

        assertEquals(2, thrown);
        assertEquals(DONE, answer.join());
        assertEquals(1, gateway.agent.status().commandSequence());
    }

    @Test
    void command_atWhichTheAgentThrowsFiveTimes_isGivenUpAndTheNextOneTaken() throws Exception {
        AtomicInteger throwing = new AtomicInteger(Integer.MAX_VALUE);
        throwingPolicy(throwing);
        CompletableFuture<Optional<Rejection>> answer =
                gateway.agent.command(signed(1, GATEWAY, SETTINGS)).toCompletableFuture();

        int thrown = throwsWithin(Duration.ofHours(1));

        assertEquals(5, thrown);
        assertInstanceOf(
                OutOfMemoryError.class,
                assertThrows(CompletionException.class, answer::join).getCause());
        assertEquals(DONE, send(2, new Command.Pause()));
    }

    @Test
    void commands_atWhichTheAgentThrowsInTurns_areBothGivenUp() throws Exception {
        throwingPolicy(new AtomicInteger(Integer.MAX_VALUE));
        CompletableFuture<Optional<Rejection>> first =
                gateway.agent.command(signed(1, GATEWAY, SETTINGS)).toCompletableFuture();
        CompletableFuture<Optional<Rejection>> second =
                gateway.agent.command(signed(2, GATEWAY, SETTINGS)).toCompletableFuture();

        assertEquals(10, throwsWithin(Duration.ofHours(1)));

        assertTrue(first.isCompletedExceptionally());
        assertTrue(second.isCompletedExceptionally());
    }

    private static final Command SETTINGS = new Command.Settings(Map.of("window", "02:00-04:00"));

    /** Throws what the agent mustn't catch, so often. */
    private void throwingPolicy(AtomicInteger times) {
        UpdatePolicy policy = new UpdatePolicy() {
            @Override
            public Answer ask(Requirement requirement) {
                return Answer.UNKNOWN;
            }

            @Override
            public void settings(Map<String, String> values) {
                if (!values.isEmpty() && times.getAndDecrement() > 0) {
                    throw new OutOfMemoryError("full");
                }
            }
        };
        gateway.settings = builder -> builder.updatePolicy(policy);
        gateway.boot();
    }

    /** Lets time pass, as threads do that die of what a task throws; tells how many did. */
    private int throwsWithin(Duration time) {
        Duration end = gateway.scheduler.now().plus(time);
        int thrown = 0;
        while (true) {
            try {
                gateway.scheduler.runUntil(end);
                return thrown;
            } catch (OutOfMemoryError full) {
                thrown++;
            }
        }
    }

    @Test
    void settings_thatThePolicyDoesNotKnow_areRefusedOnceAndNotStored() throws Exception {
        List<Map<String, String>> told = policy();

        Rejection rejection =
                send(1, new Command.Settings(Map.of("widnow", "02:00"))).orElseThrow();
        gateway.boot();

        assertEquals(RejectReason.UNSUPPORTED, rejection.reason());
        assertEquals("the update policy doesn't take the settings: no setting [widnow]", rejection.detail());
        assertEquals(List.of(), told);
        assertEquals(1, gateway.agent.status().commandSequence());
    }

    private List<Map<String, String>> policy() throws HalException {
        List<Map<String, String>> told = new ArrayList<>();
        UpdatePolicy policy = new UpdatePolicy() {
            @Override
            public Answer ask(Requirement requirement) {
                return Answer.UNKNOWN;
            }

            @Override
            public void settings(Map<String, String> settings) {
                if (!settings.containsKey("window")) {
                    throw new IllegalArgumentException("no setting " + settings.keySet());
                }
                told.add(settings);
            }
        };
        gateway.settings = builder -> builder.updatePolicy(policy);
        gateway.boot();
        return told;
    }

    @Test
    void ordersUnreadable_deviceIsNotPaused() throws Exception {
        send(5, new Command.Pause());
        gateway.board.stateStore().put(StateKey.ORDERS, new StateStore.Corrupt("spoilt"));

        gateway.boot();

        assertFalse(gateway.agent.status().paused());
        assertEquals(DONE, send(1, new Command.Pause()));
    }

    @Test
    void command_storeFails_isCountedWhenTheDeviceRecovers() throws Exception {
        gateway.board.trace().failNext("store ORDERS", HalException.Kind.IO);
        CompletableFuture<Optional<Rejection>> answer =
                gateway.agent.command(signed(1, GATEWAY, new Command.Pause())).toCompletableFuture();
        gateway.scheduler.runUntil(gateway.scheduler.now());
        assertFalse(answer.isDone(), "not yet stored");

        gateway.pass(Duration.ofSeconds(10));

        assertEquals(DONE, answer.join());
        assertTrue(gateway.agent.status().paused());
        assertTrue(gateway.events.stream().anyMatch(AgentEvent.Commanded.class::isInstance));
    }
}
