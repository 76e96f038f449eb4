// SPDX-License-Identifier: Apache-2.0
package io.twinbank.agentd.doctor;

/**
 * What the doctor found.
 *
 * @param about what was looked at
 * @param verdict what that means for an update
 * @param detail what was found, and what to do about it
 */
public record Finding(String about, Verdict verdict, String detail) {
    /** What a finding means for an update. */
    public enum Verdict {
        /** As it should be. */
        GOOD,
        /** An update would succeed, but somebody should know. */
        WARNING,
        /** An update would fail. */
        BAD
    }

    static Finding good(String about, String detail) {
        return new Finding(about, Verdict.GOOD, detail);
    }

    static Finding warning(String about, String detail) {
        return new Finding(about, Verdict.WARNING, detail);
    }

    static Finding bad(String about, String detail) {
        return new Finding(about, Verdict.BAD, detail);
    }
}
