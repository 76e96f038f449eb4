// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.spi;

import java.io.IOException;

/** A source's answer other than the payload. */
public class PayloadException extends IOException {
    private static final long serialVersionUID = 1L;

    /** What the agent does about it. */
    public enum Kind {
        /** The payload can't be had: a client error, a forbidden address. Trying again is no use. */
        FINAL,
        /** The source is in trouble: try again after a back-off. */
        RETRY,
        /** The payload isn't the one that was begun: start anew. */
        CHANGED
    }

    private final Kind kind;

    /**
     * Makes an exception.
     *
     * @param kind what to do about it
     * @param message what was asked, and what the answer was
     */
    public PayloadException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    /**
     * Makes an exception with a cause.
     *
     * @param kind what to do about it
     * @param message what was asked, and what the answer was
     * @param cause the cause
     */
    public PayloadException(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    /**
     * Returns what to do about it.
     *
     * @return the kind
     */
    public Kind kind() {
        return kind;
    }
}
