// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.core.Outcome;
import io.twinbank.core.spi.PayloadSource;
import io.twinbank.core.spi.SelfTest;
import io.twinbank.core.spi.UpdateTransport;
import io.twinbank.core.suit.Digest;
import io.twinbank.core.suit.EnvelopeBuilder;
import io.twinbank.hal.BankId;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the shipped agent on a fake board, with the smallest store, reports when the other side isn't there for long. */
class OutboxTest {
    private static final class Server implements UpdateTransport {
        private final List<Report> reports = new ArrayList<>();
        private boolean online;
        private boolean acknowledges = true;
        private @Nullable Listener listener;

        @Override
        public void start(Listener listener) {
            this.listener = listener;
            if (online) {
                listener.online();
            }
        }

        @Override
        public CompletionStage<Void> send(Report report) {
            reports.add(report);
            return acknowledges
                    ? CompletableFuture.completedFuture(null)
                    : CompletableFuture.failedFuture(new IOException("the acknowledgement is lost"));
        }

        @Override
        public void close() {}

        private List<String> of(ReportKind kind) {
            return reports.stream()
                    .filter(report -> report.kind() == kind)
                    .map(report -> new String(report.json(), StandardCharsets.UTF_8))
                    .toList();
        }
    }

    private final Server server = new Server();
    private Gateway gateway;
    private int refused;

    @BeforeEach
    void begin() throws Exception {
        gateway = new Gateway(board -> board.smallPart());
        gateway.settings = builder -> builder.transport(server);
        gateway.boot();
    }

    private void refuse(int howMany) {
        for (int i = 0; i < howMany; i++) {
            gateway.offer(Gateway.envelope(10, 2, ("image " + ++refused).getBytes(StandardCharsets.UTF_8)));
        }
    }

    private void connect() {
        server.online = true;
        Objects.requireNonNull(server.listener).online();
        gateway.pass(Duration.ofMinutes(1));
    }

    @Test
    void offlineForMonths_refusalsFold_andTheRollbackAmongThemIsReportedWhole() throws Exception {
        refuse(60);
        gateway.selfTest = SelfTest.Result.fail("modem not registered");
        gateway.installNewImage();
        gateway.boot();
        gateway.pass(Duration.ofSeconds(6));
        assertEquals(BankId.A, gateway.boot());
        refuse(60);

        connect();

        List<String> outcomes = server.of(UpdateTransport.ReportKind.OUTCOME);
        assertEquals(
                1, outcomes.stream().filter(json -> json.contains("RolledBack")).count(), outcomes.toString());
        assertTrue(outcomes.stream().anyMatch(json -> json.contains("modem not registered")));
        int folded = outcomes.stream()
                .filter(json -> json.contains("\"Folded\""))
                .mapToInt(json -> Integer.parseInt(json.replaceAll(".*\"folded\":\\{\"Rejected\":(\\d+)}.*", "$1")))
                .sum();
        long whole =
                outcomes.stream().filter(json -> json.contains("\"Rejected\",")).count();
        assertEquals(120, folded + whole, outcomes.toString());
        assertEquals(0, gateway.agent.status().pendingReports());
    }

    @Test
    void acknowledgementsLost_eachOutcomeIsSentAgainWithItsId() throws Exception {
        server.acknowledges = false;
        refuse(30);
        connect();
        refuse(5);
        server.acknowledges = true;
        gateway.pass(Duration.ofMinutes(1));

        List<String> ids = server.reports.stream()
                .filter(report -> report.kind() == UpdateTransport.ReportKind.OUTCOME)
                .map(UpdateTransport.Report::id)
                .toList();
        Set<String> distinct = new HashSet<>(ids);
        Set<String> bodies = new HashSet<>(server.of(UpdateTransport.ReportKind.OUTCOME));
        assertTrue(ids.size() > distinct.size(), "sent again");
        assertEquals(distinct.size(), bodies.size(), "the same id has the same body");
    }

