// SPDX-License-Identifier: Apache-2.0
package io.twinbank.publisher;

import java.io.Console;
import org.jspecify.annotations.Nullable;

/** Whether a person looks on. */
public final class Terminal {
    private Terminal() {}

    /**
     * Tells whether standard input and output are a terminal.
     *
     * @return false in scripts, pipes and CI
     */
    @SuppressWarnings("SystemConsoleNull") // null up to Java 21, asked below from 22 on
    public static boolean isPresent() {
        @Nullable Console console = System.console();
        if (console == null) {
            return false;
        }
        try {
            return (boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (ReflectiveOperationException e) {
            return true;
        }
    }
}
