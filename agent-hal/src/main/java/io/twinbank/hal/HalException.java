// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal;

import java.io.IOException;

/** A fault of the device. The board's own exception, if any, is the cause. */
public class HalException extends IOException {
    private static final long serialVersionUID = 1L;

    /** What kind of fault; new kinds may come in a minor release. */
    public enum Kind {
        /** The medium didn't do it. */
        IO,
        /** Read, but not correctable. */
        ECC,
        /** Full. */
        NO_SPACE,
        /** The medium has reached the end of its life. */
        WORN_OUT,
        /** Protected, such as the running bank. */
        LOCKED,
        /** No answer in time; it may still happen. */
        TIMEOUT,
        /** It may or may not have happened: read back. */
        OUTCOME_UNKNOWN,
        /** This board can't. */
        UNSUPPORTED
    }

    private final Kind kind;

    /**
     * Makes an exception.
     *
     * @param kind what kind of fault
     * @param message what was tried, and what happened
     */
    public HalException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    /**
     * Makes an exception with the board's own as its cause.
     *
     * @param kind what kind of fault
     * @param message what was tried, and what happened
     * @param cause the board's exception
     */
    public HalException(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    /**
     * Returns what kind of fault it is.
     *
     * @return the kind
     */
    public Kind kind() {
        return kind;
    }
}
