// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.core.AgentEvent;
import io.twinbank.core.Outcome;
import io.twinbank.core.UpdateState;
import io.twinbank.core.policy.Consent;
import io.twinbank.core.policy.Phase;
import io.twinbank.core.policy.PhaseRule;
import io.twinbank.core.policy.SitePolicy;
import io.twinbank.core.spi.Metric;
import io.twinbank.core.spi.Metrics;
import io.twinbank.core.spi.PayloadSource;
import io.twinbank.core.spi.SelfTest;
import io.twinbank.core.spi.UpdateTransport;
import io.twinbank.hal.BankId;
import io.twinbank.hal.HalException;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** The shipped agent on a strict fake board tells its numbers. */
class MetricsTest {
    /** Adds up what is told, as a collector does. */
    private static final class Collector implements Metrics {
        private final Map<String, Long> numbers = new TreeMap<>();

        @Override
        public void add(Metric metric, String label, long by) {
            assertEquals(Metric.Kind.COUNTER, metric.kind());
            numbers.merge(key(metric, label), by, Long::sum);
        }

        @Override
        public void set(Metric metric, String label, long value) {
            assertEquals(Metric.Kind.GAUGE, metric.kind());
            numbers.put(key(metric, label), value);
        }

        private static String key(Metric metric, String label) {
            assertEquals(metric.label().isEmpty(), label.isEmpty(), metric + " " + label);
            return metric + (label.isEmpty() ? "" : " " + label);
        }

        long of(Metric metric) {
            return numbers.get(metric.name());
        }

        long of(Metric metric, String label) {
            return numbers.get(metric + " " + label);
        }
    }

    /** Takes every report; goes online when a test says so. */
    private static final class Server implements UpdateTransport {
        private CompletableFuture<Void> answer = CompletableFuture.completedFuture(null);
        private Listener listener;

        @Override
        public void start(Listener told) {
            listener = told;
        }

        @Override
        public CompletionStage<Void> send(Report report) {
            return report.kind() == ReportKind.OUTCOME ? answer : CompletableFuture.completedFuture(null);
        }

        @Override
        public void close() {}
    }

    private static final Instant MONDAY_NOON = Instant.parse("2027-03-01T12:00:00Z");

    private final Gateway gateway = new Gateway();
    private final Server server = new Server();
    private Collector collector = new Collector();

    MetricsTest() throws HalException {
        gateway.settings = builder -> builder.transport(server).metrics(collector = new Collector());
    }

    @Test
    void started_eachEventBeginsAtZero_sothatTheFirstIsSeenToRise() {
        gateway.boot();

        assertEquals(1, collector.of(Metric.EVENTS, "agent.started"));
        assertEquals(0, collector.of(Metric.EVENTS, "update.rolled-back"));
        assertEquals(0, collector.of(Metric.FETCHED_BYTES));
        assertFalse(collector.numbers.containsKey("EVENTS row.begun"), "rows are nothing for a collector");
        assertFalse(collector.numbers.containsKey("EVENTS daemon.started"), "it never is an event");
        assertEquals(1, collector.of(Metric.STATE, "IDLE"));
        assertEquals(0, collector.of(Metric.WAITING));
        assertFalse(collector.numbers.containsKey("BUDGET_LEFT_BYTES"), "there is no budget");
    }

    @Test
    void update_bytesStatesAndTrial_areCounted() {
        gateway.boot();
        gateway.installNewImage();

        assertEquals(0, collector.of(Metric.FETCHED_BYTES), "it is in the device's memory");
        assertEquals(Gateway.NEW_IMAGE.length, collector.of(Metric.WRITTEN_BYTES));
        assertEquals(1, collector.of(Metric.STATE, "ARMED"));
        assertEquals(0, collector.of(Metric.STATE, "DOWNLOADING"));
        assertEquals(0, collector.of(Metric.TRIAL_STARTS));

        gateway.selfTest = SelfTest.Result.notYet("modem");
        assertEquals(BankId.B, gateway.boot());
        gateway.pass(Duration.ofSeconds(1));
        assertEquals(1, collector.of(Metric.TRIAL_STARTS));
        assertEquals(1, collector.of(Metric.WAITING));
        gateway.boot();
        gateway.pass(Duration.ofSeconds(1));
        assertEquals(2, collector.of(Metric.TRIAL_STARTS));

        gateway.selfTest = SelfTest.Result.pass();
        gateway.pass(Duration.ofSeconds(6));
        assertEquals(1, collector.of(Metric.EVENTS, "update.installed"));
        assertEquals(1, collector.of(Metric.LAST_OUTCOME, "Installed"));
        assertEquals(1, collector.of(Metric.STATE, "IDLE"));
        assertEquals(0, collector.of(Metric.TRIAL_STARTS));
        assertEquals(0, collector.of(Metric.WAITING));
    }

    @Test
    void offer_refused_isCountedByItsReason() {
        gateway.boot();

        gateway.offer(Gateway.envelope(9, 2, Gateway.NEW_IMAGE));

        assertEquals(1, collector.of(Metric.REJECTIONS, "SEQUENCE_TOO_LOW"));
        assertEquals(1, collector.of(Metric.EVENTS, "update.rejected"));
        assertEquals(1, collector.of(Metric.LAST_OUTCOME, "Rejected"));
    }

