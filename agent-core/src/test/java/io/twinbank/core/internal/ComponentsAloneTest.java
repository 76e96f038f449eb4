// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.core.Cause;
import io.twinbank.core.ComponentState;
import io.twinbank.core.ComponentState.Holds;
import io.twinbank.core.Outcome;
import io.twinbank.core.RejectReason;
import io.twinbank.core.Rejection;
import io.twinbank.core.UpdateState;
import io.twinbank.core.spi.SelfTest;
import io.twinbank.core.suit.Digest;
import io.twinbank.core.suit.EnvelopeBuilder;
import io.twinbank.hal.BankId;
import io.twinbank.hal.ComponentId;
import io.twinbank.hal.HalException;
import io.twinbank.hal.StateKey;
import io.twinbank.hal.StateStore;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Updates of components beside the banks without an image: installed and reverted without a reset. */
class ComponentsAloneTest {
    private static final ComponentId CONFIG = ComponentId.of("config");
    private static final ComponentId MODEM = ComponentId.of("modem");
    private static final byte[] OLD = MemoryComponent.OLD;
    private static final byte[] NEW = new byte[5_000];
    private static final Duration MOMENT = Duration.ofSeconds(1);
    private static final Duration LONG = Duration.ofMinutes(4);
    private static final SelfTest.Result DEAD = SelfTest.Result.fail("modem is dead");

    private final Gateway gateway;
    private final MemoryComponent config;
    private final MemoryComponent modem;

    ComponentsAloneTest() throws HalException {
        gateway = new Gateway();
        config = new MemoryComponent("config", gateway.board.trace());
        modem = new MemoryComponent("modem", gateway.board.trace());
        gateway.settings = builder -> builder.component(CONFIG, config).component(MODEM, modem);
        boot();
    }

    private void boot() {
        gateway.boot();
        gateway.board.trace().clear();
    }

    private static byte[] alone(long sequence) {
        return Gateway.sign(of(CONFIG, sequence).component(MODEM, content()));
    }

    private static byte[] alone(ComponentId component, long sequence) {
        return Gateway.sign(of(component, sequence));
    }

    private static EnvelopeBuilder of(ComponentId component, long sequence) {
        return new EnvelopeBuilder(component, sequence, Gateway.VENDOR, Gateway.CLASS)
                .image(content())
                .integratedPayload("#new", NEW);
    }

    private static EnvelopeBuilder.Image content() {
        return new EnvelopeBuilder.Image(Digest.sha256Of(NEW), NEW.length, "#new");
    }

    private static byte[] together(long sequence) {
        return Gateway.sign(Gateway.builder(sequence, 2)
                .image(new EnvelopeBuilder.Image(Digest.sha256Of(Gateway.NEW_IMAGE), Gateway.NEW_IMAGE.length, "#os"))
                .integratedPayload("#os", Gateway.NEW_IMAGE)
                .component(CONFIG, content())
                .integratedPayload("#new", NEW));
    }

    private void offer(byte[] envelope) {
        gateway.offer(envelope);
        gateway.pass(MOMENT);
    }

    private void assertHold(byte[] ofConfig, byte[] ofModem) {
        assertEquals(List.of(ofConfig.length, ofModem.length), List.of(config.held.length, modem.held.length));
    }

    private Rejection refused(byte[] envelope) {
        return assertInstanceOf(Outcome.Rejected.class, gateway.offer(envelope).orElseThrow())
                .rejection();
    }

    @Test
    void update_passesItsSelfTest_isDurableInTheWrittenOrderWithoutAReset() {
        offer(alone(11));

        assertEquals(
                List.of(
                        "delete CHECKPOINT",
                        "store MANIFEST_COMPONENTS",
                        "store JOURNAL",
                        "stage config",
                        "stage modem",
                        "store JOURNAL",
                        "store JOURNAL",
                        "store JOURNAL",
                        "activate config",
                        "activate modem",
                        "store JOURNAL",
                        "store SECURITY",
                        "store OUTCOMES",
                        "store JOURNAL"),
                gateway.steps());
        assertEquals(List.of(new Outcome.Installed(false)), gateway.outcomes());
        assertHold(NEW, NEW);
        assertEquals(UpdateState.IDLE, gateway.agent.status().state());
    }

