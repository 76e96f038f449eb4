// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.core.AgentEvent;
import io.twinbank.core.AgentStatus;
import io.twinbank.core.Cause;
import io.twinbank.core.Offer;
import io.twinbank.core.OtaAgent;
import io.twinbank.core.Outcome;
import io.twinbank.core.RejectReason;
import io.twinbank.core.UpdateState;
import io.twinbank.core.spi.SelfTest;
import io.twinbank.hal.BankId;
import io.twinbank.hal.BootControl;
import io.twinbank.hal.BootStatus;
import io.twinbank.hal.CounterId;
import io.twinbank.hal.HalException;
import io.twinbank.hal.StateKey;
import io.twinbank.hal.StateStore;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** The shipped agent on a fake board: every event row, and the order of what becomes durable. */
class UpdateEngineTest {
    private static final Duration DEADLINE = Duration.ofMinutes(5);

    @Test
    void update_whole_isDurableInTheWrittenOrder() throws Exception {
        Gateway gateway = new Gateway();
        gateway.board.trace().clear();

        gateway.installNewImage();
        BankId running = gateway.boot();

        assertEquals(BankId.B, running);
        assertEquals(
                List.of(
                        "delete CHECKPOINT",
                        "store MANIFEST_B",
                        "store JOURNAL",
                        "invalidate B",
                        "begin B",
                        "sync B",
                        "end B",
                        "store JOURNAL",
                        "store JOURNAL",
                        "store JOURNAL",
                        "armTrial B",
                        "reset",
                        "store JOURNAL",
                        "store JOURNAL",
                        "confirm",
                        "store SECURITY",
                        "advance SECURITY_VERSION 2",
                        "store OUTCOMES",
                        "store JOURNAL"),
                gateway.steps());
        assertEquals(List.of(new Outcome.Installed(false)), gateway.outcomes());
        assertEquals(UpdateState.IDLE, gateway.agent.status().state());
        assertEquals(11, gateway.agent.status().sequence());
    }

    @Test
    void update_again_isInstalledAlready() throws Exception {
        Gateway gateway = new Gateway();
        gateway.installNewImage();
        gateway.boot();
        gateway.board.trace().clear();

        Optional<Outcome> answer = gateway.offer(Gateway.newEnvelope());

        assertEquals(Optional.of(new Outcome.Installed(false)), answer);
        assertEquals(List.of(), gateway.board.trace().steps());
    }

    @Test
    void trial_selfTestFails_rollsBackAndQuarantines() throws Exception {
        Gateway gateway = new Gateway();
        gateway.installNewImage();
        gateway.selfTest = SelfTest.Result.fail("modem is dead");

        gateway.boot();
        BankId fallback = gateway.boot();
        Optional<Outcome> again = gateway.offer(Gateway.newEnvelope());

        assertEquals(BankId.A, fallback);
        assertEquals(List.of(new Outcome.RolledBack(Cause.SELF_TEST_FAILED, "modem is dead")), gateway.outcomes());
        assertEquals(
                RejectReason.QUARANTINED,
                assertInstanceOf(Outcome.Rejected.class, again.orElseThrow())
                        .rejection()
                        .reason());
        assertEquals(1, gateway.board.counter(CounterId.SECURITY_VERSION).value());
    }

    @Test
    void read_whileNoAgentRuns_saysWhatTheRecordsSay_andChangesNothing() throws Exception {
        Gateway gateway = new Gateway();
        gateway.installNewImage();
        List<String> before = List.copyOf(gateway.board.trace().steps());

        AgentStatus status = OtaAgent.read(gateway.board);

        assertEquals(UpdateState.ARMED, status.state());
        assertEquals(Optional.of(BankId.A), status.running());
        assertEquals(10, status.sequence());
        assertEquals(1, status.securityVersion());
        assertEquals("an agent", status.waitingFor());
        assertFalse(status.online());
        assertEquals(before, gateway.board.trace().steps());
    }

    @Test
    void fresh_answersWhenTheAgentsThreadHasItsTurn() throws Exception {
        Gateway gateway = new Gateway();

        CompletableFuture<AgentStatus> answer = gateway.agent.fresh().toCompletableFuture();
        assertFalse(answer.isDone());

        gateway.scheduler.runUntil(gateway.scheduler.now());
        assertEquals(gateway.agent.status(), answer.getNow(null));
    }

    /** A device as its factory made it: no update has brought what runs, and nobody but the agent reads security versions. */
    private static Gateway factoryFresh() throws HalException {
        Gateway gateway = new Gateway();
        gateway.board.bootControl().enforcement(BootControl.Enforcement.AGENT_ONLY);
        for (StateKey record : StateKey.values()) {
            gateway.board.stateStore().delete(record);
        }
        gateway.boot();
        return gateway;
    }

