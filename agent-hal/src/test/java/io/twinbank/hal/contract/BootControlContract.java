// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.hal.BankId;
import io.twinbank.hal.BootControl;
import io.twinbank.hal.BootStatus;
import io.twinbank.hal.BootStatus.Trial;
import io.twinbank.hal.HalException;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What every {@link BootControl} owes, and the boot loader behind it. Extend it, hand out a {@link Rig} that can boot
 * your board or its emulation, and run it as any JUnit test.
 */
public abstract class BootControlContract {
    private Rig rig;
    private BankId first;
    private BankId second;

    /** The board on the bench. */
    public interface Rig {
        /**
         * Returns the boot control of the agent that runs.
         *
         * @return asked for anew after each {@link #boot()}
         * @throws IOException if the test's own preparations fail
         */
        BootControl control() throws IOException;

        /**
         * Resets the board and lets the boot loader select.
         *
         * @throws IOException if nothing boots
         */
        void boot() throws IOException;

        /**
         * Makes a bank unable to boot, in its content.
         *
         * @param bank which bank
         * @throws IOException if the test's own preparations fail
         */
        void spoil(BankId bank) throws IOException;

        /**
         * Loses all of the boot loader's variables.
         *
         * @return false if this board can't, the tests of it are then left out
         * @throws IOException if the test's own preparations fail
         */
        boolean loseVariables() throws IOException;
    }

    /**
     * Makes a board that runs a permanent bank without a trial ever armed, with images in both banks that load.
     *
     * @return the board
     * @throws IOException if the test's own preparations fail
     */
    protected abstract Rig newRig() throws IOException;

    @BeforeEach
    void prepare() throws IOException {
        rig = newRig();
        first = status().running();
        second = first.other();
    }

    @Test
    void status_noTrialEverArmed_isNone() throws IOException {
        assertEquals(Trial.NONE, status().trial());
        assertEquals(0, status().attemptsLeft());
        assertEquals(0, status().lastTrialId());
    }

    @Test
    void boot_outsideATrial_selectsThePermanentBankHoweverOften() throws IOException {
        for (int i = 0; i < 10; i++) {
            rig.boot();

            assertEquals(first, status().running());
            assertEquals(Trial.NONE, status().trial());
        }
    }

    @Test
    void securityVersion_imageThatLoads_isKnown() throws IOException {
        assertTrue(rig.control().securityVersion(first).isPresent());
    }

    @Test
    void securityVersion_spoiltBank_isEmpty() throws IOException {
        rig.spoil(second);

        assertEquals(OptionalLong.empty(), rig.control().securityVersion(second));
    }

    @Test
    void armTrial_beforeTheBoot_isArmedWithTheRunningBankAsFallback() throws IOException {
        rig.control().armTrial(second, 1, 77);

        BootStatus status = status();
        assertEquals(new BootStatus(first, status.fallback(), Trial.ARMED, 1, 77), status);
    }

    @Test
    void armTrial_outOfBounds_isRefused() throws IOException {
        BootControl control = rig.control();

        assertThrows(IllegalArgumentException.class, () -> control.armTrial(second, 0, 1));
        assertThrows(IllegalArgumentException.class, () -> control.armTrial(second, control.maxAttempts() + 1, 1));
        assertThrows(IllegalArgumentException.class, () -> control.armTrial(second, 1, 0));
        assertEquals(Trial.NONE, control.status().trial());
    }

    @Test
    void boot_armed_runsTheTrialAndCountsDownToTheFallback() throws IOException {
        int attempts = rig.control().maxAttempts();
        rig.control().armTrial(second, attempts, 78);

        for (int left = attempts - 1; left >= 0; left--) {
            rig.boot();
            assertEquals(new BootStatus(second, Optional.of(first), Trial.RUNNING, left, 78), status());
        }
        rig.boot();

        assertEquals(first, status().running());
        assertEquals(Trial.FELL_BACK, status().trial());
        assertEquals(0, status().attemptsLeft());
        assertEquals(78, status().lastTrialId());
    }

