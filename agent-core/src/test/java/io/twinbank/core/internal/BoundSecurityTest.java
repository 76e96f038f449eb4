// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.core.AgentEvent;
import io.twinbank.core.Outcome;
import io.twinbank.core.RejectReason;
import io.twinbank.core.internal.record.Security;
import io.twinbank.core.spi.SelfTest;
import io.twinbank.hal.BankId;
import io.twinbank.hal.HalException;
import io.twinbank.hal.StateKey;
import io.twinbank.hal.StateStore;
import io.twinbank.hal.contract.FakePlatform;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A board that can bind the Security record notices that an older flash was copied back, and only that. */
class BoundSecurityTest {
    private final Gateway gateway;

    BoundSecurityTest() throws HalException {
        gateway = new Gateway(FakePlatform.Builder::canBind);
    }

    @Test
    void update_whole_bindsEachRecordThatItStores() throws Exception {
        gateway.board.trace().clear();
        update();

        List<String> steps = gateway.steps();
        int stored = steps.indexOf("store SECURITY");
        assertEquals("bind", steps.get(stored + 1), steps::toString);
        assertEquals(
                steps.stream().filter("store SECURITY"::equals).count(),
                steps.stream().filter("bind"::equals).count(),
                steps::toString);
        assertTrue(isBound());
    }

    @Test
    void boot_storeCopiedBack_isReportedOnceAndTheFloorHolds() throws Exception {
        Map<StateKey, byte[]> older = copy();
        update();
        copyBack(older);
        gateway.events.clear();

        gateway.boot();
        gateway.boot();

        List<Outcome> lost = gateway.outcomes().stream()
                .filter(Outcome.StateLost.class::isInstance)
                .toList();
        assertEquals(1, lost.size(), gateway.outcomes()::toString);
        assertTrue(
                ((Outcome.StateLost) lost.get(0)).detail().contains("an older flash was copied back"), lost::toString);
        assertTrue(gateway.events.contains(new AgentEvent.RowBegun("0a")));
    }

    @Test
    void boot_onlySecurityCopiedBack_floorIsTheRunningImages() throws Exception {
        byte[] older = security();
        update();
        gateway.board.stateStore().store(StateKey.SECURITY, older);

        gateway.boot();

        assertEquals(
                RejectReason.SEQUENCE_TOO_LOW,
                refused(Gateway.envelope(10, 2, Gateway.OLD_IMAGE)),
                "sequence 11 runs, whatever the older record says");
    }

    @Test
    void boot_olderRecordWithQuarantine_isStillTrue() throws Exception {
        gateway.selfTest = SelfTest.Result.fail("bad");
        update();
        byte[] older = security();
        gateway.selfTest = SelfTest.Result.pass();
        gateway.board.bootControl().load(BankId.B, 2);
        gateway.offer(Gateway.envelope(12, 2, Gateway.NEW_IMAGE));
        gateway.scheduler.runUntil(gateway.scheduler.now().plusSeconds(6));
        gateway.boot();
        gateway.scheduler.runUntil(gateway.scheduler.now().plusSeconds(6));
        gateway.board.stateStore().store(StateKey.SECURITY, older);

        gateway.boot();

        assertEquals(RejectReason.QUARANTINED, refused(Gateway.newEnvelope()));
    }

    @Test
    void boot_wholeStoreErased_isNoNewDevice() throws Exception {
        update();
        for (StateKey key : StateKey.values()) {
            gateway.board.stateStore().delete(key);
        }
        gateway.events.clear();

        gateway.boot();

        assertInstanceOf(Outcome.StateLost.class, gateway.outcomes().get(0));
    }

    @Test
    void boot_cutBetweenRecordAndBinding_isFinishedAndNotReported() throws Exception {
        gateway.installNewImage();
        gateway.board.trace().failNext("bind", HalException.Kind.IO);
        gateway.boot();
        assertFalse(isBound(), "the record is stored, its digest isn't bound");
        gateway.events.clear();

        gateway.boot();

        assertTrue(gateway.outcomes().stream().noneMatch(Outcome.StateLost.class::isInstance));
        assertTrue(isBound());
    }

    @Test
    void confirm_bindingFails_waitsForTheDeviceAndBindsThen() throws Exception {
        gateway.installNewImage();
        gateway.board.trace().failNext("bind", HalException.Kind.IO);
        gateway.events.clear();

        gateway.boot();
        gateway.scheduler.runUntil(gateway.scheduler.now().plusSeconds(6));

        assertTrue(gateway.events.contains(new AgentEvent.Waiting("the device")), gateway.events::toString);
        assertInstanceOf(Outcome.Installed.class, gateway.outcomes().get(0));
        assertTrue(isBound());
    }

    @Test
    void boot_boardThatCantBind_believesWhatItFinds() throws Exception {
        Gateway unbound = new Gateway();
        byte[] older = ((StateStore.Found) unbound.board.stateStore().load(StateKey.SECURITY)).record();
        unbound.installNewImage();
        unbound.boot();
        unbound.scheduler.runUntil(unbound.scheduler.now().plusSeconds(6));
        unbound.board.stateStore().store(StateKey.SECURITY, older);
        unbound.events.clear();

        unbound.boot();

        assertTrue(unbound.outcomes().stream().noneMatch(Outcome.StateLost.class::isInstance));
    }

    private void update() throws Exception {
        gateway.installNewImage();
        gateway.boot();
        gateway.scheduler.runUntil(gateway.scheduler.now().plusSeconds(6));
        gateway.boot();
    }

    private RejectReason refused(byte[] envelope) {
        Optional<Outcome> answer = gateway.offer(envelope);
        return assertInstanceOf(Outcome.Rejected.class, answer.orElseThrow())
                .rejection()
                .reason();
    }

    private boolean isBound() throws Exception {
        return Security.decode(security())
                .digest()
                .matches(gateway.board.rootOfTrust().bound().orElseThrow());
    }

    private byte[] security() throws HalException {
        return ((StateStore.Found) gateway.board.stateStore().load(StateKey.SECURITY)).record();
    }

    private Map<StateKey, byte[]> copy() throws HalException {
        Map<StateKey, byte[]> copy = new EnumMap<>(StateKey.class);
        for (StateKey key : StateKey.values()) {
            if (gateway.board.stateStore().load(key) instanceof StateStore.Found found) {
                copy.put(key, found.record());
            }
        }
        return copy;
    }

    private void copyBack(Map<StateKey, byte[]> copy) throws HalException {
        for (StateKey key : StateKey.values()) {
            if (copy.containsKey(key)) {
                gateway.board.stateStore().store(key, copy.get(key));
            } else {
                gateway.board.stateStore().delete(key);
            }
        }
    }
}