    @Test
    void start_firstOneOfADevice_cutBehindTheJournal_tellsNothing() throws Exception {
        Gateway gateway = factoryFresh();
        gateway.board.stateStore().delete(StateKey.SECURITY);

        gateway.boot();

        assertEquals(List.of(), gateway.outcomes());
        assertEquals(UpdateState.IDLE, gateway.agent.status().state());
    }

    @Test
    void trial_firstOneOfADevice_fails_rollsBackToTheFactorysImage() throws Exception {
        Gateway gateway = factoryFresh();
        gateway.installNewImage();
        gateway.selfTest = SelfTest.Result.fail("modem is dead");

        BankId tried = gateway.boot();
        BankId fallback = gateway.boot();

        assertEquals(BankId.B, tried);
        assertEquals(BankId.A, fallback);
        assertEquals(List.of(new Outcome.RolledBack(Cause.SELF_TEST_FAILED, "modem is dead")), gateway.outcomes());
    }

    @Test
    void trial_fails_andTheFallbackHasSomethingElseThanItsEnvelopeSays_isNoFallback() throws Exception {
        Gateway gateway = factoryFresh();
        gateway.board.stateStore().store(StateKey.MANIFEST_A, new byte[] {1});
        gateway.installNewImage();
        gateway.selfTest = SelfTest.Result.fail("modem is dead");

        gateway.boot();

        assertInstanceOf(Outcome.Failed.class, gateway.outcomes().get(0));
        assertEquals(BankId.B, gateway.boot());
    }

    @Test
    void trial_notYetUntilTheDeadline_rollsBackWithTheTimeout() throws Exception {
        Gateway gateway = new Gateway();
        gateway.installNewImage();
        gateway.selfTest = SelfTest.Result.notYet("modem not registered");
        gateway.boot();

        gateway.pass(DEADLINE.minusSeconds(1));
        boolean before = gateway.agent.status().state() == UpdateState.TRIAL
                && gateway.board.resetControl().resets() == 1;
        gateway.pass(Duration.ofSeconds(1));
        gateway.boot();

        assertTrue(before, "still on trial a second before");
        Outcome.RolledBack outcome =
                assertInstanceOf(Outcome.RolledBack.class, gateway.outcomes().get(0));
        assertEquals(Cause.SELF_TEST_TIMEOUT, outcome.cause());
    }

    @Test
    void trial_operatorConfirms_isInstalled() throws Exception {
        Gateway gateway = new Gateway();
        gateway.installNewImage();
        gateway.selfTest = SelfTest.Result.notYet("modem not registered");
        gateway.boot();

        gateway.agent.confirm();
        gateway.pass(Duration.ZERO);

        assertEquals(List.of(new Outcome.Installed(false)), gateway.outcomes());
    }

    @Test
    void trial_startedTooOften_rollsBack() throws Exception {
        Gateway gateway = new Gateway(board -> board.maxAttempts(20));
        gateway.settings = builder -> builder.maxTrialStarts(2).trialAttempts(20);
        gateway.boot();
        gateway.installNewImage();
        gateway.selfTest = SelfTest.Result.notYet("modem not registered");

        for (int start = 0; start < 4; start++) {
            gateway.boot();
        }

        Outcome.RolledBack outcome =
                assertInstanceOf(Outcome.RolledBack.class, gateway.outcomes().get(0));
        assertEquals(Cause.TOO_MANY_STARTS, outcome.cause());
        assertEquals(BankId.A, gateway.board.bootControl().running());
    }

    @Test
    void trial_cutTooOften_isTriedAgainAfterAnHour() throws Exception {
        Gateway gateway = new Gateway();
        gateway.installNewImage();
        gateway.selfTest = SelfTest.Result.notYet("modem not registered");
        for (int attempt = 0; attempt < 4; attempt++) {
            gateway.boot();
        }
        gateway.selfTest = SelfTest.Result.pass();

        gateway.offer(Gateway.newEnvelope());
        UpdateState early = gateway.agent.status().state();
        gateway.pass(Duration.ofMinutes(61));

        Outcome.RolledBack outcome =
                assertInstanceOf(Outcome.RolledBack.class, gateway.outcomes().get(0));
        assertEquals(Cause.ATTEMPTS_EXHAUSTED, outcome.cause());
        assertEquals(UpdateState.IDLE, early);
        assertEquals(UpdateState.ARMED, gateway.agent.status().state());
    }

    @Test
    void trial_newerOffer_waitsUntilItIsDecided() throws Exception {
        Gateway gateway = new Gateway();
        gateway.installNewImage();
        gateway.selfTest = SelfTest.Result.notYet("modem not registered");
        gateway.served = Gateway.OLD_IMAGE;
        gateway.boot();
        gateway.gateOpen = false;
        gateway.board.trace().clear();

        gateway.offer(Gateway.envelope(12, 2, Gateway.OLD_IMAGE));
        List<String> meanwhile = gateway.board.trace().steps();
        gateway.agent.confirm();
        gateway.pass(Duration.ZERO);

        assertEquals(List.of(), meanwhile);
        assertEquals(List.of(new Outcome.Installed(false)), gateway.outcomes());
        assertEquals(Gateway.envelope(12, 2, Gateway.OLD_IMAGE).length, manifest(gateway, BankId.A).length);
    }