    @Test
    void update_failsItsSelfTest_isRevertedInReverseBeforeItIsToldAndQuarantined() {
        gateway.selfTest = DEAD;

        offer(alone(11));

        assertEquals(
                List.of(
                        "activate config",
                        "activate modem",
                        "store JOURNAL",
                        "store SECURITY",
                        "revert modem",
                        "revert config",
                        "store OUTCOMES",
                        "store JOURNAL"),
                gateway.steps().subList(8, gateway.steps().size()));
        assertEquals(List.of(new Outcome.RolledBack(Cause.SELF_TEST_FAILED, "modem is dead")), gateway.outcomes());
        assertHold(OLD, OLD);
        assertEquals(RejectReason.QUARANTINED, refused(alone(11)).reason());
    }

    @Test
    void update_noAnswerInTime_isRolledBackAfterTheDeadlineSinceItsActivation() {
        gateway.pass(Duration.ofHours(5)); // counted from boot there would be no time left
        gateway.selfTest = SelfTest.Result.notYet("busy");
        offer(alone(11));
        gateway.pass(Duration.ofMinutes(4));
        UpdateState before = gateway.agent.status().state();

        gateway.pass(Duration.ofMinutes(2));

        assertEquals(UpdateState.TRIAL, before);
        assertEquals(
                List.of(new Outcome.RolledBack(Cause.SELF_TEST_TIMEOUT, "no pass within 300 s of the activation")),
                gateway.outcomes());
        assertHold(OLD, OLD);
    }

    @Test
    void boot_inTheTrial_activatesAgainAndAsksTheSelfTest() {
        gateway.selfTest = SelfTest.Result.notYet("busy");
        offer(alone(11));
        gateway.selfTest = SelfTest.Result.pass();
        modem.held = OLD; // as after a power cut before the second activation

        boot();

        assertEquals(List.of(new Outcome.Installed(false)), gateway.outcomes());
        assertHold(NEW, NEW);
    }

    @Test
    void boot_againAndAgainInTheTrial_isRolledBack() {
        gateway.settings = gateway.settings.andThen(builder -> builder.maxTrialStarts(3))::apply;
        boot();
        gateway.selfTest = SelfTest.Result.notYet("crashes");
        offer(alone(11));
        boot();
        boot();

        boot();

        assertEquals(
                List.of(new Outcome.RolledBack(Cause.TOO_MANY_STARTS, "4 agent starts in one trial")),
                gateway.outcomes());
        assertHold(OLD, OLD);
    }

    @Test
    void boot_inTheTrialInAnotherBank_revertsAndIsCancelled() throws Exception {
        gateway.selfTest = SelfTest.Result.notYet("busy");
        offer(alone(11));
        installOtherBank();

        boot();

        assertEquals(BankId.B, gateway.board.bootControl().running());
        assertEquals(
                List.of(new Outcome.Cancelled(Cause.BANK_CHANGED), new Outcome.UnexpectedImage(unexpected())),
                gateway.outcomes());
        assertHold(OLD, OLD);
    }

    @Test
    void boot_stagedInAnotherBank_isCancelledAndDropped() throws Exception {
        gateway.gateOpen = false;
        offer(alone(11));
        installOtherBank();

        boot();

        assertEquals(
                new Outcome.Cancelled(Cause.BANK_CHANGED), gateway.outcomes().get(0));
        assertEquals(0, config.staged.length);
    }

    /** Somebody makes it run for good, past the agent. */
    private void installOtherBank() throws HalException {
        gateway.board.bank(BankId.B).flash(Gateway.NEW_IMAGE);
        gateway.board.bootControl().load(BankId.B, 2);
        gateway.board.stateStore().store(StateKey.MANIFEST_B, Gateway.envelope(10, 2, Gateway.NEW_IMAGE));
        gateway.board.bootControl().armTrial(BankId.B, 1, 77);
        gateway.board.boot();
        gateway.board.bootControl().confirm();
    }

