// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.core.AgentEvent;
import io.twinbank.core.Cause;
import io.twinbank.core.HealthPolicy;
import io.twinbank.core.HealthReport;
import io.twinbank.core.OtaAgent;
import io.twinbank.core.Outcome;
import io.twinbank.core.Telemetry;
import io.twinbank.core.UpdateState;
import io.twinbank.core.spi.HealthGauges;
import io.twinbank.core.spi.SelfTest;
import io.twinbank.core.spi.UpdateTransport;
import io.twinbank.core.suit.Digest;
import io.twinbank.core.suit.EnvelopeBuilder;
import io.twinbank.hal.BankId;
import io.twinbank.hal.ComponentId;
import io.twinbank.hal.HalException;
import io.twinbank.hal.StateKey;
import io.twinbank.hal.StateStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The shipped agent on a strict fake board tells its inventory and its health. */
class TelemetryTest {
    private static final Duration OBSERVE = Duration.ofMinutes(2);
    private static final ComponentId CONFIG = ComponentId.of("config");
    private static final byte[] NEW_CONFIG = new byte[5_000];

    /** Keeps what arrives. */
    private static final class Server implements UpdateTransport {
        private final List<Report> reports = new ArrayList<>();
        private Listener listener;

        @Override
        public void start(Listener told) {
            listener = told;
            listener.online();
        }

        @Override
        public CompletionStage<Void> send(Report report) {
            reports.add(report);
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void close() {}

        List<String> of(ReportKind kind) {
            return reports.stream()
                    .filter(report -> report.kind() == kind)
                    .map(report -> new String(report.json(), StandardCharsets.UTF_8))
                    .toList();
        }
    }

    /** Three gauges that a test sets. */
    private static final class Gauges implements HealthGauges {
        private double load = 0.3;
        private double restarts;
        private boolean broken;
        private int reads;

        @Override
        public List<Gauge> gauges() {
            return List.of(
                    new Gauge("load", Kind.LEVEL, Worse.MORE, true, 0.25),
                    new Gauge("restarts", Kind.COUNTER, Worse.MORE, true, 3),
                    new Gauge("temperature", Kind.LEVEL, Worse.NEITHER, false, 5));
        }

        @Override
        public OptionalDouble read(String name) {
            if (broken) {
                throw new IllegalStateException("no sensor");
            }
            reads++;
            return switch (name) {
                case "load" -> OptionalDouble.of(load + 0.01 * (reads % 5));
                case "restarts" -> OptionalDouble.of(restarts);
                default -> OptionalDouble.empty();
            };
        }
    }

    private Server server = new Server();
    private final Gauges gauges = new Gauges();
    private Telemetry telemetry = Telemetry.plain();
    private Gateway gateway;

    @BeforeEach
    void makeGateway() throws HalException {
        gateway = new Gateway();
        gateway.settings = builder -> builder.transport(server = new Server()).telemetry(telemetry);
    }

    private void watchHealth(HealthPolicy policy) {
        telemetry = Telemetry.plain().withHealth(gauges, policy);
        gateway.boot();
        minutes(60);
        gateway.board.trace().clear();
    }

    private void minutes(int minutes) {
        for (int i = 0; i < minutes * 6; i++) {
            gateway.pass(Duration.ofSeconds(10));
        }
    }

    /** Minute by minute. */
    private void hours(int hours) {
        for (int i = 0; i < hours * 60; i++) {
            gateway.pass(Duration.ofMinutes(1));
        }
    }

    private List<HealthReport> compared() {
        return gateway.events.stream()
                .filter(AgentEvent.HealthCompared.class::isInstance)
                .map(event -> ((AgentEvent.HealthCompared) event).report())
                .toList();
    }

    // The inventory

    @Test
    void online_inventory_isToldOnceAndSaysWhatTheEnvelopeSays() {
        telemetry = Telemetry.plain().withFacts(() -> Map.of("site", "plant 7"));
        gateway.boot();

        minutes(30);

        List<String> told = server.of(UpdateTransport.ReportKind.INVENTORY);
        assertEquals(1, told.size());
        assertTrue(told.get(0).contains("\"device\":\"gateway-0001\""), told.get(0));
        assertTrue(told.get(0).contains("\"running\":\"A\",\"banks\":[{\"bank\":\"A\",\"sequence\":10"), told.get(0));
        assertTrue(told.get(0).contains("\"agentVersion\":\"" + OtaAgent.version() + "\""), told.get(0));
        assertTrue(told.get(0).contains("\"facts\":{\"site\":\"plant 7\"}"), told.get(0));
    }

    @Test
    void online_again_tellsTheInventoryAgain() {
        gateway.boot();

        server.listener.offline("cable");
        server.listener.online();
        gateway.pass(Duration.ofSeconds(1));

        assertEquals(2, server.of(UpdateTransport.ReportKind.INVENTORY).size());
    }