    @Test
    void trial_cancel_isRefused() throws Exception {
        Gateway gateway = new Gateway();
        gateway.installNewImage();
        gateway.selfTest = SelfTest.Result.notYet("modem not registered");
        gateway.boot();

        boolean possible = gateway.agent.cancel();
        gateway.pass(Duration.ZERO);

        assertFalse(possible);
        assertEquals(UpdateState.TRIAL, gateway.agent.status().state());
    }

    @Test
    void staged_gateShut_waitsAndReadsBackAgainBeforeItArms() throws Exception {
        Gateway gateway = new Gateway();
        gateway.gateOpen = false;
        gateway.installNewImage();
        UpdateState waiting = gateway.agent.status().state();
        gateway.board.bank(BankId.B).flip(7);

        gateway.gateOpen = true;
        gateway.pass(Duration.ofSeconds(6));

        assertEquals(UpdateState.STAGED, waiting);
        Outcome.Failed outcome =
                assertInstanceOf(Outcome.Failed.class, gateway.outcomes().get(0));
        assertEquals(Cause.READ_BACK, outcome.cause());
        assertEquals(0, gateway.board.resetControl().resets());
    }

    @Test
    void staged_newerOffer_supersedes() throws Exception {
        Gateway gateway = new Gateway();
        gateway.gateOpen = false;
        CompletableFuture<Outcome> first =
                gateway.agent.offer(new Offer.Envelope(Gateway.newEnvelope())).toCompletableFuture();
        gateway.pass(Duration.ofSeconds(1));

        gateway.offer(Gateway.envelope(12, 2, Gateway.NEW_IMAGE));

        assertEquals(new Outcome.Superseded(), first.join());
        assertEquals(UpdateState.STAGED, gateway.agent.status().state());
    }

    @Test
    void staged_newerOfferOfTheSameImage_keepsWhatIsInTheBankAndSaysSo() throws Exception {
        Gateway gateway = new Gateway();
        gateway.gateOpen = false;
        gateway.installNewImage();
        gateway.board.trace().clear();

        gateway.offer(Gateway.envelope(12, 2, Gateway.NEW_IMAGE));
        gateway.pass(Duration.ofSeconds(6));

        int size = Gateway.NEW_IMAGE.length;
        assertEquals(UpdateState.STAGED, gateway.agent.status().state());
        assertEquals(
                List.of(new AgentEvent.BlocksKept("os", size, size)),
                gateway.events.stream()
                        .filter(AgentEvent.BlocksKept.class::isInstance)
                        .toList());
        assertEquals(
                List.of(),
                gateway.board.trace().steps().stream()
                        .filter(step -> step.contains("erase") || step.contains("write"))
                        .toList());
    }

    @Test
    void staged_olderOffer_changesNothing() throws Exception {
        Gateway gateway = new Gateway();
        gateway.gateOpen = false;
        gateway.offer(Gateway.envelope(13, 2, Gateway.NEW_IMAGE));
        gateway.pass(Duration.ofSeconds(1));
        gateway.board.trace().clear();

        Optional<Outcome> answer = gateway.offer(Gateway.envelope(12, 2, Gateway.NEW_IMAGE));

        assertEquals(
                RejectReason.SEQUENCE_TOO_LOW,
                assertInstanceOf(Outcome.Rejected.class, answer.orElseThrow())
                        .rejection()
                        .reason());
        assertEquals(List.of(), gateway.board.trace().steps());
    }

    @Test
    void staged_cancel_endsIt() throws Exception {
        Gateway gateway = new Gateway();
        gateway.gateOpen = false;
        gateway.installNewImage();

        boolean possible = gateway.agent.cancel();
        gateway.pass(Duration.ZERO);

        assertTrue(possible);
        assertEquals(List.of(new Outcome.Cancelled(Cause.OPERATOR)), gateway.outcomes());
        assertTrue(gateway.board.bootControl().isInvalid(BankId.B));
    }

    @Test
    void staged_bootLoaderReadsAnotherVersion_isNotArmed() throws Exception {
        Gateway gateway = new Gateway();
        gateway.offer(Gateway.newEnvelope());

        gateway.pass(Duration.ofSeconds(6));

        Outcome.Failed outcome =
                assertInstanceOf(Outcome.Failed.class, gateway.outcomes().get(0));
        assertEquals(Cause.SECURITY_VERSION, outcome.cause());
        assertTrue(outcome.detail().contains("manifest says 2"), outcome.detail());
    }

