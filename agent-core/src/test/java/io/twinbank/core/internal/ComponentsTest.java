// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.twinbank.core.Cause;
import io.twinbank.core.ComponentState;
import io.twinbank.core.ComponentState.Holds;
import io.twinbank.core.OtaAgent;
import io.twinbank.core.Outcome;
import io.twinbank.core.RejectReason;
import io.twinbank.core.Rejection;
import io.twinbank.core.UpdateState;
import io.twinbank.core.internal.record.OutcomeRecord;
import io.twinbank.core.internal.source.BytesSource;
import io.twinbank.core.spi.PayloadSource;
import io.twinbank.core.spi.SelfTest;
import io.twinbank.core.suit.Digest;
import io.twinbank.core.suit.EnvelopeBuilder;
import io.twinbank.hal.BankId;
import io.twinbank.hal.ComponentId;
import io.twinbank.hal.StateKey;
import io.twinbank.hal.StateStore;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Updates of a bank together with components beside it. */
class ComponentsTest {
    private static final byte[] OLD = MemoryComponent.OLD;
    private static final byte[] NEW = new byte[5_000];
    private static final Duration LONG = Duration.ofMinutes(3);

    private final Gateway gateway = gateway();
    private final MemoryComponent config = new MemoryComponent("config", gateway.board.trace());
    private final MemoryComponent modem = new MemoryComponent("modem", gateway.board.trace());

