// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.medium;

/** What a fault throws from a call of the board, in the place of the JVM. Whoever isn't the agent can tell it from a real one. */
public sealed interface Struck {
    /** An {@link OutOfMemoryError}. */
    final class OutOfMemory extends OutOfMemoryError implements Struck {
        private static final long serialVersionUID = 1L;

        OutOfMemory(String where) {
            super(where);
        }
    }

    /** A {@link StackOverflowError}. */
    final class StackOverflow extends StackOverflowError implements Struck {
        private static final long serialVersionUID = 1L;

        StackOverflow(String where) {
            super(where);
        }
    }
}