    private static String unexpected() {
        return "bank B holds an image with the digest " + Digest.sha256Of(Gateway.NEW_IMAGE);
    }

    @Test
    void activate_throwsAgainAndAgain_isRolledBackAndMayBeTriedLater() {
        modem.activateThrows = Optional.of(new IOException("no answer"));

        offer(alone(11));
        gateway.pass(LONG);

        assertEquals(
                List.of(new Outcome.RolledBack(
                        Cause.COMPONENT, "given up: component modem can't be activated: no answer")),
                gateway.outcomes());
        assertHold(OLD, OLD);
        modem.activateThrows = Optional.empty();
        gateway.pass(Duration.ofHours(1));
        assertHold(NEW, NEW);
    }

    @Test
    void revert_throwsAtFirst_isTriedAgain() {
        gateway.selfTest = DEAD;
        config.revertThrows = Optional.of(new IOException("busy"));
        offer(alone(11));
        config.revertThrows = Optional.empty();

        gateway.pass(LONG);

        assertEquals(List.of(new Outcome.RolledBack(Cause.SELF_TEST_FAILED, "modem is dead")), gateway.outcomes());
        assertHold(OLD, OLD);
    }

    @Test
    void revert_throwsAgainAndAgain_isInconsistentAndSaysWhatEachHolds() {
        gateway.selfTest = DEAD;
        config.revertThrows = Optional.of(new IOException("disk is read-only"));

        offer(alone(11));
        gateway.pass(LONG);

        Outcome.Inconsistent outcome =
                assertInstanceOf(Outcome.Inconsistent.class, gateway.outcomes().get(0));
        assertEquals(
                List.of(new ComponentState("config", Holds.NEW), new ComponentState("modem", Holds.OLD)),
                outcome.components());
        assertEquals(UpdateState.IDLE, gateway.agent.status().state());
    }

    @Test
    void commit_componentChangedMeanwhile_isRolledBack() {
        gateway.selfTest = SelfTest.Result.notYet("busy");
        offer(alone(11));
        config.held = OLD;

        gateway.agent.confirm();
        gateway.pass(MOMENT);

        assertEquals(
                List.of(new Outcome.RolledBack(Cause.COMPONENT, "component config no longer holds what was activated")),
                gateway.outcomes());
        assertHold(OLD, OLD);
    }

    @Test
    void boot_envelopeLostInTheTrial_isInconsistent() throws Exception {
        gateway.selfTest = SelfTest.Result.notYet("busy");
        offer(alone(11));
        gateway.board.stateStore().put(StateKey.MANIFEST_COMPONENTS, new StateStore.Corrupt("lost"));

        boot();
        gateway.pass(LONG);

        Outcome.Inconsistent outcome =
                assertInstanceOf(Outcome.Inconsistent.class, gateway.outcomes().get(0));
        assertEquals(
                List.of(new ComponentState("config", Holds.UNKNOWN), new ComponentState("modem", Holds.UNKNOWN)),
                outcome.components());
    }

    @Test
    void boot_journalLostInTheTrial_isRevertedByTheStoredManifest() throws Exception {
        gateway.selfTest = SelfTest.Result.notYet("busy");
        offer(alone(11));
        gateway.board.stateStore().put(StateKey.JOURNAL, new StateStore.Corrupt("lost"));

        boot();

        assertEquals(List.of(new Outcome.StateLost("the journal is gone or can't be read")), gateway.outcomes());
        assertHold(OLD, OLD);
    }

    @Test
    void boot_journalLostAfterItWasInstalled_revertsNothing() throws Exception {
        offer(alone(11));
        gateway.board.stateStore().put(StateKey.JOURNAL, new StateStore.Corrupt("lost"));

        boot();

        assertHold(NEW, NEW);
    }

