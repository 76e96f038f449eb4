// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.app;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** The value of {@code --seeds A..B}, both included. */
record SeedRange(long first, long last) {
    static SeedRange of(CommandSpec spec, String text) {
        String[] ends = text.split("\\.\\.", -1);
        try {
            long first = Long.parseLong(ends[0]);
            long last = Long.parseLong(ends[ends.length - 1]);
            if (ends.length <= 2 && first >= 0 && first <= last) {
                return new SeedRange(first, last);
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new ParameterException(
                spec.commandLine(), "--seeds " + text + ": must look like 0..999, the smaller one first");
    }

    long count() {
        return last - first + 1;
    }
}
