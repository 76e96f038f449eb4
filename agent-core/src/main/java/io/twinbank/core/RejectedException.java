// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core;

/**
 * A check that failed: thrown by the verifying code, which returns nothing when all is well, so that no caller can forget
 * to look. It never leaves the agent; what leaves is {@link Outcome.Rejected}.
 */
public final class RejectedException extends Exception {
    private static final long serialVersionUID = 1L;
    private final transient Rejection rejection;

    /**
     * Makes an exception without a stack trace: refusing is normal work, and an attacker can cause much of it.
     *
     * @param rejection the refusal
     */
    public RejectedException(Rejection rejection) {
        super(rejection.toString(), null, false, false);
        this.rejection = rejection;
    }

    /**
     * Makes an exception without a comparison.
     *
     * @param reason why
     * @param detail which part, and what to do
     */
    public RejectedException(RejectReason reason, String detail) {
        this(Rejection.of(reason, detail));
    }

    /**
     * Makes an exception with what was found and what was expected.
     *
     * @param reason why
     * @param detail which part, and what to do
     * @param found what was found
     * @param expected what was expected
     */
    public RejectedException(RejectReason reason, String detail, Object found, Object expected) {
        this(Rejection.of(reason, detail, found, expected));
    }

    /**
     * Returns the refusal.
     *
     * @return with its numbers
     */
    public Rejection rejection() {
        return rejection;
    }

    /**
     * Returns why.
     *
     * @return the reason
     */
    public RejectReason reason() {
        return rejection.reason();
    }
}