    @Test
    void link_comesAndGoes_isSeen() {
        gateway.boot();
        server.listener.online();
        server.listener.offline("cable");
        gateway.pass(Duration.ofSeconds(1));
        assertEquals(0, collector.of(Metric.LINK_UP));

        server.listener.online();
        gateway.pass(Duration.ofSeconds(1));

        assertEquals(1, collector.of(Metric.LINK_UP));
        assertEquals(2, collector.of(Metric.EVENTS, "link.online"));
        assertEquals(1, collector.of(Metric.EVENTS, "link.offline"));
    }

    @Test
    void reports_waitForTheBroker_arePending() {
        server.answer = new CompletableFuture<>();
        gateway.boot();
        server.listener.online();
        gateway.offer(Gateway.envelope(9, 2, Gateway.NEW_IMAGE));
        assertEquals(1, collector.of(Metric.REPORTS_PENDING));

        server.answer.complete(null);
        gateway.pass(Duration.ofSeconds(1));

        assertEquals(0, collector.of(Metric.REPORTS_PENDING));
    }

    @Test
    void budget_used_isLessThanBefore() {
        gateway.settings = builder -> builder.metrics(collector = new Collector())
                .payloadSource(new Remote(Integer.MAX_VALUE))
                .sitePolicy(SitePolicy.builder().budget(1_000_000).build());
        gateway.boot();
        gateway.board.clock().synchronise(MONDAY_NOON);
        assertEquals(1_000_000, collector.of(Metric.BUDGET_LEFT_BYTES));

        gateway.installNewImage();

        assertEquals(UpdateState.ARMED, gateway.agent.status().state());
        assertEquals(1_000_000 - Gateway.NEW_IMAGE.length, collector.of(Metric.BUDGET_LEFT_BYTES));
    }

    @Test
    void offer_heldByTheSite_isWaitedFor() {
        gateway.settings = builder -> builder.metrics(collector = new Collector())
                .sitePolicy(SitePolicy.builder()
                        .rule(Phase.DOWNLOAD, PhaseRule.open().withConsent())
                        .consent(new Consent(Duration.ofDays(3), 2, Duration.ofHours(8)))
                        .build());
        gateway.boot();
        gateway.board.clock().synchronise(MONDAY_NOON);

        gateway.offer(Gateway.newEnvelope());
        gateway.pass(Duration.ofMinutes(10));

        assertEquals(1, collector.of(Metric.WAITING));
        assertEquals(1, collector.of(Metric.EVENTS, "agent.waiting"), "told again and again, and waited for once");
    }

    @Test
    void download_interrupted_countsWhatIsFetchedAgain() {
        Remote remote = new Remote(10_000);
        gateway.settings =
                builder -> builder.metrics(collector = new Collector()).payloadSource(remote);
        gateway.boot();

        gateway.installNewImage();
        gateway.pass(Duration.ofMinutes(1));

        assertEquals(1, collector.of(Metric.EVENTS, "download.interrupted"));
        assertEquals(remote.given, collector.of(Metric.FETCHED_BYTES));
        assertEquals(Gateway.NEW_IMAGE.length, collector.of(Metric.WRITTEN_BYTES));
    }

    /** A server that breaks off once. */
    private static final class Remote implements PayloadSource {
        private final int breaksAt;
        private long given;
        private boolean broke;

        Remote(int breaksAt) {
            this.breaksAt = breaksAt;
        }

        @Override
        public boolean serves(URI uri) {
            return true;
        }

        @Override
        public Stream open(Request request) {
            ByteBuffer image = ByteBuffer.wrap(Gateway.NEW_IMAGE).position((int) request.offset());
            return new Stream() {
                @Override
                public int read(ByteBuffer dst) throws IOException {
                    if (!broke && image.position() >= breaksAt) {
                        broke = true;
                        throw new IOException("cut");
                    }
                    int bytes = Math.min(Math.min(dst.remaining(), image.remaining()), 1_000);
                    if (bytes == 0) {
                        return -1;
                    }
                    dst.put(image.slice(image.position(), bytes));
                    image.position(image.position() + bytes);
                    given += bytes;
                    return bytes;
                }

                @Override
                public Optional<String> validator() {
                    return Optional.of("v1");
                }

                @Override
                public void close() {}
            };
        }
    }

    @Test
    void metrics_throw_harmNoUpdate() {
        gateway.settings = builder -> builder.metrics(new Metrics() {
            @Override
            public void add(Metric metric, String label, long by) {
                throw new IllegalStateException("no collector");
            }

            @Override
            public void set(Metric metric, String label, long value) {
                throw new NoSuchMethodError("another version of the collector's library");
            }
        });
        gateway.boot();
        gateway.installNewImage();
        gateway.boot();
        gateway.pass(Duration.ofSeconds(10));

        assertInstanceOf(Outcome.Installed.class, gateway.outcomes().get(0));
        assertEquals(1, gateway.outcomes().size());
        assertTrue(gateway.events.stream().noneMatch(AgentEvent.Trouble.class::isInstance));
    }
}
