// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.core.AgentEvent;
import io.twinbank.core.Outcome;
import io.twinbank.core.RejectReason;
import io.twinbank.core.UpdateState;
import io.twinbank.core.internal.record.Journal;
import io.twinbank.core.spi.SelfTest;
import io.twinbank.hal.BankId;
import io.twinbank.hal.BootStatus;
import io.twinbank.hal.HalException;
import io.twinbank.hal.StateKey;
import io.twinbank.hal.StateStore;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The shipped agent on a fake board: what it finds at a start, and a boot loader that does not do as it is told. */
class AgentStartTest {
    @Test
    void start_runningBankCannotBeReadForAWhile_isNotAnotherImage() throws Exception {
        Gateway gateway = new Gateway();
        for (int i = 0; i < 4; i++) {
            gateway.board.trace().failNext("read A", HalException.Kind.ECC);
        }

        gateway.boot();
        gateway.pass(Duration.ofSeconds(3));

        assertEquals(List.of(), gateway.outcomes());
        assertEquals("", gateway.agent.status().waitingFor());
    }

    @Test
    void start_newDevice_isSilent() throws Exception {
        Gateway gateway = new Gateway();

        assertEquals(List.of(), gateway.outcomes());
        assertEquals(
                List.of(
                        new AgentEvent.RowBegun("0"),
                        new AgentEvent.Started(BankId.A, "25"),
                        new AgentEvent.RowBegun("25")),
                gateway.events.subList(0, 3));
        assertEquals(10, gateway.agent.status().sequence());
    }

    @Test
    void start_journalUnreadable_saysStateLostOnce() throws Exception {
        Gateway gateway = new Gateway();
        gateway.board.stateStore().put(StateKey.JOURNAL, new StateStore.Corrupt("both copies"));

        gateway.boot();
        gateway.boot();

        assertEquals(1, gateway.outcomes().size());
        assertInstanceOf(Outcome.StateLost.class, gateway.outcomes().get(0));
    }

    @Test
    void start_securityUnreadable_rebuildsTheFloorFromTheRunningEnvelope() throws Exception {
        Gateway gateway = new Gateway();
        gateway.board.stateStore().put(StateKey.SECURITY, new StateStore.Corrupt("both copies"));
        gateway.boot();

        Optional<Outcome> answer = gateway.offer(Gateway.envelope(10, 1, Gateway.NEW_IMAGE));

        assertEquals(
                RejectReason.SEQUENCE_TOO_LOW,
                assertInstanceOf(Outcome.Rejected.class, answer.orElseThrow())
                        .rejection()
                        .reason());
    }

    @Test
    void start_anotherImageThanTheConfirmedOne_saysSoOnce() throws Exception {
        Gateway gateway = new Gateway();
        gateway.board.bank(BankId.A).flip(7);

        gateway.boot();
        gateway.boot();

        assertEquals(1, gateway.outcomes().size());
        assertInstanceOf(Outcome.UnexpectedImage.class, gateway.outcomes().get(0));
    }

    /** Else the floor would rise for a bank that isn't the boot loader's, and keep the one that is from booting. */
    @Test
    void start_anotherImageThanTheConfirmedOne_isConfirmedBeforeItIsRecorded() throws Exception {
        Gateway gateway = new Gateway();
        gateway.board.bank(BankId.A).flip(7);
        gateway.board.trace().clear();

        gateway.boot();

        assertEquals(
                List.of("store OUTCOMES", "confirm", "store SECURITY"),
                gateway.steps().subList(0, 3));
    }

    @Test
    void start_bootStatusUnreadable_looksAgainUntilItIs() throws Exception {
        Gateway gateway = new Gateway();
        gateway.events.clear();
        gateway.board.trace().failNext("status", HalException.Kind.IO);
        gateway.boot();
        boolean startedAtOnce = gateway.events.stream().anyMatch(AgentEvent.Started.class::isInstance);

        gateway.pass(Duration.ofSeconds(2));

        assertFalse(startedAtOnce);
        assertTrue(gateway.events.stream().anyMatch(AgentEvent.Started.class::isInstance));
    }

