// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.hal.CounterId;
import io.twinbank.hal.HalException;
import io.twinbank.hal.HalException.Kind;
import io.twinbank.hal.MonotonicCounter;
import io.twinbank.hal.contract.CounterContract;
import io.twinbank.hal.contract.Needs;
import io.twinbank.hal.contract.Part;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Needs({Part.SWTPM, Part.TPM2_TOOLS})
class TpmCounterIT {
    private static final int INDEX = 0x01500010;
    private static final int BASE = INDEX + 1;

    @TempDir
    Path folder;

    private SoftTpm tpm;

    @BeforeEach
    void startTpm() throws Exception {
        tpm = new SoftTpm(folder);
    }

    @AfterEach
    void stopTpm() throws Exception {
        tpm.stop();
    }

    @Nested
    class Contract extends CounterContract {
        @Override
        protected MonotonicCounter newCounter() {
            return counter();
        }

        @Override
        protected MonotonicCounter reopen(MonotonicCounter old) throws IOException {
            try {
                tpm.powerCycle();
                return counter();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        }
    }

    @Test
    void read_firstUse_isZeroAndDefinesBoth() throws Exception {
        assertEquals(0, counter().read());

        assertTrue(indexes().all().get(INDEX).isCounter());
        assertTrue(indexes().all().get(BASE).isLocked());
        assertThrows(HalException.class, () -> indexes().write(BASE, 7));
    }

    @Test
    void look_beforeTheFirstUse_isZeroAndMakesNothing() throws Exception {
        TpmCounter looked = TpmCounter.look(INDEX, CounterId.SECURITY_VERSION, tpm.tcti());

        assertEquals(0, looked.read());

        assertEquals(Map.of(), indexes().all());
        assertEquals(
                HalException.Kind.LOCKED,
                assertThrows(HalException.class, () -> looked.advanceTo(1)).kind());
    }

    @Test
    void look_afterwards_readsWhatTheAgentsCounterHas() throws Exception {
        counter().advanceTo(2);

        assertEquals(
                2,
                TpmCounter.look(INDEX, CounterId.SECURITY_VERSION, tpm.tcti()).read());
    }

    @Test
    void advanceTo_twoCounters_countApart() throws Exception {
        TpmCounter trust = new TpmCounter(INDEX, CounterId.TRUST_VERSION, tpm.tcti());

        counter().advanceTo(3);
        trust.advanceTo(1);
        counter().advanceTo(4);

        assertEquals(4, counter().read());
        assertEquals(1, trust.read());
        assertEquals(4, indexes().all().size());
    }

    /** A cut leaves the first so many steps done. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5})
    void read_firstUseWasCut_goesOn(int steps) throws Exception {
        indexes().defineWriteOnce(BASE);
        if (steps > 1) {
            indexes().defineCounter(INDEX);
        }
        if (steps > 2) {
            indexes().increment(INDEX);
        }
        if (steps > 3) {
            indexes().write(BASE, indexes().read(INDEX));
        }
        if (steps > 4) {
            indexes().lock(BASE);
        }
        tpm.powerCycle();

        assertEquals(0, counter().read());
        counter().advanceTo(2);

        assertTrue(indexes().all().get(BASE).isLocked());
        assertEquals(2, counter().read());
    }

    /** The TPM's own rule: a fresh counter starts above all that there ever were. */
    @Test
    void read_counterDeletedAndMadeAnew_isNotLower() throws Exception {
        counter().advanceTo(4);
        undefine(INDEX);

        HalException missing = assertThrows(HalException.class, () -> counter().read());
        indexes().defineCounter(INDEX);
        HalException unwritten =
                assertThrows(HalException.class, () -> counter().read());
        indexes().increment(INDEX);

        assertEquals(Kind.IO, missing.kind());
        assertTrue(
                missing.getMessage().contains("the base 0x01500011 without its counter 0x01500010"),
                missing::getMessage);
        assertTrue(unwritten.getMessage().contains("without its counter"), unwritten::getMessage);
        assertEquals(5, counter().read());
    }

    @Test
    void read_baseDeleted_isRefusedAndNotMadeAnew() throws Exception {
        counter().advanceTo(4);
        undefine(BASE);

        HalException missing = assertThrows(HalException.class, () -> counter().read());

        assertEquals(Kind.IO, missing.kind());
        assertTrue(
                missing.getMessage().contains("the counter 0x01500010 without its base 0x01500011"),
                missing::getMessage);
        assertFalse(indexes().all().containsKey(BASE));
    }

    /** Without the owner's authorization nothing can be deleted, and counting goes on. */
    @Test
    void advanceTo_ownerHasAPassword_countsButCannotBeDeleted() throws Exception {
        counter().advanceTo(1);
        SoftHsm.run("tpm2_changeauth", "-c", "owner", "secret", "-T", tpm.tcti());

        counter().advanceTo(2);

        assertThrows(AssertionError.class, () -> undefine(INDEX));
        assertThrows(AssertionError.class, () -> undefine(BASE));
        assertEquals(2, counter().read());
        HalException refused = assertThrows(
                HalException.class, () -> new TpmCounter(INDEX, CounterId.TRUST_VERSION, tpm.tcti()).read());
        assertTrue(refused.getMessage().contains("tpm2_nvdefine 0x01500013"), refused::getMessage);
    }

    @Test
    void read_indexOfSomebodyElse_isRefused() throws Exception {
        SoftHsm.run(
                "tpm2_nvdefine", "0x01500010", "-C", "o", "-s", "8", "-a", "ownerread|ownerwrite", "-T", tpm.tcti());

        HalException foreign = assertThrows(HalException.class, () -> counter().read());

        assertEquals(Kind.IO, foreign.kind());
        assertTrue(
                foreign.getMessage()
                        .contains("found NV index 0x01500010 with ownerwrite|ownerread, expected a counter"),
                foreign::getMessage);
    }

    @Test
    void read_noTpm_isIo() throws Exception {
        tpm.stop();

        HalException none = assertThrows(HalException.class, () -> counter().read());

        assertEquals(Kind.IO, none.kind());
        assertTrue(none.getMessage().contains("tpm2_nvreadpublic: exit code 1: Could not load tcti"), none::getMessage);
    }

    private void undefine(int index) {
        SoftHsm.run("tpm2_nvundefine", TpmIndexes.name(index), "-C", "o", "-T", tpm.tcti());
    }

    private TpmCounter counter() {
        return new TpmCounter(INDEX, CounterId.SECURITY_VERSION, tpm.tcti());
    }

    private TpmIndexes indexes() {
        return new TpmIndexes(Program::run, tpm.tcti());
    }
}
