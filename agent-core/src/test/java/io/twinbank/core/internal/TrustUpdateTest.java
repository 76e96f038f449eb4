// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal;

import static io.twinbank.core.internal.TrustBench.SECOND_MAKER_KEY;
import static io.twinbank.core.internal.TrustBench.SECOND_ROOT_KEY;
import static io.twinbank.core.internal.TrustBench.assertRefused;
import static io.twinbank.core.internal.TrustBench.believe;
import static io.twinbank.core.internal.TrustBench.manifest;
import static io.twinbank.core.internal.TrustBench.refused;
import static io.twinbank.core.internal.TrustBench.rotated;
import static io.twinbank.core.internal.TrustBench.same;
import static io.twinbank.core.internal.TrustBench.secondRoot;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.core.Cause;
import io.twinbank.core.Outcome;
import io.twinbank.core.RejectReason;
import io.twinbank.core.Rejection;
import io.twinbank.core.UpdateState;
import io.twinbank.core.cose.SigningKey;
import io.twinbank.core.internal.record.Security;
import io.twinbank.core.spi.SelfTest;
import io.twinbank.core.spi.UpdatePolicy;
import io.twinbank.core.suit.Digest;
import io.twinbank.core.suit.EnvelopeBuilder;
import io.twinbank.core.suit.Limits;
import io.twinbank.core.suit.Requirement;
import io.twinbank.core.suit.SuitEnvelope;
import io.twinbank.core.suit.TrustManifest;
import io.twinbank.core.suit.TrustSet;
import io.twinbank.hal.BankId;
import io.twinbank.hal.CounterId;
import io.twinbank.hal.HalException;
import io.twinbank.hal.Role;
import io.twinbank.hal.Rule;
import io.twinbank.hal.StateKey;
import io.twinbank.hal.StateStore;
import io.twinbank.hal.TrustPolicy;
import java.security.KeyPair;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Trust manifests on a device: which take effect, in which steps, and what becomes of the update under way. */
class TrustUpdateTest {
    private final Gateway gateway;

    TrustUpdateTest() throws HalException {
        gateway = TrustBench.gateway();
    }

    @Test
    void offer_firstTrustSet_takesEffectInTheStepsOfRow26() {
        gateway.board.trace().clear();

        believe(gateway, rotated(1), Gateway.ROOT_KEY);

        assertEquals(
                List.of("store TRUST", "advance TRUST_VERSION 1", "store OUTCOMES", "store SECURITY"),
                gateway.board.trace().steps());
        assertEquals(1, gateway.agent.status().trustVersion());
        assertEquals(List.of(new Outcome.TrustUpdated(1)), gateway.outcomes());
    }

    @Test
    void offer_rotatedKey_oldMakerIsRevokedAndNewOneInstalls() {
        believe(gateway, rotated(1), Gateway.ROOT_KEY);

        Rejection old = refused(gateway, Gateway.newEnvelope());
        gateway.board.bootControl().load(BankId.B, 2);
        gateway.offer(Gateway.envelope(11, 2, Gateway.NEW_IMAGE, SECOND_MAKER_KEY));
        gateway.pass(Duration.ofSeconds(6));
        gateway.boot();
        gateway.pass(Duration.ofSeconds(1));

        assertEquals(RejectReason.REVOKED, old.reason());
        assertEquals(TrustBench.MAKER_ID, old.found());
        assertEquals(List.of(new Outcome.TrustUpdated(1), new Outcome.Installed(false)), gateway.outcomes());
        assertEquals(BankId.B, gateway.board.bootControl().running());
    }

    @Test
    void boot_installedByARevokedKey_staysNamed() throws Exception {
        believe(gateway, rotated(1), Gateway.ROOT_KEY);

        gateway.boot();

        assertEquals(List.of(new Outcome.TrustUpdated(1)), gateway.outcomes(), "no UnexpectedImage");
        assertEquals(1, gateway.agent.status().trustVersion());
    }