    @Test
    @Tag("slow") // verifies a thousand signatures
    void sameOffer_aThousandTimes_writesNothing() throws Exception {
        byte[] unacceptable = Gateway.envelope(10, 2, Gateway.NEW_IMAGE);
        byte[] pending = Gateway.newEnvelope();
        gateway.offer(unacceptable);
        gateway.gateOpen = false;
        gateway.installNewImage();
        gateway.board.trace().clear();

        for (int i = 0; i < 1_000; i++) {
            gateway.offer(i % 2 == 0 ? unacceptable : pending);
        }

        assertEquals(List.of(), gateway.board.trace().steps());
    }

    /** The device's own topic and its groups' hold different retained offers; they come in any order, at each connection. */
    @Test
    void offersOfDeviceAndGroups_inAnyOrder_theNewestIsInstalledAndTheOthersAreNoOps() throws Exception {
        for (List<Integer> order : List.of(List.of(11, 12, 13), List.of(13, 12, 11), List.of(12, 13, 11))) {
            begin();
            gateway.gateOpen = false;

            order.forEach(sequence -> gateway.offer(Gateway.envelope(sequence, 2, Gateway.NEW_IMAGE)));
            gateway.pass(Duration.ofSeconds(6));

            Outcome again = gateway.agent.status().lastOutcome().orElse(new Outcome.Superseded());
            assertEquals(new Outcome.Superseded(), again, order.toString());
            gateway.board.trace().clear();
            order.forEach(sequence -> gateway.offer(Gateway.envelope(sequence, 2, Gateway.NEW_IMAGE)));
            assertEquals(List.of(), gateway.board.trace().steps(), order.toString());
            gateway.gateOpen = true;
            gateway.board.bootControl().load(BankId.B, 2);
            gateway.pass(Duration.ofMinutes(2));
            gateway.boot();
            gateway.pass(Duration.ofMinutes(1));
            assertEquals(13, gateway.agent.status().sequence(), order.toString());
        }
    }

    @Test
    void download_overASlowLink_tellsProgressAtMostEveryThirtySecondsAndTenPercent() throws Exception {
        byte[] image = new byte[400 << 10];
        gateway = new Gateway();
        gateway.settings = builder -> builder.transport(server).payloadSource(new Dripping(image));
        gateway.boot();
        connect();
        int before = server.of(UpdateTransport.ReportKind.STATUS).size();

        gateway.offer(Gateway.sign(Gateway.builder(11, 2)
                .image(new EnvelopeBuilder.Image(Digest.sha256Of(image), image.length, "drip:image"))));

        List<String> progress = server.of(UpdateTransport.ReportKind.STATUS).stream()
                .skip(before)
                .filter(json -> json.contains("DOWNLOADING") && json.contains("progress"))
                .toList();
        assertTrue(progress.size() >= 5 && progress.size() <= 11, progress.size() + ": " + progress);
    }

    /** Each KiB takes a second. */
    private final class Dripping implements PayloadSource {
        private final byte[] image;

        Dripping(byte[] image) {
            this.image = image;
        }

        @Override
        public boolean serves(URI uri) {
            return uri.getScheme().equals("drip");
        }

        @Override
        public Stream open(Request request) {
            ByteBuffer left = ByteBuffer.wrap(image, (int) request.offset(), image.length - (int) request.offset());
            return new Stream() {
                @Override
                public int read(ByteBuffer dst) {
                    int count = IntStream.of(1024, left.remaining(), dst.remaining())
                            .min()
                            .orElse(0);
                    if (count == 0) {
                        return -1;
                    }
                    gateway.board.clock().advance(Duration.ofSeconds(1));
                    dst.put(left.slice().limit(count));
                    left.position(left.position() + count);
                    return count;
                }

                @Override
                public Optional<String> validator() {
                    return Optional.empty();
                }

                @Override
                public void close() {}
            };
        }
    }
}
