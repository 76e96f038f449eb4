// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.medium;

/**
 * What ends a board's life: its RAM is lost, and no code of that life may run on. Preallocated and without a stack, so that
 * throwing it costs nothing; every later call of the board throws it again, so that a {@code finally} can't keep writing.
 */
public abstract sealed class BoardStop extends Error permits PowerCut, Reset {
    private static final long serialVersionUID = 1L;

    BoardStop(String message) {
        super(message, null, false, false);
    }
}
