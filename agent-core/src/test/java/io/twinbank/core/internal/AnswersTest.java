// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.core.command.Command;
import io.twinbank.core.command.Order;
import io.twinbank.core.command.Recipient;
import io.twinbank.core.command.SignedCommand;
import io.twinbank.core.cose.SigningKey;
import io.twinbank.core.spi.UpdateTransport;
import io.twinbank.core.suit.Digest;
import io.twinbank.hal.Role;
import io.twinbank.hal.TrustAnchor;
import io.twinbank.hal.TrustPolicy;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What who sent a command is told of it. */
class AnswersTest {
    private static final Instant EXPIRY = Instant.parse("2030-01-01T00:00:00Z");
    private static final Recipient GATEWAY = Recipient.device("gateway-0001");

    /** Says in order what it was given and what was acknowledged. */
    private static final class Server implements UpdateTransport {
        private final List<String> log = new ArrayList<>();
        private final List<Report> answers = new ArrayList<>();
        private Listener listener;
        private boolean reachable = true;

        @Override
        public void start(Listener agent) {
            listener = agent;
            agent.online();
        }

        @Override
        public CompletionStage<Void> send(Report report) {
            if (report.kind() == ReportKind.ANSWER) {
                answers.add(report);
                log.add("answer");
            }
            return reachable
                    ? CompletableFuture.completedFuture(null)
                    : CompletableFuture.failedFuture(new IOException("the connection is lost"));
        }

        @Override
        public void close() {}
    }

    private final Server server = new Server();
    private SigningKey operator;
    private Gateway gateway;

    @BeforeEach
    void begin() throws Exception {
        KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        operator = SigningKey.of(pair.getPrivate(), pair.getPublic());
        gateway = new Gateway(board -> board.trustPolicy(TrustPolicy.anyOf(
                new TrustAnchor("maker", Gateway.FIRMWARE_PAIR.getPublic().getEncoded(), Set.of(Role.FIRMWARE)),
                new TrustAnchor("operator", pair.getPublic().getEncoded(), Set.of(Role.COMMAND)))));
        gateway.settings = builder -> builder.transport(server);
        gateway.boot();
    }

    private byte[] signed(long sequence, Recipient recipient, Command command) throws Exception {
        return SignedCommand.sign(new Order(sequence, EXPIRY.getEpochSecond(), recipient, command), operator);
    }

    private void send(byte[] command) {
        Objects.requireNonNull(server.listener).commanded(command, () -> server.log.add("acknowledged"));
        gateway.scheduler.runUntil(gateway.scheduler.now());
    }

    private String answer(int index) {
        return new String(server.answers.get(index).json(), StandardCharsets.UTF_8);
    }

    @Test
    void pause_isAcceptedAndToldBeforeItIsAcknowledged() throws Exception {
        byte[] command = signed(7, GATEWAY, new Command.Pause());

        send(command);

        String id = Digest.sha256Of(command).toString();
        assertEquals(
                "{\"schema\":1,\"device\":\"gateway-0001\",\"command\":\"" + id
                        + "\",\"sequence\":7,\"result\":\"accepted\",\"inForce\":{\"sequence\":7,\"paused\":true,"
                        + "\"settings\":[],\"rollouts\":{}}}",
                answer(0));
        assertEquals(id, server.answers.get(0).id());
        assertEquals(List.of("answer", "acknowledged"), server.log);
    }

    @Test
    void rollout_isToldWithWhatHolds() throws Exception {
        Digest manifest = Digest.sha256Of(new byte[1]);

        send(signed(1, GATEWAY, new Command.Rollout(manifest, 500)));
        send(signed(2, GATEWAY, new Command.Rollout(manifest, 100)));

        assertTrue(answer(1).endsWith("\"rollouts\":{\"" + manifest + "\":500}}}"), answer(1));
    }

    @Test
    void command_again_isRepeated() throws Exception {
        send(signed(5, GATEWAY, new Command.Pause()));
        send(signed(9, GATEWAY, new Command.Resume()));
        gateway.boot();

        send(signed(5, GATEWAY, new Command.Pause()));

        assertTrue(
                answer(2)
                        .contains(
                                "\"sequence\":5,\"result\":\"repeated\",\"inForce\":{\"sequence\":9,\"paused\":false"),
                answer(2));
    }

    @Test
    void command_expired_isRefusedWithItsReason() throws Exception {
        gateway.board.clock().synchronise(EXPIRY);

        send(signed(1, GATEWAY, new Command.Pause()));

        assertTrue(
                answer(0)
                        .contains("\"sequence\":1,\"result\":\"refused\",\"reason\":\"EXPIRED\","
                                + "\"detail\":\"the command is no longer valid\",\"found\":\"2030-01-01T00:00:00Z\","
                                + "\"expected\":\"before 2030-01-01T00:00:00Z\",\"inForce\":{\"sequence\":0,"),
                answer(0));
    }

    @Test
    void settings_notTaken_areRefusedAndCounted() throws Exception {
        send(signed(3, GATEWAY, new Command.Settings(Map.of("window", "night"))));

        assertTrue(answer(0).contains("\"result\":\"refused\",\"reason\":\"UNSUPPORTED\""), answer(0));
        assertTrue(answer(0).contains("\"inForce\":{\"sequence\":3,"), answer(0));
    }

    @Test
    void command_notAuthentic_isNotAnswered() {
        send(new byte[] {(byte) 0xd2, 0});

        assertEquals(List.of("acknowledged"), server.log);
    }

    @Test
    void answer_lost_isSentAtTheNextConnection() throws Exception {
        server.reachable = false;
        send(signed(1, GATEWAY, new Command.Pause()));
        send(signed(2, GATEWAY, new Command.Resume()));
        server.listener.offline("gone");
        server.reachable = true;
        server.answers.clear();

        server.listener.online();
        gateway.pass(Duration.ofSeconds(1));

        assertEquals(2, server.answers.size());
        assertTrue(answer(0).contains("\"sequence\":1,\"result\":\"accepted\""), answer(0));
        assertTrue(answer(1).contains("\"sequence\":2,\"result\":\"accepted\""), answer(1));
    }

    @Test
    void answers_lostByTheDozen_areBounded() throws Exception {
        server.reachable = false;
        for (int i = 1; i <= 20; i++) {
            send(signed(i, GATEWAY, new Command.Report()));
        }
        server.reachable = true;
        server.answers.clear();

        server.listener.online();
        gateway.pass(Duration.ofSeconds(1));

        assertEquals(8, server.answers.size());
        assertTrue(answer(0).contains("\"sequence\":13,"), answer(0));
    }
}
