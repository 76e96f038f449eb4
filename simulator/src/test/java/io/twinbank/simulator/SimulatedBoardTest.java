// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.hal.BankId;
import io.twinbank.hal.CounterId;
import io.twinbank.hal.FlashBank;
import io.twinbank.hal.HalException;
import io.twinbank.hal.MonotonicCounter;
import io.twinbank.hal.ResetControl;
import io.twinbank.hal.StateKey;
import io.twinbank.hal.StateStore;
import io.twinbank.simulator.fault.Schedule;
import io.twinbank.simulator.fault.SchedulePlayer;
import io.twinbank.simulator.medium.Faults;
import io.twinbank.simulator.medium.Reset;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SimulatedBoardTest {
    private static final int UNIT = 4096;

    private final Bench bench = new Bench();
    private SimulatedBoard board;
    private FlashBank bank;

    @BeforeEach
    void prepare() throws IOException {
        board = bench.bootedBoard();
        board.bootControl().invalidate(BankId.B);
        bank = board.bank(BankId.B, SimulatedBoard.COMPONENT);
        bank.begin(2 * UNIT);
    }

    @Test
    void write_notErased_isRefusedAndFound() throws IOException {
        IllegalStateException refused =
                assertThrows(IllegalStateException.class, () -> bank.write(0, ByteBuffer.allocate(512)));

        assertEquals(List.of(refused.getMessage()), board.log().findings());
    }

    @Test
    void write_twice_isRefused() throws IOException {
        bank.erase(0, UNIT);
        bank.write(512, ByteBuffer.allocate(512));

        assertThrows(IllegalStateException.class, () -> bank.write(0, ByteBuffer.allocate(1024)));
        bank.write(0, ByteBuffer.allocate(512));
    }

    @Test
    void erase_selectableBank_isFound() throws IOException {
        board.bankOf(BankId.B).setSelectable(true);

        bank.erase(0, UNIT);

        assertTrue(
                board.log().findings().get(0).contains("may still select"),
                board.log().findings()::toString);
    }

    @Test
    void powerCut_unsynced_isLostAndMustBeErasedAgain() throws IOException {
        bank.erase(0, 2 * UNIT);
        bank.write(0, filled(UNIT, 7));
        bank.sync();
        bank.write(UNIT, filled(UNIT, 8));

        board.cutPower();
        board.boot();

        assertArrayEquals(filled(UNIT, 7).array(), read(0));
        assertArrayEquals(filled(UNIT, 0xe5).array(), read(UNIT));
        bank.begin(2 * UNIT);
        assertThrows(IllegalStateException.class, () -> bank.write(UNIT, filled(UNIT, 9)));
    }

    @Test
    void reset_unsynced_isKept() throws IOException {
        bank.erase(0, UNIT);
        bank.write(0, filled(UNIT, 7));

        assertThrows(Reset.class, () -> board.resetControl().reset());
        board.boot();

        assertArrayEquals(filled(UNIT, 7).array(), read(0));
        assertEquals(ResetControl.Cause.SOFTWARE, board.resetControl().lastCause());
    }

    @Test
    void powerCut_boardThatKeepsUnsynced_keepsIt() throws IOException {
        board = bench.board().profile(IdealChip.keeping()).build();
        Bench.install(board, BankId.A, bench.image(1));
        board.boot();
        bank = board.bank(BankId.B, SimulatedBoard.COMPONENT);
        bank.begin(UNIT);
        bank.erase(0, UNIT);
        bank.write(0, filled(UNIT, 7));

        board.cutPower();
        board.boot();

        assertArrayEquals(filled(UNIT, 7).array(), read(0));
    }

    @Test
    void cutBefore_operation_isNotDone() throws IOException {
        StateStore store = board.stateStore();
        board.faults(played("cut(2,before)"));

        store.store(StateKey.JOURNAL, new byte[] {1});
        Stops.assertPowerCut(() -> store.store(StateKey.JOURNAL, new byte[] {2}));
        Stops.assertPowerCut(() -> store.load(StateKey.JOURNAL));
        board.boot();

        assertEquals(new StateStore.Found(new byte[] {1}), store.load(StateKey.JOURNAL));
        assertEquals(List.of(), board.log().findings());
    }

    @Test
    void cutAfter_operation_isDone() throws IOException {
        StateStore store = board.stateStore();
        board.faults(played("cut(1,after)"));

        Stops.assertPowerCut(() -> store.store(StateKey.JOURNAL, new byte[] {2}));
        board.boot();

        assertEquals(new StateStore.Found(new byte[] {2}), store.load(StateKey.JOURNAL));
    }

    @Test
    void everyChange_afterDeath_isThrownBackAndFound() {
        board.cutPower();

        Stops.assertPowerCut(() -> bank.erase(0, UNIT));
        Stops.assertPowerCut(() -> bank.write(0, ByteBuffer.allocate(512)));
        Stops.assertPowerCut(() -> board.stateStore().store(StateKey.JOURNAL, new byte[1]));
        Stops.assertPowerCut(() -> board.bootControl().confirm());
        Stops.assertPowerCut(() -> board.counter(CounterId.SECURITY_VERSION).advanceTo(1));

        assertEquals(5, board.log().findings().size());
        assertTrue(board.log().findings().get(0).startsWith("wrote after death"));
    }

    @Test
    void everyRead_afterDeath_isThrownBack() {
        board.cutPower();

        Stops.assertPowerCut(() -> bank.read(0, ByteBuffer.allocate(1)));
        Stops.assertPowerCut(() -> board.bootControl().status());
        Stops.assertPowerCut(() -> board.stateStore().load(StateKey.JOURNAL));
        Stops.assertPowerCut(() -> board.resetControl().reset());
        assertEquals(List.of(), board.log().findings());
    }

    @Test
    void advanceTo_aboveTheConfirmedImage_isFound() throws IOException {
        MonotonicCounter counter = board.counter(CounterId.SECURITY_VERSION);
        counter.advanceTo(1);
        assertEquals(List.of(), board.log().findings());

        counter.advanceTo(2);

        assertTrue(
                board.log().findings().get(0).startsWith("counter raised to 2"),
                board.log().findings()::toString);
    }

    @Test
    void advanceTo_cutBetweenTwoSteps_staysBetween() throws IOException {
        MonotonicCounter counter = board.counter(CounterId.TRUST_VERSION);
        board.faults(played("cut(2,after)"));

        Stops.assertPowerCut(() -> counter.advanceTo(5));
        board.boot();

        assertEquals(2, counter.read());
    }

    @Test
    void onStop_everyLife_isToldOnce() throws IOException {
        List<String> stops = new ArrayList<>();
        board = bench.board().onStop(stop -> stops.add(stop.getMessage())).build();
        Bench.install(board, BankId.A, bench.image(1));

        board.boot();
        board.cutPower();
        board.cutPower();
        board.boot();
        board.bite();
        board.boot();

        assertEquals(List.of("power cut", "reset: WATCHDOG"), stops);
        assertEquals(ResetControl.Cause.WATCHDOG, board.resetControl().lastCause());
        assertEquals(3, board.boots().size());
    }

    private static Faults played(String schedule) {
        return new SchedulePlayer(Schedule.parse(schedule), event -> {});
    }

    private byte[] read(long offset) throws HalException {
        ByteBuffer bytes = ByteBuffer.allocate(UNIT);
        bank.read(offset, bytes);
        return bytes.array();
    }

    private static ByteBuffer filled(int length, int value) {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        Arrays.fill(bytes.array(), (byte) value);
        return bytes;
    }
}