    private static Gateway gateway() {
        try {
            return new Gateway();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private void boot() {
        gateway.settings = builder ->
                builder.component(ComponentId.of("config"), config).component(ComponentId.of("modem"), modem);
        gateway.boot();
        gateway.board.trace().clear();
    }

    private static byte[] envelope() {
        return Gateway.sign(together(Gateway.builder(11, 2)
                .image(new EnvelopeBuilder.Image(Digest.sha256Of(Gateway.NEW_IMAGE), Gateway.NEW_IMAGE.length, "#os"))
                .integratedPayload("#os", Gateway.NEW_IMAGE)));
    }

    private static EnvelopeBuilder together(EnvelopeBuilder builder) {
        EnvelopeBuilder.Image content = new EnvelopeBuilder.Image(Digest.sha256Of(NEW), NEW.length, "#new");
        return builder.component(ComponentId.of("config"), content)
                .component(ComponentId.of("modem"), content)
                .integratedPayload("#new", NEW);
    }

    private void installUpToTheReset() {
        gateway.board.bootControl().load(BankId.B, 2);
        gateway.offer(envelope());
        gateway.scheduler.runUntil(gateway.scheduler.now().plus(Duration.ofSeconds(6)));
    }

    @Test
    void update_withComponents_isDurableInTheWrittenOrder() {
        boot();

        installUpToTheReset();
        gateway.boot();

        assertEquals(
                List.of(
                        "delete CHECKPOINT",
                        "store MANIFEST_B",
                        "store JOURNAL",
                        "invalidate B",
                        "begin B",
                        "sync B",
                        "store CHECKPOINT",
                        "stage config",
                        "stage modem",
                        "sync B",
                        "end B",
                        "store JOURNAL",
                        "store JOURNAL",
                        "store JOURNAL",
                        "armTrial B",
                        "reset",
                        "store JOURNAL",
                        "activate config",
                        "activate modem",
                        "store JOURNAL",
                        "confirm",
                        "store SECURITY",
                        "advance SECURITY_VERSION 2",
                        "store OUTCOMES",
                        "store JOURNAL"),
                gateway.steps());
        assertEquals(List.of(new Outcome.Installed(false)), gateway.outcomes());
    }

    @Test
    void update_failsItsSelfTest_isRevertedInReverseBeforeItIsTold() {
        boot();
        installUpToTheReset();
        gateway.selfTest = SelfTest.Result.fail("modem is dead");
        gateway.board.trace().clear();

        gateway.boot();
        gateway.boot();

        assertEquals(
                List.of(
                        "store JOURNAL",
                        "activate config",
                        "activate modem",
                        "store JOURNAL",
                        "revert modem",
                        "revert config",
                        "disarm",
                        "reset",
                        "store SECURITY",
                        "store OUTCOMES",
                        "store JOURNAL",
                        "disarm"),
                gateway.steps());
        assertEquals(List.of(new Outcome.RolledBack(Cause.SELF_TEST_FAILED, "modem is dead")), gateway.outcomes());
        assertHold(OLD, OLD);
    }

    @Test
    void update_usesUpItsAttempts_isRevertedByTheOldAgent() {
        boot();
        installUpToTheReset();
        gateway.selfTest = SelfTest.Result.notYet("hangs");
        gateway.boot();
        boolean activated = config.held == config.staged && modem.by.isPresent();
        gateway.boot();
        gateway.boot();

        gateway.boot();

        assertEquals(true, activated);
        assertInstanceOf(Outcome.RolledBack.class, gateway.outcomes().get(0));
        assertHold(OLD, OLD);
    }

    @Test
    void activate_throwsOnce_isTriedAgain() {
        boot();
        installUpToTheReset();
        modem.activateThrows = Optional.of(new IOException("no answer"));
        gateway.boot();
        modem.activateThrows = Optional.empty();

        gateway.pass(Duration.ofSeconds(2));

        assertEquals(List.of(new Outcome.Installed(false)), gateway.outcomes());
    }

    @Test
    void activate_throwsAgainAndAgain_failsTheTrial() {
        boot();
        installUpToTheReset();
        modem.activateThrows = Optional.of(new IOException("no answer"));
        gateway.boot();

        gateway.pass(LONG);
        gateway.boot();

        assertEquals(
                List.of(new Outcome.RolledBack(
                        Cause.COMPONENT, "given up: component modem can't be activated: no answer")),
                gateway.outcomes());
        assertHold(OLD, OLD);
    }

    @Test
    void revert_throwsAgainAndAgain_isInconsistent() {
        boot();
        installUpToTheReset();
        gateway.selfTest = SelfTest.Result.fail("dead");
        config.revertThrows = Optional.of(new IOException("disk is read-only"));
        gateway.boot();
        gateway.boot();

        gateway.pass(LONG);

        Outcome.Inconsistent outcome =
                assertInstanceOf(Outcome.Inconsistent.class, gateway.outcomes().get(0));
        assertEquals(Cause.SELF_TEST_FAILED, outcome.cause());
        assertEquals(
                List.of(
                        new ComponentState("os", Holds.OLD),
                        new ComponentState("config", Holds.NEW),
                        new ComponentState("modem", Holds.OLD)),
                outcome.components());
        assertEquals(UpdateState.IDLE, gateway.agent.status().state());
    }

    @Test
    void report_inconsistent_saysWhatEachComponentHolds() throws Exception {
        Outcome outcome = new Outcome.Inconsistent(
                Cause.ATTEMPTS_EXHAUSTED,
                List.of(new ComponentState("os", Holds.OLD), new ComponentState("app/config", Holds.NEW)),
                "why");

        String json = new String(
                ReportJson.outcome("gw-17", OutcomeRecord.of("1", "", 0, 0, BankId.A, outcome), Optional.empty()),
                StandardCharsets.UTF_8);

        assertEquals(
                "{\"schema\":1,\"id\":\"1\",\"device\":\"gw-17\",\"outcome\":\"Inconsistent\","
                        + "\"cause\":\"ATTEMPTS_EXHAUSTED\",\"detail\":\"why\",\"components\":"
                        + "[{\"component\":\"os\",\"holds\":\"OLD\"},{\"component\":\"app/config\",\"holds\":\"NEW\"}],"
                        + "\"running\":\"A\"}",
                json);
    }

    @Test
    void revert_throwsAtFirst_isRolledBack() {
        boot();
        installUpToTheReset();
        gateway.selfTest = SelfTest.Result.fail("dead");
        config.revertThrows = Optional.of(new IOException("busy"));
        gateway.boot();
        gateway.boot();
        config.revertThrows = Optional.empty();

        gateway.pass(LONG);

        assertEquals(List.of(new Outcome.RolledBack(Cause.SELF_TEST_FAILED, "dead")), gateway.outcomes());
        assertHold(OLD, OLD);
    }

    @Test
    void revert_envelopeLost_isInconsistent() throws Exception {
        boot();
        installUpToTheReset();
        gateway.selfTest = SelfTest.Result.notYet("hangs");
        gateway.boot();
        gateway.boot();
        gateway.boot();
        gateway.board.stateStore().put(StateKey.MANIFEST_B, new StateStore.Corrupt("lost"));

        gateway.boot();

        Outcome.Inconsistent outcome =
                assertInstanceOf(Outcome.Inconsistent.class, gateway.outcomes().get(0));
        assertEquals(
                List.of(
                        new ComponentState("os", Holds.OLD),
                        new ComponentState("config", Holds.UNKNOWN),
                        new ComponentState("modem", Holds.UNKNOWN)),
                outcome.components());
    }

    @Test
    void revert_journalLost_isRevertedByTheOtherBanksManifest() throws Exception {
        boot();
        installUpToTheReset();
        gateway.selfTest = SelfTest.Result.notYet("hangs");
        gateway.boot();
        gateway.boot();
        gateway.boot();
        gateway.board.stateStore().put(StateKey.JOURNAL, new StateStore.Corrupt("lost"));

        gateway.boot();

        assertEquals(List.of(new Outcome.RolledBack(Cause.UNKNOWN, "the journal was lost")), gateway.outcomes());
        assertHold(OLD, OLD);
    }

    @Test
    void lostJournal_afterAnInstalledUpdate_revertsNothing() throws Exception {
        boot();
        installUpToTheReset();
        gateway.boot();
        gateway.board.stateStore().put(StateKey.JOURNAL, new StateStore.Corrupt("lost"));

        gateway.boot();

        assertEquals(NEW.length, config.held.length);
        assertInstanceOf(Outcome.StateLost.class, gateway.outcomes().get(1));
    }

    @Test
    void trial_handlerIsGone_failsTheTrial() {
        boot();
        installUpToTheReset();
        gateway.settings = builder -> builder.component(ComponentId.of("config"), config);
        gateway.boot();
        gateway.pass(LONG);
        gateway.settings = builder ->
                builder.component(ComponentId.of("config"), config).component(ComponentId.of("modem"), modem);

        gateway.boot();

        assertEquals(
                List.of(new Outcome.RolledBack(
                        Cause.COMPONENT,
                        "given up: component modem has no handler in this firmware; there are [config]")),
                gateway.outcomes());
        assertHold(OLD, OLD);
    }

    @Test
    void stage_throws_failsAndMayBeOfferedAgain() {
        boot();
        modem.stageThrows = Optional.of(new IOException("disk full"));

        gateway.offer(envelope());
        gateway.pass(Duration.ofSeconds(1));

        Outcome.Failed outcome =
                assertInstanceOf(Outcome.Failed.class, gateway.outcomes().get(0));
        assertEquals(Cause.COMPONENT, outcome.cause());
        assertEquals(true, outcome.detail().contains("component modem can't be staged: disk full"), outcome.detail());
    }

    @Test
    void staged_isGoneBeforeTheGateOpens_fails() {
        boot();
        gateway.gateOpen = false;
        installUpToTheReset();
        modem.staged = new byte[0];
        gateway.gateOpen = true;

        gateway.pass(Duration.ofSeconds(6));

        assertEquals(
                List.of(new Outcome.Failed(
                        Cause.COMPONENT, Optional.empty(), "component modem has no longer staged what it is to hold")),
                gateway.outcomes());
    }

    @Test
    void resume_imageIsWhole_isNotFetchedAgain() throws Exception {
        boot();
        List<String> fetched = new ArrayList<>();
        PayloadSource broken = new Served(fetched, false);
        gateway.settings = gateway.settings.andThen(builder -> builder.payloadSource(broken))::apply;
        gateway.boot();
        EnvelopeBuilder.Image remote =
                new EnvelopeBuilder.Image(Digest.sha256Of(NEW), NEW.length, "https://updates.example/modem");
        gateway.board.bootControl().load(BankId.B, 2);
        gateway.offer(Gateway.sign(Gateway.builder(11, 2)
                .image(new EnvelopeBuilder.Image(
                        Digest.sha256Of(Gateway.NEW_IMAGE), Gateway.NEW_IMAGE.length, "https://updates.example/os"))
                .component(
                        ComponentId.of("config"), new EnvelopeBuilder.Image(Digest.sha256Of(NEW), NEW.length, "#new"))
                .component(ComponentId.of("modem"), remote)
                .integratedPayload("#new", NEW)));
        List<String> before = gateway.steps();
        gateway.settings = gateway.settings.andThen(builder -> builder.payloadSource(new Served(fetched, true)))::apply;
        gateway.board.trace().clear();
        fetched.clear();

        gateway.boot();
        gateway.pass(Duration.ofSeconds(1));

        assertEquals(List.of("store CHECKPOINT", "stage config"), before.subList(before.size() - 2, before.size()));
        assertEquals(List.of("/modem"), fetched);
        assertEquals(
                List.of("begin B", "stage modem", "sync B", "end B", "store JOURNAL"),
                gateway.steps().subList(0, 5));
    }

    /** The network, which notes what was asked for. */
    private record Served(List<String> fetched, boolean works) implements PayloadSource {
        @Override
        public boolean serves(URI uri) {
            return true;
        }

        @Override
        public Stream open(Request request) throws IOException {
            fetched.add(request.uri().getPath());
            boolean modem = request.uri().getPath().equals("/modem");
            if (modem && !works) {
                throw new IOException("no network");
            }
            return new BytesSource(modem ? NEW : Gateway.NEW_IMAGE).open(request);
        }
    }

    @Test
    void offer_unchangedComponent_isNotFetched() {
        boot();
        config.held = NEW.clone();

        installUpToTheReset();
        gateway.boot();

        assertEquals(
                false, gateway.steps().contains("stage config"), gateway.steps().toString());
        assertEquals(List.of(new Outcome.Installed(false)), gateway.outcomes());
    }

    @Test
    void offer_noHandler_isUnsupported() {
        gateway.settings = builder -> builder.component(ComponentId.of("config"), config);
        gateway.boot();

        Rejection rejection = refused(envelope());

        assertEquals(RejectReason.UNSUPPORTED, rejection.reason());
        assertEquals("modem", rejection.found());
        assertEquals("[os, config]", rejection.expected());
    }

    @Test
    void offer_tooLargeForItsHandler_isRefused() {
        boot();
        modem.maxBytes = 4_999;

        Rejection rejection = refused(envelope());

        assertEquals(RejectReason.TOO_LARGE, rejection.reason());
        assertEquals("5000", rejection.found());
        assertEquals("at most 4999 bytes", rejection.expected());
    }

    @Test
    void build_handlerOfABanksComponent_isRefused() {
        assertThrows(
                IllegalArgumentException.class,
                () -> OtaAgent.builder()
                        .platform(gateway.board)
                        .component(Gateway.OS, config)
                        .build());
    }

    private Rejection refused(byte[] envelope) {
        return assertInstanceOf(Outcome.Rejected.class, gateway.offer(envelope).orElseThrow())
                .rejection();
    }

    private void assertHold(byte[] ofConfig, byte[] ofModem) {
        assertEquals(List.of(ofConfig.length, ofModem.length), List.of(config.held.length, modem.held.length));
    }
}