    @Test
    void arm_throwsAndIsNotArmed_isTriedThreeTimes() throws Exception {
        Gateway gateway = new Gateway();
        for (int i = 0; i < 3; i++) {
            gateway.board.trace().failNext("armTrial", HalException.Kind.IO);
        }

        gateway.installNewImage();
        gateway.pass(Duration.ofMinutes(1));

        Outcome.Failed outcome =
                assertInstanceOf(Outcome.Failed.class, gateway.outcomes().get(0));
        assertEquals(Cause.BOOT_CONTROL, outcome.cause());
        assertEquals(0, gateway.board.resetControl().resets());
    }

    @Test
    void commit_counterCannotFollow_isInstalledAndCatchesUpAtTheNextStart() throws Exception {
        Gateway gateway = new Gateway();
        gateway.installNewImage();
        gateway.board.trace().failNext("advance", HalException.Kind.TIMEOUT);

        gateway.boot();
        List<Outcome> outcomes = gateway.outcomes();
        gateway.boot();

        assertEquals(List.of(new Outcome.Installed(true)), outcomes);
        assertEquals(2, gateway.board.counter(CounterId.SECURITY_VERSION).value());
    }

    @Test
    void commit_confirmThrowsOnce_isTriedAgain() throws Exception {
        Gateway gateway = new Gateway();
        gateway.installNewImage();
        gateway.board.trace().failNext("confirm", HalException.Kind.IO);

        gateway.boot();
        gateway.pass(Duration.ofSeconds(2));

        assertEquals(List.of(new Outcome.Installed(false)), gateway.outcomes());
        assertEquals(BootStatus.Trial.NONE, gateway.board.bootControl().status().trial());
    }

    @Test
    void download_wrongBytes_isRefusedAndMayBeTriedAgainAfterAnHour() throws Exception {
        Gateway gateway = new Gateway();
        gateway.served = Gateway.OLD_IMAGE;
        gateway.boot();

        gateway.installNewImage();
        gateway.offer(Gateway.newEnvelope());
        UpdateState early = gateway.agent.status().state();
        gateway.pass(Duration.ofMinutes(61));

        Outcome.Rejected first =
                assertInstanceOf(Outcome.Rejected.class, gateway.outcomes().get(0));
        assertEquals(RejectReason.PAYLOAD_DIGEST, first.rejection().reason());
        assertEquals(UpdateState.IDLE, early);
        assertEquals(List.of(first, first), gateway.outcomes(), "tried twice, and reported twice");
    }

    @Test
    void download_wrongBytesLongAfterBoot_isTriedAgainAnHourAfterItFailed() throws Exception {
        Gateway gateway = new Gateway();
        gateway.served = Gateway.OLD_IMAGE;
        gateway.boot();
        gateway.pass(Duration.ofDays(3));

        gateway.offer(Gateway.newEnvelope());
        for (int reconnect = 0; reconnect < 5; reconnect++) {
            gateway.offer(Gateway.newEnvelope());
        }
        int atOnce = gateway.outcomes().size();
        gateway.pass(Duration.ofMinutes(59));
        int early = gateway.outcomes().size();
        gateway.pass(Duration.ofMinutes(2));

        assertEquals(1, atOnce, "a reconnect doesn't hurry it");
        assertEquals(1, early);
        assertEquals(2, gateway.outcomes().size());
    }

    @Test
    void download_wrongBytes_isDueAgainThoughNobodyOffersIt() throws Exception {
        Gateway gateway = new Gateway();
        gateway.served = Gateway.OLD_IMAGE;
        gateway.boot();

        gateway.offer(Gateway.newEnvelope());
        gateway.pass(Duration.ofMinutes(61));

        assertEquals(2, gateway.outcomes().size());
    }

    @Test
    void listener_throws_stopsNothing() throws Exception {
        Gateway gateway = new Gateway();
        gateway.settings = builder -> builder.onEvent(event -> {
            throw new IllegalStateException("a bug of the listener");
        });
        gateway.boot();

        gateway.installNewImage();

        assertEquals(1, gateway.board.resetControl().resets());
    }

    @Test
    void explain_onTrial_saysWhatItWaitsFor() throws Exception {
        Gateway gateway = new Gateway();
        gateway.installNewImage();
        gateway.selfTest = SelfTest.Result.notYet("modem not registered");
        gateway.boot();

        String explanation = gateway.agent.explain();

        assertTrue(explanation.contains("on trial"), explanation);
        assertTrue(explanation.contains("row 16"), explanation);
        assertTrue(explanation.contains("modem not registered"), explanation);
    }

    private static byte[] manifest(Gateway gateway, BankId bank) throws HalException {
        return ((StateStore.Found) gateway.board.stateStore().load(StateKey.manifest(bank))).record();
    }
}