    @Test
    void offer_sameSetAgain_isAnsweredAndWritesNothing() {
        byte[] manifest = manifest(rotated(1), Gateway.ROOT_KEY);
        gateway.offer(manifest);
        gateway.board.trace().clear();

        Optional<Outcome> again = gateway.offer(manifest);

        assertEquals(Optional.of(new Outcome.TrustUpdated(1)), again);
        assertEquals(List.of(), gateway.board.trace().steps());
    }

    @Test
    void offer_versionThatSkipsOne_isSequenceJumpAndSaysWhichIsNeeded() {
        believe(gateway, same(1), Gateway.ROOT_KEY);

        assertRefused(gateway, manifest(same(3), Gateway.ROOT_KEY), RejectReason.SEQUENCE_JUMP, "3", "2");

        believe(gateway, same(2), Gateway.ROOT_KEY);
        believe(gateway, same(3), Gateway.ROOT_KEY);
    }

    @Test
    void offer_olderSetOrAnotherOfTheSameVersion_isSequenceTooLow() {
        believe(gateway, same(4), Gateway.ROOT_KEY);

        assertRefused(gateway, manifest(same(3), Gateway.ROOT_KEY), RejectReason.SEQUENCE_TOO_LOW, "3", "5");
        assertRefused(gateway, manifest(rotated(4), Gateway.ROOT_KEY), RejectReason.SEQUENCE_TOO_LOW, "4", "5");
    }

    @Test
    void offer_signedByFirmwareKeysOnly_isNotAuthentic() {
        Rejection rejection = refused(gateway, manifest(same(1), Gateway.FIRMWARE_KEY));

        assertEquals(RejectReason.UNKNOWN_KEY, rejection.reason());
        assertEquals(1, gateway.agent.status().notAuthentic());
        assertEquals(0, gateway.agent.status().trustVersion());
    }

    @Test
    void offer_signedByTheOldRootOnly_isThresholdNotMet() {
        assertRefused(
                gateway,
                manifest(secondRoot(1), Gateway.ROOT_KEY),
                RejectReason.THRESHOLD_NOT_MET,
                TrustBench.id(Gateway.ROOT_PAIR),
                "one of 1 with role ROOT: [" + TrustBench.id(TrustBench.SECOND_ROOT) + "]");
    }

    @Test
    void offer_signedByTheNewRootOnly_isNotAuthentic() {
        assertEquals(
                RejectReason.UNKNOWN_KEY,
                refused(gateway, manifest(secondRoot(1), SECOND_ROOT_KEY)).reason());
    }

    @Test
    void offer_oneRootSigningTwiceWhereTwoAreNeeded_isThresholdNotMet() throws Exception {
        TrustPolicy two = new TrustPolicy(
                List.of(
                        TrustBench.anchor("root", Gateway.ROOT_PAIR, Role.ROOT),
                        TrustBench.anchor("second root", TrustBench.SECOND_ROOT, Role.ROOT),
                        TrustBench.anchor("maker", Gateway.FIRMWARE_PAIR, Role.FIRMWARE)),
                Map.of(Role.ROOT, Rule.of(2)));
        Gateway strict = new Gateway(board -> board.trustPolicy(two));
        TrustSet next = new TrustSet(1, TrustBench.ISSUED, TrustBench.EXPIRES, two, List.of());

        assertRefused(
                strict,
                manifest(next, Gateway.ROOT_KEY, Gateway.ROOT_KEY),
                RejectReason.THRESHOLD_NOT_MET,
                "1",
                "at least 2 keys");
        believe(strict, next, Gateway.ROOT_KEY, SECOND_ROOT_KEY);
    }