    @Test
    void boot_fellBack_staysFellBackUntilDisarmed() throws IOException {
        fallBack();
        rig.boot();
        assertEquals(first, status().running());
        assertEquals(Trial.FELL_BACK, status().trial());

        rig.control().disarm();
        rig.control().disarm();

        assertEquals(Trial.NONE, status().trial());
        assertEquals(79, status().lastTrialId());
        rig.boot();
        assertEquals(first, status().running());
    }

    @Test
    void confirm_inATrial_makesTheTrialPermanent() throws IOException {
        rig.control().armTrial(second, 1, 80);
        rig.boot();

        rig.control().confirm();
        rig.control().confirm();

        for (int i = 0; i < 5; i++) {
            assertEquals(second, status().running());
            assertEquals(Trial.NONE, status().trial());
            assertEquals(80, status().lastTrialId());
            rig.boot();
        }
    }

    @Test
    void disarm_armed_isNoneAndTheRunningBankStays() throws IOException {
        rig.control().armTrial(second, 1, 81);

        rig.control().disarm();

        assertEquals(Trial.NONE, status().trial());
        assertEquals(81, status().lastTrialId());
        rig.boot();
        assertEquals(first, status().running());
        assertEquals(Trial.NONE, status().trial());
    }

    @Test
    void disarm_inATrial_staysRunningUntilTheFallbackBoots() throws IOException {
        rig.control().armTrial(second, rig.control().maxAttempts(), 82);
        rig.boot();

        rig.control().disarm();

        assertEquals(new BootStatus(second, Optional.of(first), Trial.RUNNING, 0, 82), status());
        rig.boot();
        assertEquals(first, status().running());
        assertEquals(Trial.FELL_BACK, status().trial());
    }

    @Test
    void boot_trialDoesNotLoad_fallsBackAtOnce() throws IOException {
        rig.control().armTrial(second, rig.control().maxAttempts(), 83);
        rig.spoil(second);

        rig.boot();

        assertEquals(first, status().running());
        assertEquals(Trial.FELL_BACK, status().trial());
    }

    @Test
    void boot_attemptsUsedUpAndFallbackDoesNotLoad_bootsTheTrialAllTheSame() throws IOException {
        rig.control().armTrial(second, 1, 84);
        rig.boot();
        rig.spoil(first);

        rig.boot();

        assertEquals(second, status().running());
        assertEquals(Trial.RUNNING, status().trial());
        assertEquals(0, status().attemptsLeft());
    }

    @Test
    void boot_permanentBankDoesNotLoad_triesTheOther() throws IOException {
        rig.control().armTrial(second, 1, 85);
        rig.boot();
        rig.control().confirm();
        rig.spoil(second);

        rig.boot();

        assertEquals(first, status().running());
    }

    @Test
    void invalidate_runningBank_isLocked() throws IOException {
        BootControl control = rig.control();

        HalException refused = assertThrows(HalException.class, () -> control.invalidate(first));

        assertEquals(HalException.Kind.LOCKED, refused.kind());
    }

    @Test
    void invalidate_otherBank_isNeverSelectedUntilArmed() throws IOException {
        rig.control().invalidate(second);
        rig.control().invalidate(second);

        assertEquals(Optional.empty(), status().fallback());
        for (int i = 0; i < 5; i++) {
            rig.boot();
            assertEquals(first, status().running());
        }
    }

    @Test
    void boot_variablesLost_triesBothBanksInTurnAsATrialWithoutId() throws IOException {
        if (!rig.loseVariables()) {
            return;
        }

        rig.boot();
        BankId tried = status().running();
        assertEquals(Trial.RUNNING, status().trial());
        assertEquals(0, status().lastTrialId());
        for (int left = status().attemptsLeft(); left >= 0; left--) {
            assertEquals(tried, status().running());
            rig.boot();
        }

        assertNotEquals(tried, status().running());
    }

    @Test
    void boot_variablesLost_neverSelectsAnInvalidatedBank() throws IOException {
        rig.control().invalidate(second);
        if (!rig.loseVariables()) {
            return;
        }

        for (int i = 0; i < 5; i++) {
            rig.boot();
            assertEquals(first, status().running());
        }
    }

    private void fallBack() throws IOException {
        rig.control().armTrial(second, 1, 79);
        rig.boot();
        rig.boot();
    }

    private BootStatus status() throws IOException {
        return rig.control().status();
    }
}
