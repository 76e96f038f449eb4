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
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.core.AgentEvent;
import io.twinbank.core.Cause;
import io.twinbank.core.Outcome;
import io.twinbank.core.RejectReason;
import io.twinbank.core.UpdateState;
import io.twinbank.core.internal.record.Journal;
import io.twinbank.core.internal.record.TrustRecord;
import io.twinbank.core.spi.SelfTest;
import io.twinbank.hal.CounterId;
import io.twinbank.hal.HalException;
import io.twinbank.hal.StateKey;
import io.twinbank.hal.StateStore;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Somebody erases the state store or copies an older one back: no revoked key comes back. */
class TrustLostTest {
    private static final String AWAITED_2 = "a trust manifest of version 2 or later, signed by the factory's root keys";

    private final Gateway gateway;

    TrustLostTest() throws HalException {
        gateway = TrustBench.gateway();
        believe(gateway, same(1), Gateway.ROOT_KEY);
    }

    @Test
    void boot_recordErased_believesNoFirmwareAndSaysWhatItWaitsFor() throws Exception {
        believe(gateway, rotated(2), Gateway.ROOT_KEY);
        gateway.board.stateStore().delete(StateKey.TRUST);

        gateway.boot();

        assertWaits(AWAITED_2);
        assertEquals(0, gateway.agent.status().trustVersion());
        for (byte[] firmware :
                List.of(Gateway.newEnvelope(), Gateway.envelope(11, 2, Gateway.NEW_IMAGE, SECOND_MAKER_KEY))) {
            assertRefused(gateway, firmware, RejectReason.UNKNOWN_KEY, "firmware", AWAITED_2);
        }
        assertEquals(2, gateway.agent.status().notAuthentic());
        assertTrue(gateway.events.contains(new AgentEvent.Trouble(
                "the trust set is gone: no firmware is believed until the device gets " + AWAITED_2)));
    }

    @Test
    void boot_wholeStoreErased_counterRemembers() throws Exception {
        believe(gateway, rotated(2), Gateway.ROOT_KEY);
        for (StateKey key : StateKey.values()) {
            gateway.board.stateStore().delete(key);
        }

        gateway.boot();

        assertWaits(AWAITED_2);
        assertRefused(gateway, Gateway.newEnvelope(), RejectReason.UNKNOWN_KEY, "firmware", AWAITED_2);
    }

    @Test
    void boot_counterLost_securityRemembers() throws Exception {
        Gateway forgetful =
                new Gateway(board -> board.trustPolicy(TrustBench.factory()).counterLimit(1));
        forgetful.board.trace().failNext("advance TRUST_VERSION", HalException.Kind.IO);
        believe(forgetful, rotated(1), Gateway.ROOT_KEY);
        forgetful.board.stateStore().delete(StateKey.TRUST);

        forgetful.boot();

        assertEquals(0, forgetful.board.counter(CounterId.TRUST_VERSION).value());
        assertEquals(
                "a trust manifest of version 1 or later, signed by the factory's root keys",
                forgetful.agent.status().waitingFor());
    }

    @Test
    void boot_olderRecordCopiedBack_isNotBelieved() throws Exception {
        byte[] older = stored(StateKey.TRUST);
        byte[] olderSecurity = stored(StateKey.SECURITY);
        believe(gateway, rotated(2), Gateway.ROOT_KEY);
        gateway.board.stateStore().store(StateKey.TRUST, older);
        gateway.board.stateStore().store(StateKey.SECURITY, olderSecurity);

        gateway.boot();

        assertWaits(AWAITED_2);
        assertRefused(gateway, Gateway.newEnvelope(), RejectReason.UNKNOWN_KEY, "firmware", AWAITED_2);
    }

    @Test
    void boot_recordSpoilt_isAsGoodAsErased() throws Exception {
        gateway.board.stateStore().store(StateKey.TRUST, new byte[] {'T', 2, 0, 0});

        gateway.boot();

        assertWaits("a trust manifest of version 1 or later, signed by the factory's root keys");
    }