    @Test
    void installed_inventory_hasBothBanks() {
        gateway.boot();
        gateway.installNewImage();
        gateway.boot();
        gateway.pass(Duration.ofSeconds(10));

        List<String> told = server.of(UpdateTransport.ReportKind.INVENTORY);
        String last = told.get(told.size() - 1);
        assertTrue(last.contains("\"running\":\"B\",\"banks\":[{\"bank\":\"B\",\"sequence\":11"), last);
        assertTrue(last.contains("{\"bank\":\"A\",\"sequence\":10"), last);
        assertTrue(last.contains("],\"securityVersion\":2,\"trustVersion\":0"), last);
    }

    @Test
    void inventory_manyAndLongFacts_areCut() {
        Map<String, String> facts = new HashMap<>();
        for (int i = 0; i < 40; i++) {
            facts.put("name" + (100 + i) + "x".repeat(70), "v".repeat(300));
        }
        telemetry = Telemetry.plain().withFacts(() -> facts);
        gateway.boot();

        String told = server.of(UpdateTransport.ReportKind.INVENTORY).get(0);

        assertEquals(32, told.split("\"v{256}\"", -1).length - 1);
        assertTrue(told.contains("\"name131" + "x".repeat(57) + "\""), told);
        assertFalse(told.contains("name132"), told);
    }

    @Test
    void inventory_factsThrow_disturbsNoUpdate() {
        telemetry = Telemetry.plain().withFacts(() -> {
            throw new IllegalStateException("no facts");
        });
        gateway.boot();
        gateway.installNewImage();
        gateway.boot();
        gateway.pass(Duration.ofSeconds(10));

        assertTrue(gateway.outcomes().get(0) instanceof Outcome.Installed);
        assertEquals(List.of(), server.of(UpdateTransport.ReportKind.INVENTORY));
    }

    @Test
    void messages_fields_areThoseOfTheManual() throws IOException {
        watchHealth(HealthPolicy.reportOnly());
        gateway.installNewImage();
        gateway.boot();
        minutes(8);
        String manual = Files.readString(Path.of("..", "docs", "wire-format.md"));

        for (UpdateTransport.ReportKind kind :
                List.of(UpdateTransport.ReportKind.INVENTORY, UpdateTransport.ReportKind.HEALTH)) {
            String section = manual.split(
                            "### " + kind.name().charAt(0)
                                    + kind.name().substring(1).toLowerCase(Locale.ROOT) + "\n",
                            2)[1]
                    .split("\n##", 2)[0];
            List<String> told = server.of(kind);
            Pattern.compile("\"([A-Za-z]+)\":")
                    .matcher(told.get(told.size() - 1))
                    .results()
                    .map(field -> "\"" + field.group(1) + "\": {")
                    .forEach(field -> assertTrue(section.contains(field), field + " isn't in the schema of " + kind));
        }
    }

    // The health

    @Test
    void health_noGauges_nothingIsStored() throws HalException {
        gateway.boot();
        minutes(120);
        gateway.installNewImage();

        assertTrue(gateway.board.stateStore().load(StateKey.HEALTH) instanceof StateStore.Absent);
    }

    @Test
    void health_baseline_isStoredOnceAnHourAndBeforeTheFirstStepOfArming() throws HalException {
        watchHealth(HealthPolicy.reportOnly());

        minutes(150);
        long hourly = gateway.steps().stream().filter("store HEALTH"::equals).count();
        gateway.board.trace().clear();
        gateway.installNewImage();

        List<String> steps = gateway.steps();
        int health = steps.indexOf("store HEALTH");
        assertEquals(2, hourly);
        assertTrue(health > 0, steps.toString());
        assertTrue(health < steps.indexOf("armTrial B"), steps.toString());
        assertEquals(
                List.of("store HEALTH", "store JOURNAL", "armTrial B", "reset"), steps.subList(health, health + 4));
        StateStore.Loaded record = gateway.board.stateStore().load(StateKey.HEALTH);
        assertTrue(((StateStore.Found) record).record().length <= 2048);
    }

    @Test
    void trial_threeTimesTheLoad_failsWithTheNumbers() {
        watchHealth(HealthPolicy.failTrial(OBSERVE));
        gateway.installNewImage();
        gauges.load = 0.92;

        assertEquals(BankId.B, gateway.boot());
        minutes(4);

        assertEquals(1, compared().size());
        assertEquals(HealthReport.Verdict.WORSE, compared().get(0).verdict());
        assertTrue(gateway.board.trace().steps().contains("reset"));
        gateway.boot();
        Outcome.RolledBack outcome = (Outcome.RolledBack) gateway.outcomes().get(0);
        assertEquals(Cause.SELF_TEST_FAILED, outcome.cause());
        assertTrue(outcome.detail().startsWith("load 0.94, before 0.32 ± 0.00977"), outcome.detail());
        assertTrue(outcome.detail().endsWith("(median ± MAD)"), outcome.detail());
    }