    @Test
    void offer_trustManifestWithFirmwareInIt_isUnsupported() throws Exception {
        byte[] payload = same(1).encode();
        byte[] mixed = Gateway.sign(
                Gateway.builder(1, 0)
                        .image(new EnvelopeBuilder.Image(Digest.sha256Of(payload), payload.length, "#trust"))
                        .integratedPayload("#trust", payload),
                Gateway.ROOT_KEY);

        Rejection rejection = refused(gateway, mixed);

        assertEquals(RejectReason.UNSUPPORTED, rejection.reason());
        assertEquals("[" + TrustManifest.COMPONENT + "]", rejection.expected());
    }

    @Test
    void offer_counterAtItsEnd_isCounterExhausted() throws Exception {
        Gateway small =
                new Gateway(board -> board.trustPolicy(TrustBench.factory()).counterLimit(1));

        assertRefused(small, manifest(same(2), Gateway.ROOT_KEY), RejectReason.COUNTER_EXHAUSTED, "2", "at most 1");
    }

    @Test
    void offer_wayThatDoesNotFitARecord_isLimitExceededUntilTheFactoryRootSigns() throws Exception {
        Gateway small =
                new Gateway(board -> board.trustPolicy(TrustBench.factory()).smallPart());
        int most = small.board.stateStore().maxRecordBytes();
        SigningKey before = Gateway.ROOT_KEY;
        long version = 1;
        Outcome answer;
        TrustSet set;
        SigningKey next;
        do {
            KeyPair root = TrustBench.generate();
            next = TrustBench.key(root);
            set = TrustBench.withRoot(version, root);
            answer = small.offer(manifest(set, before, next)).orElseThrow();
            before = answer.equals(new Outcome.TrustUpdated(version)) ? next : before;
            version++;
        } while (answer instanceof Outcome.TrustUpdated);

        Rejection rejection = assertInstanceOf(Outcome.Rejected.class, answer).rejection();
        assertEquals(RejectReason.LIMIT_EXCEEDED, rejection.reason());
        assertTrue(Integer.parseInt(rejection.found()) > most, rejection.found());
        assertEquals("at most " + most + " bytes", rejection.expected());
        believe(small, set, before, next, Gateway.ROOT_KEY);
        small.boot();
        assertEquals(set.version(), small.agent.status().trustVersion());
    }

    @Test
    void offer_setOfTheSecondRoot_isFollowedFromTheFactoryRootAtTheNextStart() {
        believe(gateway, secondRoot(1), Gateway.ROOT_KEY, SECOND_ROOT_KEY);
        believe(gateway, secondRoot(2), SECOND_ROOT_KEY);

        gateway.boot();

        assertEquals(2, gateway.agent.status().trustVersion());
        assertEquals(
                RejectReason.UNKNOWN_KEY,
                refused(gateway, manifest(same(3), Gateway.ROOT_KEY)).reason());
        believe(gateway, secondRoot(3), SECOND_ROOT_KEY);
    }

    @Test
    void offer_firmwareWithTheManifestsThatTheDeviceMissed_takesThemFirst() throws Exception {
        byte[] first = manifest(same(1), Gateway.ROOT_KEY);
        byte[] second = manifest(rotated(2), Gateway.ROOT_KEY);
        EnvelopeBuilder firmware = Gateway.builder(11, 2)
                .image(new EnvelopeBuilder.Image(
                        Digest.sha256Of(Gateway.NEW_IMAGE), Gateway.NEW_IMAGE.length, "https://updates.example/os.img"))
                .integratedPayload("#trust-2", second)
                .integratedPayload("#trust-1", first);
        gateway.gateOpen = false;

        Optional<Outcome> answer = gateway.offer(Gateway.sign(firmware, SECOND_MAKER_KEY));

        assertTrue(answer.isEmpty(), "under way");
        assertEquals(List.of(new Outcome.TrustUpdated(1), new Outcome.TrustUpdated(2)), gateway.outcomes());
        assertEquals(UpdateState.STAGED, staged());
    }

    @Test
    void offer_revokesTheKeyOfAStagedUpdate_cancelsIt() throws Exception {
        stage();

        believe(gateway, rotated(1), Gateway.ROOT_KEY);

        assertEquals(UpdateState.IDLE, gateway.agent.status().state());
        assertEquals(List.of(new Outcome.TrustUpdated(1), new Outcome.Cancelled(Cause.REVOKED)), gateway.outcomes());
    }