    @Test
    void boot_recordThatNoFactoryRootSigned_isNotBelieved() throws Exception {
        Gateway fresh = TrustBench.gateway();
        byte[] forged = new TrustRecord(List.of(manifest(secondRoot(7), SECOND_ROOT_KEY))).encode();
        fresh.board.stateStore().store(StateKey.TRUST, forged);

        fresh.boot();

        assertEquals(0, fresh.agent.status().trustVersion());
        assertEquals("", fresh.agent.status().waitingFor());
        assertRefused(
                fresh,
                Gateway.envelope(11, 2, Gateway.NEW_IMAGE, SECOND_MAKER_KEY),
                RejectReason.UNKNOWN_KEY,
                TrustBench.id(TrustBench.SECOND_MAKER),
                "one of 1 with role FIRMWARE: [" + TrustBench.MAKER_ID + "]");
    }

    @Test
    void offer_whileTheSetIsGone_takesOnlyOneThatTheFactoryRootSignedAndThatIsNew() throws Exception {
        believe(gateway, rotated(2), Gateway.ROOT_KEY);
        gateway.board.stateStore().delete(StateKey.TRUST);
        gateway.boot();

        assertRefused(gateway, manifest(same(1), Gateway.ROOT_KEY), RejectReason.SEQUENCE_TOO_LOW, "1", "at least 2");
        assertEquals(
                RejectReason.UNKNOWN_KEY,
                refused(gateway, manifest(secondRoot(3), SECOND_ROOT_KEY)).reason());
        believe(gateway, rotated(2), Gateway.ROOT_KEY);

        assertEquals("", gateway.agent.status().waitingFor());
        assertEquals(
                RejectReason.REVOKED, refused(gateway, Gateway.newEnvelope()).reason());
        gateway.gateOpen = false;
        assertEquals(Optional.empty(), gateway.offer(Gateway.envelope(11, 2, Gateway.NEW_IMAGE, SECOND_MAKER_KEY)));
        assertEquals(UpdateState.STAGED, settledState());
    }

    @Test
    void boot_setGoneDuringAnUpdate_cancelsIt() throws Exception {
        gateway.gateOpen = false;
        gateway.installNewImage();
        gateway.board.stateStore().delete(StateKey.TRUST);

        gateway.boot();
        gateway.pass(Duration.ofSeconds(6));

        assertEquals(UpdateState.IDLE, gateway.agent.status().state());
        assertEquals(new Outcome.Cancelled(Cause.REVOKED), gateway.outcomes().get(1));
    }

    /** Cut between J:=ARMED and armTrial, so that the next start goes straight to the gate. */
    @Test
    void boot_setGoneWhileArming_cancelsItAlsoBeforeAGateThatIsShut() throws Exception {
        gateway.gateOpen = false;
        gateway.installNewImage();
        Journal staged = Journal.decode(stored(StateKey.JOURNAL));
        gateway.board.stateStore().store(StateKey.JOURNAL, staged.armed(7).encode());
        gateway.board.stateStore().delete(StateKey.TRUST);

        gateway.boot();
        gateway.pass(Duration.ofSeconds(6));

        assertEquals(UpdateState.IDLE, gateway.agent.status().state());
        assertEquals(new Outcome.Cancelled(Cause.REVOKED), gateway.outcomes().get(1));
    }

    @Test
    void boot_setGoneAfterTheSelfTest_isFinishedAllTheSame() throws Exception {
        gateway.selfTest = SelfTest.Result.notYet("busy");
        gateway.installNewImage();
        gateway.boot();
        gateway.selfTest = SelfTest.Result.pass();
        gateway.board.trace().failNext("confirm", HalException.Kind.IO);
        gateway.pass(Duration.ofSeconds(5));
        assertEquals(UpdateState.COMMITTING, gateway.agent.status().state());
        gateway.board.stateStore().delete(StateKey.TRUST);

        gateway.boot();
        gateway.pass(Duration.ofSeconds(1));

        assertEquals(new Outcome.Installed(false), gateway.outcomes().get(1));
        assertWaits("a trust manifest of version 1 or later, signed by the factory's root keys");
    }

    private void assertWaits(String what) {
        assertEquals(what, gateway.agent.status().waitingFor());
    }

    private UpdateState settledState() {
        gateway.pass(Duration.ofSeconds(6));
        return gateway.agent.status().state();
    }

    private byte[] stored(StateKey key) throws HalException {
        return ((StateStore.Found) gateway.board.stateStore().load(key)).record();
    }
}
