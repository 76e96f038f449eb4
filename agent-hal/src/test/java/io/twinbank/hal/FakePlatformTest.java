// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.twinbank.hal.contract.BootControlContract;
import io.twinbank.hal.contract.CounterContract;
import io.twinbank.hal.contract.FakeCounter;
import io.twinbank.hal.contract.FakePlatform;
import io.twinbank.hal.contract.Trace;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class FakePlatformTest {
    private final FakePlatform board = FakePlatform.builder().build();

    @Test
    void trace_stepsOfSeveralParts_areInOrder() throws HalException {
        board.stateStore().store(StateKey.JOURNAL, new byte[1]);
        board.bootControl().invalidate(BankId.B);
        board.bank(BankId.B).begin(10);
        board.resetControl().reset();

        assertEquals(
                List.of("store JOURNAL", "invalidate B", "begin B", "reset"),
                board.trace().steps());
    }

    @Test
    void boot_intoTheTrial_locksTheOtherBank() throws HalException {
        board.bootControl().load(BankId.B, 1);
        board.bootControl().armTrial(BankId.B, 1, 5);

        assertEquals(Optional.of(BankId.B), board.boot());

        assertThrows(HalException.class, () -> board.bank(BankId.B).begin(1));
        board.bank(BankId.A).begin(1);
    }

    @Test
    void boot_imageBelowTheCounter_isNotSelected() throws HalException {
        board.bootControl().load(BankId.B, 3);
        board.counter(CounterId.SECURITY_VERSION).advanceTo(2);

        assertEquals(Optional.of(BankId.B), board.boot());
    }

    @Test
    void boot_nothingLoads_isEmpty() {
        board.bootControl().spoil(BankId.A);

        assertEquals(Optional.empty(), board.boot());
    }

    @Test
    void stopNextAt_belowTheTarget_leavesAValueBetween() throws HalException {
        FakeCounter counter = board.counter(CounterId.SECURITY_VERSION);
        counter.stopNextAt(2);

        HalException unknown = assertThrows(HalException.class, () -> counter.advanceTo(3));

        assertEquals(HalException.Kind.OUTCOME_UNKNOWN, unknown.kind());
        assertEquals(2, counter.read());
        counter.advanceTo(3);
        assertEquals(3, counter.read());
    }

    @Nested
    class Boot extends BootControlContract {
        @Override
        protected Rig newRig() {
            board.bootControl().load(BankId.B, 0);
            return new Rig() {
                @Override
                public BootControl control() {
                    return board.bootControl();
                }

                @Override
                public void boot() throws IOException {
                    board.boot().orElseThrow(() -> new IOException("nothing boots"));
                }

                @Override
                public void spoil(BankId bank) {
                    board.bootControl().spoil(bank);
                }

                @Override
                public boolean loseVariables() {
                    board.bootControl().loseVariables();
                    return true;
                }
            };
        }
    }

    abstract static class Counter extends CounterContract {
        private final long limit;

        Counter(long limit) {
            this.limit = limit;
        }

        @Override
        protected MonotonicCounter newCounter() {
            return new FakeCounter("counter", limit, new Trace());
        }

        @Override
        protected MonotonicCounter reopen(MonotonicCounter old) {
            return old;
        }
    }

    @Nested
    class Fuses extends Counter {
        Fuses() {
            super(8);
        }
    }

    @Nested
    class Endless extends Counter {
        Endless() {
            super(Long.MAX_VALUE);
        }
    }
}