    @Test
    void offer_revokesTheManifestOfAStagedUpdate_cancelsItAndRefusesItFromThenOn() throws Exception {
        byte[] update = Gateway.newEnvelope();
        gateway.gateOpen = false;
        gateway.board.bootControl().load(BankId.B, 2);
        gateway.offer(update);
        gateway.pass(Duration.ofSeconds(6));

        believe(gateway, same(1, digestOf(update)), Gateway.ROOT_KEY);
        Gateway other = TrustBench.gateway();
        believe(other, same(1, digestOf(update)), Gateway.ROOT_KEY);

        assertEquals(new Outcome.Cancelled(Cause.REVOKED), gateway.outcomes().get(1));
        assertRefused(
                other, update, RejectReason.REVOKED, digestOf(update).toString(), "a manifest that isn't revoked");
    }

    @Test
    void offer_keepsTheKeyOfAStagedUpdate_disturbsNothing() throws Exception {
        stage();

        believe(gateway, same(1), Gateway.ROOT_KEY);

        assertEquals(UpdateState.STAGED, gateway.agent.status().state());
        assertEquals(List.of(new Outcome.TrustUpdated(1)), gateway.outcomes());
    }

    @Test
    void offer_revokesTheKeyOfAnArmedUpdate_disarms() throws Exception {
        arm();

        believe(gateway, rotated(1), Gateway.ROOT_KEY);

        assertEquals(UpdateState.IDLE, gateway.agent.status().state());
        assertTrue(
                gateway.board.trace().steps().contains("disarm"),
                gateway.board.trace().steps()::toString);
        assertEquals(BankId.A, gateway.boot());
    }

    @Test
    void boot_cutBetweenTheSetAndTheDisarm_trialOfTheRevokedUpdateIsCondemned() throws Exception {
        arm();
        gateway.board.trace().failNext("advance TRUST_VERSION", HalException.Kind.IO); // tried again at the start
        gateway.board.trace().failNext("store OUTCOMES", HalException.Kind.IO); // here the power is cut
        gateway.offer(manifest(rotated(1), Gateway.ROOT_KEY));

        BankId tried = gateway.boot();
        gateway.pass(Duration.ofSeconds(1));
        BankId running = gateway.boot();

        assertEquals(BankId.B, tried);
        assertEquals(BankId.A, running);
        assertEquals(
                List.of(
                        new Outcome.TrustUpdated(1),
                        new Outcome.RolledBack(Cause.REVOKED, "the trust set doesn't believe this manifest any more")),
                gateway.outcomes());
        assertEquals(1, gateway.board.counter(CounterId.TRUST_VERSION).value());
    }

    @Test
    void offer_duringATrial_waitsForItsEndBesideParkedFirmware() throws Exception {
        gateway.selfTest = SelfTest.Result.notYet("busy");
        gateway.installNewImage();
        gateway.boot();
        Optional<Outcome> trust = gateway.offer(manifest(rotated(1), Gateway.ROOT_KEY));
        Optional<Outcome> firmware = gateway.offer(Gateway.envelope(12, 2, Gateway.NEW_IMAGE));

        assertEquals(0, gateway.agent.status().trustVersion());
        gateway.selfTest = SelfTest.Result.pass();
        gateway.pass(Duration.ofSeconds(10));

        assertTrue(trust.isEmpty() && firmware.isEmpty(), "parked");
        assertEquals(List.of(new Outcome.Installed(false), new Outcome.TrustUpdated(1)), gateway.outcomes());
        assertEquals(1, gateway.agent.status().notAuthentic(), "the parked firmware is judged by the new set");
    }