    @Test
    void cancel_staged_dropsWhatIsStaged() {
        gateway.gateOpen = false;
        offer(alone(11));
        int staged = config.staged.length;

        gateway.agent.cancel();
        gateway.pass(MOMENT);

        assertEquals(NEW.length, staged);
        assertEquals(0, config.staged.length);
        assertEquals(List.of(new Outcome.Cancelled(Cause.OPERATOR)), gateway.outcomes());
        assertHold(OLD, OLD);
    }

    @Test
    void cancel_inTheTrial_isRefused() {
        gateway.selfTest = SelfTest.Result.notYet("busy");
        offer(alone(11));

        gateway.agent.cancel();
        gateway.pass(MOMENT);

        assertEquals(UpdateState.TRIAL, gateway.agent.status().state());
        assertTrue(gateway.agent.explain().startsWith("The components' new contents are on trial"));
    }

    @Test
    void gate_shut_nothingIsActivatedBeforeItOpens() {
        gateway.gateOpen = false;
        offer(alone(11));
        assertHold(OLD, OLD);
        assertEquals(UpdateState.STAGED, gateway.agent.status().state());
        gateway.gateOpen = true;

        gateway.pass(Duration.ofSeconds(6));

        assertHold(NEW, NEW);
    }

    @Test
    void staged_isGoneBeforeTheGateOpens_fails() {
        gateway.gateOpen = false;
        offer(alone(11));
        modem.staged = new byte[0];
        gateway.gateOpen = true;

        gateway.pass(Duration.ofSeconds(6));

        assertEquals(
                List.of(new Outcome.Failed(
                        Cause.COMPONENT, Optional.empty(), "component modem has no longer staged what it is to hold")),
                gateway.outcomes());
    }

    @Test
    void offer_imageWhileComponentsAreStaged_supersedesThem() {
        gateway.gateOpen = false;
        offer(alone(11));

        offer(together(12));

        assertEquals(List.of(new Outcome.Superseded()), gateway.outcomes());
        assertEquals(0, modem.staged.length);
    }

    @Test
    void offer_componentsWhileAnImageIsStaged_waitForItsEnd() {
        gateway.board.bootControl().load(BankId.B, 2);
        gateway.gateOpen = false;
        offer(Gateway.newEnvelope());

        offer(alone(12));
        gateway.agent.cancel();
        gateway.gateOpen = true;
        gateway.pass(MOMENT);

        assertEquals(List.of(new Outcome.Cancelled(Cause.OPERATOR), new Outcome.Installed(false)), gateway.outcomes());
        assertHold(NEW, NEW);
    }

    @Test
    void offer_otherComponentsWhileSomeAreStaged_wait() {
        gateway.gateOpen = false;
        offer(alone(CONFIG, 100));

        offer(alone(MODEM, 11));
        gateway.gateOpen = true;
        gateway.pass(Duration.ofSeconds(6));

        assertEquals(List.of(new Outcome.Installed(false), new Outcome.Installed(false)), gateway.outcomes());
    }

    @Test
    void offer_newerOfTheSameComponent_supersedes() {
        gateway.gateOpen = false;
        offer(alone(CONFIG, 11));

        offer(alone(CONFIG, 12));

        assertEquals(List.of(new Outcome.Superseded()), gateway.outcomes());
    }

    @Test
    void offer_installedBefore_isAnsweredAgainAlsoWhenItsOutcomeIsForgotten() throws Exception {
        offer(alone(11));
        gateway.board.stateStore().put(StateKey.OUTCOMES, new StateStore.Absent());
        boot();

        assertEquals(Optional.of(new Outcome.Installed(false)), gateway.offer(alone(11)));
        assertEquals(List.of(), gateway.steps());
    }

    @Test
    void offer_notNewerThanTheComponent_isSequenceTooLowAndNamesIt() {
        offer(alone(MODEM, 20));

        Rejection rejection = refused(alone(15));

        assertEquals(RejectReason.SEQUENCE_TOO_LOW, rejection.reason());
        assertEquals("15", rejection.found());
        assertEquals("more than 20", rejection.expected());
        assertTrue(rejection.detail().contains("installed as modem"), rejection.detail());
    }