    @Test
    void trial_asBefore_waitsForTheComparisonAndPasses() {
        watchHealth(HealthPolicy.failTrial(OBSERVE));
        gateway.installNewImage();
        gateway.boot();

        minutes(3);
        assertEquals(UpdateState.TRIAL, gateway.agent.status().state());
        assertTrue(
                gateway.agent.status().waitingFor().contains("health is compared, 70 of 120 s"),
                gateway.agent.status().waitingFor());
        minutes(2);

        assertEquals(UpdateState.IDLE, gateway.agent.status().state());
        assertTrue(gateway.outcomes().get(0) instanceof Outcome.Installed);
        assertEquals(
                HealthReport.Verdict.AS_BEFORE,
                gateway.agent.health().orElseThrow().verdict());
        assertTrue(server.of(UpdateTransport.ReportKind.HEALTH)
                .get(0)
                .contains("\"phase\":\"EARLY\",\"verdict\":\"AS_BEFORE\""));
    }

    @Test
    void trial_restartLoop_fails() {
        watchHealth(HealthPolicy.failTrial(OBSERVE));
        gateway.installNewImage();
        gateway.boot();

        for (int i = 0; i < 30; i++) {
            gauges.restarts++;
            gateway.pass(Duration.ofSeconds(10));
        }

        assertEquals("restarts", compared().get(0).gauges().get(1).name());
        assertEquals(
                HealthReport.Verdict.WORSE, compared().get(0).gauges().get(1).verdict());
    }

    @Test
    void trial_reportOnly_isntFailedByAnything() {
        watchHealth(HealthPolicy.reportOnly());
        gateway.installNewImage();
        gauges.load = 5;
        gateway.boot();

        minutes(8);

        assertTrue(gateway.outcomes().get(0) instanceof Outcome.Installed);
        assertEquals(HealthReport.Verdict.WORSE, compared().get(0).verdict());
    }

    @Test
    void trial_recordLostOrDamaged_passes() throws HalException {
        for (byte[] record : new byte[][] {{}, {'G', 9, 0, 0}, {'G', 1, 0, 0}, new byte[2000]}) {
            makeGateway();
            watchHealth(HealthPolicy.failTrial(OBSERVE));
            gateway.installNewImage();
            gauges.load = 5;
            gateway.board.stateStore().store(StateKey.HEALTH, record);
            gateway.boot();

            minutes(1);

            assertTrue(gateway.outcomes().get(0) instanceof Outcome.Installed);
            gauges.load = 0.3;
        }
    }

    @Test
    void trial_gaugesBreak_passes() {
        watchHealth(HealthPolicy.failTrial(OBSERVE));
        gateway.installNewImage();
        gauges.broken = true;
        gateway.boot();

        minutes(5);

        assertTrue(gateway.outcomes().get(0) instanceof Outcome.Installed);
        assertEquals(HealthReport.Verdict.NO_BASELINE, compared().get(0).verdict());
    }

    @Test
    void trial_embeddersTestFails_isHeardAtOnce() {
        watchHealth(HealthPolicy.failTrial(OBSERVE));
        gateway.installNewImage();
        gateway.selfTest = SelfTest.Result.fail("no modem");
        gateway.boot();

        gateway.pass(Duration.ofSeconds(1));

        assertTrue(gateway.board.trace().steps().contains("reset"));
    }

    @Test
    void confirmed_aDayLater_isComparedOnceMore() {
        watchHealth(HealthPolicy.reportOnly());
        gateway.installNewImage();
        gateway.boot();
        minutes(8);
        gauges.load = 2;

        hours(25);

        assertEquals(2, compared().size());
        assertEquals(HealthReport.Phase.LATE, compared().get(1).phase());
        assertEquals(HealthReport.Verdict.WORSE, compared().get(1).verdict());
        hours(25);
        assertEquals(2, compared().size());
    }

    @Test
    void rolledBack_baseline_isStillThatOfTheOldImage() {
        watchHealth(HealthPolicy.failTrial(OBSERVE));
        gateway.installNewImage();
        gauges.load = 0.92;
        gateway.boot();
        gateway.board.trace().clear();
        minutes(4);

        assertFalse(gateway.board.trace().steps().contains("store HEALTH"), "a trial overwrote what was before");
        gateway.events.clear();
        gauges.load = 0.3;
        assertEquals(BankId.A, gateway.boot());
        minutes(10);
        assertEquals(List.of(), compared());
    }

    // Components alone: a trial without a reset

