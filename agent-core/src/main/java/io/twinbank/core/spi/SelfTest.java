// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.spi;

/**
 * Tells whether the new image works. Asked during a trial, every few seconds while it answers {@code notYet}; runs on the
 * thread {@code twinbank-selftest} and is interrupted and abandoned at the deadline.
 */
@FunctionalInterface
public interface SelfTest {
    /** What a self-test says. */
    enum Verdict {
        /** The image works: make it permanent. */
        PASS,
        /** Ask again. */
        NOT_YET,
        /** The image doesn't work: roll back now. */
        FAIL
    }

    /**
     * A verdict with its reason.
     *
     * @param verdict the verdict
     * @param detail why, for people
     */
    record Result(Verdict verdict, String detail) {
        /**
         * The image works.
         *
         * @return the result
         */
        public static Result pass() {
            return new Result(Verdict.PASS, "");
        }

        /**
         * Ask again.
         *
         * @param detail what is missing
         * @return the result
         */
        public static Result notYet(String detail) {
            return new Result(Verdict.NOT_YET, detail);
        }

        /**
         * The image doesn't work.
         *
         * @param detail why
         * @return the result
         */
        public static Result fail(String detail) {
            return new Result(Verdict.FAIL, detail);
        }
    }

    /**
     * Runs the self-test once.
     *
     * @return the result
     * @throws Exception counts as {@code fail}, with the exception as its detail
     */
    Result run() throws Exception;
}