    @Test
    void start_confirmDoesNotTake_waitsForTheDeviceUntilItDoes() throws Exception {
        Gateway gateway = new Gateway();
        gateway.board.bootControl().loseVariables();
        gateway.board.bootControl().deaf(true);
        gateway.board.trace().clear();

        gateway.boot();
        gateway.pass(Duration.ofMinutes(2));
        String waitingFor = gateway.agent.status().waitingFor();
        long asked = asked(gateway, "confirm");
        gateway.board.bootControl().deaf(false);
        gateway.pass(Duration.ofMinutes(1));

        assertEquals("17a", lastRowOfTrouble(gateway));
        assertEquals("the device", waitingFor);
        assertTrue(asked > 3 && asked < 10, asked + " confirms in two minutes");
        assertEquals("", gateway.agent.status().waitingFor());
        assertEquals(BootStatus.Trial.NONE, gateway.board.bootControl().status().trial());
    }

    @Test
    void start_confirmOfTheFallbackDoesNotTake_isAskedLessAndLess() throws Exception {
        Gateway gateway = new Gateway();
        gateway.installNewImage();
        gateway.board.bootControl().loseVariables();
        gateway.board.bootControl().deaf(true);
        gateway.board.trace().clear();

        gateway.boot();
        gateway.pass(Duration.ofMinutes(2));

        long asked = asked(gateway, "confirm");
        assertEquals("17d", lastRowOfTrouble(gateway));
        assertEquals("the device", gateway.agent.status().waitingFor());
        assertTrue(asked > 3 && asked < 10, asked + " confirms in two minutes");
    }

    @Test
    void start_disarmDoesNotTake_waitsForTheDeviceUntilItDoes() throws Exception {
        Gateway gateway = new Gateway();
        gateway.board.bootControl().load(BankId.B, 2);
        gateway.board.bootControl().armTrial(BankId.B, 1, 5);
        gateway.board.bootControl().deaf(true);
        gateway.boot();
        gateway.boot();
        gateway.board.trace().clear();

        gateway.pass(Duration.ofMinutes(2));
        String waitingFor = gateway.agent.status().waitingFor();
        long asked = asked(gateway, "disarm");
        gateway.board.bootControl().deaf(false);
        gateway.pass(Duration.ofMinutes(1));

        assertEquals("14a", lastRowOfTrouble(gateway));
        assertEquals("the device", waitingFor);
        assertTrue(asked > 3 && asked < 10, asked + " disarms in two minutes");
        assertEquals("", gateway.agent.status().waitingFor());
    }

    private static long asked(Gateway gateway, String step) {
        return gateway.board.trace().steps().stream().filter(step::equals).count();
    }

    private static String lastRowOfTrouble(Gateway gateway) {
        return gateway.events.stream()
                .filter(AgentEvent.Trouble.class::isInstance)
                .map(event -> ((AgentEvent.Trouble) event).what())
                .filter(detail -> detail.contains("at row "))
                .map(detail -> detail.replaceAll(".*at row (\\w+):.*", "$1"))
                .reduce((first, last) -> last)
                .orElse("none");
    }

    @Test
    void journal_duringATrial_countsTheStarts() throws Exception {
        Gateway gateway = new Gateway();
        gateway.installNewImage();
        gateway.selfTest = SelfTest.Result.notYet("modem not registered");

        gateway.boot();
        gateway.boot();

        StateStore.Found found = (StateStore.Found) gateway.board.stateStore().load(StateKey.JOURNAL);
        Journal journal = Journal.decode(found.record());
        assertEquals(UpdateState.TRIAL, journal.state());
        assertEquals(2, journal.starts());
    }
}