    @Test
    void rollback_ofFirmware_leavesTheTrustSet() throws Exception {
        believe(gateway, same(1), Gateway.ROOT_KEY);
        gateway.selfTest = SelfTest.Result.fail("no");
        gateway.installNewImage();
        gateway.boot();
        gateway.pass(Duration.ofSeconds(1));

        BankId running = gateway.boot();

        assertEquals(BankId.A, running);
        assertEquals(1, gateway.agent.status().trustVersion());
        assertInstanceOf(Outcome.RolledBack.class, gateway.outcomes().get(1));
    }

    @Test
    void offer_storeFails_oldSetStaysAndTheOfferIsTriedAgain() throws Exception {
        gateway.board.trace().failNext("store TRUST", HalException.Kind.IO);

        Optional<Outcome> answer = gateway.offer(manifest(rotated(1), Gateway.ROOT_KEY));
        long before = gateway.agent.status().trustVersion();
        gateway.pass(Duration.ofMinutes(2));

        assertTrue(answer.isEmpty());
        assertEquals(0, before);
        assertEquals(1, gateway.agent.status().trustVersion());
        assertEquals(List.of(new Outcome.TrustUpdated(1)), gateway.outcomes());
    }

    @Test
    void boot_cutAfterTheSetWasStored_finishesTheRestOnce() throws Exception {
        for (String step : List.of("advance TRUST_VERSION", "store OUTCOMES", "store SECURITY")) {
            Gateway cut = TrustBench.gateway();
            cut.board.trace().failNext(step, HalException.Kind.IO);
            cut.offer(manifest(rotated(1), Gateway.ROOT_KEY));

            cut.boot();
            cut.boot();

            assertEquals(1, cut.agent.status().trustVersion(), step);
            assertEquals(1, cut.board.counter(CounterId.TRUST_VERSION).value(), step);
            assertEquals(List.of(new Outcome.TrustUpdated(1)), cut.outcomes(), step);
            assertEquals(1, security(cut).trustVersion(), step);
            assertEquals(TrustBench.ISSUED, security(cut).timeFloor(), step);
        }
    }

    @Test
    void offer_revokesWhatRuns_isReportedOnceAndMayPassTheGate() throws Exception {
        Digest running = digestOf(((StateStore.Found) gateway.board.stateStore().load(StateKey.MANIFEST_A)).record());
        gateway.settings = builder -> builder.updatePolicy(new UpdatePolicy() {
            @Override
            public Answer ask(Requirement requirement) {
                return Answer.UNKNOWN;
            }

            @Override
            public boolean emergency() {
                return true;
            }
        });
        gateway.gateOpen = false;
        gateway.boot();
        believe(gateway, same(1, running), Gateway.ROOT_KEY);
        gateway.boot();

        gateway.installNewImage();

        assertEquals(
                List.of(
                        new Outcome.TrustUpdated(1),
                        new Outcome.InstalledRevoked(
                                "bank A runs a manifest that trust set 1 revokes; install another")),
                gateway.outcomes());
        assertEquals(UpdateState.ARMED, gateway.agent.status().state(), "past the shut gate");
    }

    private void stage() {
        gateway.gateOpen = false;
        gateway.installNewImage();
        assertEquals(UpdateState.STAGED, gateway.agent.status().state());
    }

    private UpdateState staged() {
        gateway.pass(Duration.ofSeconds(6));
        return gateway.agent.status().state();
    }

    /** Arms the new image; the gate shuts before the reset. */
    private void arm() throws HalException {
        gateway.installNewImage();
        gateway.gateOpen = false;
        gateway.pass(Duration.ofSeconds(31));
        assertEquals(UpdateState.ARMED, gateway.agent.status().state());
        gateway.board.trace().clear();
    }

    private static Security security(Gateway gateway) throws Exception {
        return Security.decode(((StateStore.Found) gateway.board.stateStore().load(StateKey.SECURITY)).record())
                .security();
    }

    private static Digest digestOf(byte[] envelope) throws Exception {
        return SuitEnvelope.decode(envelope, Limits.standard()).manifestDigest();
    }
}
