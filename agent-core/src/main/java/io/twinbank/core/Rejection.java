// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core;

/**
 * A refusal with its numbers: never only text.
 *
 * @param reason why
 * @param detail which part, and what to do, for people
 * @param found what was found; empty where there is nothing to compare
 * @param expected what was expected; empty where there is nothing to compare
 */
public record Rejection(RejectReason reason, String detail, String found, String expected) {
    /**
     * Makes a refusal without a comparison.
     *
     * @param reason why
     * @param detail which part, and what to do
     * @return the refusal
     */
    public static Rejection of(RejectReason reason, String detail) {
        return new Rejection(reason, detail, "", "");
    }

    /**
     * Makes a refusal with what was found and what was expected.
     *
     * @param reason why
     * @param detail which part, and what to do
     * @param found what was found
     * @param expected what was expected
     * @return the refusal
     */
    public static Rejection of(RejectReason reason, String detail, Object found, Object expected) {
        return new Rejection(reason, detail, found.toString(), expected.toString());
    }

    @Override
    public String toString() {
        String numbers =
                found.isEmpty() && expected.isEmpty() ? "" : " (found " + found + ", expected " + expected + ")";
        return reason + ": " + detail + numbers;
    }
}