    @Test
    void offer_olderThanAnotherComponent_isInstalled() {
        offer(alone(MODEM, 20));

        offer(alone(CONFIG, 5));
        gateway.board.bootControl().load(BankId.B, 2);
        offer(Gateway.newEnvelope());
        gateway.boot();

        assertEquals(
                List.of(new Outcome.Installed(false), new Outcome.Installed(false), new Outcome.Installed(false)),
                gateway.outcomes());
    }

    @Test
    void offer_imageThatBringsAnOlderComponent_isSequenceTooLow() {
        offer(alone(CONFIG, 20));

        Rejection rejection = refused(together(12));

        assertEquals(RejectReason.SEQUENCE_TOO_LOW, rejection.reason());
        assertEquals("more than 20", rejection.expected());
        assertTrue(rejection.detail().contains("installed as config"), rejection.detail());
    }

    @Test
    void offer_afterAnImageBroughtTheComponent_mustBeNewer() {
        gateway.board.bootControl().load(BankId.B, 2);
        offer(together(12));
        gateway.boot();

        assertEquals("more than 12", refused(alone(CONFIG, 12)).expected());
    }

    @Test
    void offer_tooFarAhead_isSequenceJumpFromTheHighestFloor() {
        gateway.settings = gateway.settings.andThen(builder -> builder.maxSequenceStep(100))::apply;
        boot();

        Rejection rejection = refused(alone(MODEM, 111));

        assertEquals(RejectReason.SEQUENCE_JUMP, rejection.reason());
        assertEquals("at most 110", rejection.expected());
    }

    @Test
    void offer_securityVersionWithoutAnImage_isUnsupported() {
        Rejection rejection = refused(Gateway.sign(of(CONFIG, 11).securityVersion(3)));

        assertEquals(RejectReason.UNSUPPORTED, rejection.reason());
        assertEquals("3", rejection.found());
        assertEquals("none without an image, as no boot loader would compare it", rejection.expected());
    }

    @Test
    void boot_securityLost_takesTheFloorsOfWhatTheComponentsHold() throws Exception {
        offer(alone(11));
        modem.held = OLD;
        gateway.board.stateStore().put(StateKey.SECURITY, new StateStore.Corrupt("lost"));

        boot();

        assertEquals("more than 11", refused(alone(CONFIG, 11 - 1)).expected());
        offer(alone(MODEM, 7));
        assertHold(NEW, NEW);
    }

    @Test
    void boot_securityLostInTheTrial_doesNotTakeTheFloor() throws Exception {
        gateway.selfTest = SelfTest.Result.notYet("busy");
        offer(alone(11));
        gateway.selfTest = DEAD;
        gateway.board.stateStore().put(StateKey.SECURITY, new StateStore.Corrupt("lost"));
        boot();
        gateway.selfTest = SelfTest.Result.pass();

        offer(alone(CONFIG, 3));

        assertEquals(new Outcome.Installed(false), gateway.outcomes().get(1));
    }

    @Test
    void image_rolledBackAfterComponentsAlone_revertsToWhatTheseBrought() {
        offer(alone(11));
        byte[] installed = config.held;
        gateway.board.bootControl().load(BankId.B, 2);
        byte[] newer = {7, 7};
        offer(Gateway.sign(Gateway.builder(12, 2)
                .image(new EnvelopeBuilder.Image(Digest.sha256Of(Gateway.NEW_IMAGE), Gateway.NEW_IMAGE.length, "#os"))
                .integratedPayload("#os", Gateway.NEW_IMAGE)
                .component(CONFIG, new EnvelopeBuilder.Image(Digest.sha256Of(newer), newer.length, "#newer"))
                .integratedPayload("#newer", newer)));
        gateway.selfTest = DEAD;

        gateway.boot();
        gateway.boot();

        assertInstanceOf(Outcome.RolledBack.class, gateway.outcomes().get(1));
        assertEquals(installed.length, config.held.length);
    }
}
