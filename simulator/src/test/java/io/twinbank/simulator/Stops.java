// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator;

import static org.junit.jupiter.api.Assertions.assertThrows;

import io.twinbank.simulator.medium.PowerCut;
import org.junit.jupiter.api.function.Executable;

/** Assertions on the end of a board's life. */
final class Stops {
    private Stops() {}

    static void assertPowerCut(Executable call) {
        assertThrows(PowerCut.class, call);
    }
}