    private MemoryComponent watchComponents(HealthPolicy policy) {
        MemoryComponent config = new MemoryComponent("config", gateway.board.trace());
        gateway.settings = builder -> builder.telemetry(telemetry).component(CONFIG, config);
        watchHealth(policy);
        return config;
    }

    private void offerConfig(long sequence, byte[] content) {
        gateway.offer(Gateway.sign(new EnvelopeBuilder(CONFIG, sequence, Gateway.VENDOR, Gateway.CLASS)
                .image(new EnvelopeBuilder.Image(Digest.sha256Of(content), content.length, "#new"))
                .integratedPayload("#new", content)));
        gateway.pass(Duration.ofSeconds(1));
    }

    @Test
    void componentsAlone_threeTimesTheLoad_areRevertedWithTheNumbers() {
        MemoryComponent config = watchComponents(HealthPolicy.failTrial(OBSERVE));
        offerConfig(11, NEW_CONFIG);
        gauges.load = 0.92;

        minutes(3);
        assertEquals(UpdateState.TRIAL, gateway.agent.status().state());
        minutes(2);

        Outcome.RolledBack outcome = (Outcome.RolledBack) gateway.outcomes().get(0);
        assertEquals(Cause.SELF_TEST_FAILED, outcome.cause());
        assertTrue(outcome.detail().startsWith("load 0.94, before 0.32 ± 0.01"), outcome.detail());
        assertEquals(MemoryComponent.OLD.length, config.held.length);
        assertFalse(gateway.board.trace().steps().contains("reset"));
        assertEquals(1, compared().size());
    }

    @Test
    void componentsAlone_asBefore_areInstalledAfterTheComparison_andComparedOnceMoreADayLater() {
        MemoryComponent config = watchComponents(HealthPolicy.failTrial(OBSERVE));
        offerConfig(11, NEW_CONFIG);
        assertTrue(
                gateway.agent.status().waitingFor().contains("health is compared, 0 of 120 s"),
                gateway.agent.status().waitingFor());

        minutes(5);

        assertEquals(List.of(new Outcome.Installed(false)), gateway.outcomes());
        assertEquals(NEW_CONFIG.length, config.held.length);
        assertEquals(HealthReport.Verdict.AS_BEFORE, compared().get(0).verdict());
        gauges.load = 2;
        hours(25);
        assertEquals(2, compared().size());
        assertEquals(HealthReport.Phase.LATE, compared().get(1).phase());
        assertEquals(HealthReport.Verdict.WORSE, compared().get(1).verdict());
    }

    @Test
    void componentsAlone_afterOneThatWasReverted_areComparedWithBeforeBoth() {
        watchComponents(HealthPolicy.failTrial(OBSERVE));
        offerConfig(11, NEW_CONFIG);
        gauges.load = 0.92;
        minutes(5);
        gauges.load = 0.3;
        minutes(10);

        gauges.load = 0.92;
        offerConfig(12, new byte[7]);
        minutes(5);

        assertEquals(2, compared().size());
        assertEquals(HealthReport.Verdict.WORSE, compared().get(1).verdict());
        assertEquals(2, gateway.outcomes().size());
    }

    @Test
    void componentsAlone_reportOnly_areInstalledAtOnceAndReported() {
        watchComponents(HealthPolicy.reportOnly());
        offerConfig(11, NEW_CONFIG);
        assertEquals(List.of(new Outcome.Installed(false)), gateway.outcomes());
        gauges.load = 5;

        minutes(8);

        assertEquals(1, compared().size());
        assertEquals(HealthReport.Verdict.WORSE, compared().get(0).verdict());
    }

    @Test
    void componentsAlone_powerCutInTheTrial_areComparedAfterTheBoot() {
        MemoryComponent config = watchComponents(HealthPolicy.failTrial(OBSERVE));
        offerConfig(11, NEW_CONFIG);
        minutes(3);
        gauges.load = 0.92;

        gateway.boot();
        minutes(5);

        assertEquals(1, gateway.outcomes().size());
        assertTrue(
                gateway.outcomes().get(0) instanceof Outcome.RolledBack,
                gateway.outcomes().toString());
        assertEquals(MemoryComponent.OLD.length, config.held.length);
    }

    @Test
    void store_fails_disturbsNoUpdate() {
        watchHealth(HealthPolicy.reportOnly());
        gateway.board.trace().failNext("store HEALTH", HalException.Kind.NO_SPACE);
        gateway.installNewImage();

        assertTrue(gateway.board.trace().steps().contains("armTrial B"));
    }

    @Test
    void build_deadlineBeforeTheComparison_isRefused() {
        telemetry = Telemetry.plain().withHealth(gauges, HealthPolicy.failTrial(Duration.ofMinutes(3)));

        IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, () -> gateway.boot());

        assertTrue(refused.getMessage().contains("300 s"), refused.getMessage());
    }
}
