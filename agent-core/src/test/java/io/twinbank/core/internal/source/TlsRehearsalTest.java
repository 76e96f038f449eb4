// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.source;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class TlsRehearsalTest {
    private static final int MIB = 1 << 20;

    @Test
    void isWorth_onlyALargePayload() {
        assertTrue(TlsRehearsal.isWorth(8 * MIB));
        assertFalse(TlsRehearsal.isWorth(8 * MIB - 1));
    }

    @Test
    void run_thisJava_opensWhatItSealed() {
        assertTrue(TlsRehearsal.run());
    }
}
