// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.delta;

import java.util.Locale;

/** A delta frame that can't be decoded. Nothing of it was handed on. */
public final class BadFrameException extends Exception {
    private static final long serialVersionUID = 1L;

    /** Why. */
    public enum Reason {
        /** The encoded frame is longer than any maker's. */
        TOO_LONG,
        /** It ends before what it announces. */
        TRUNCATED,
        /** It has bytes that nothing asks for. */
        TRAILING,
        /** A number has more than 63 bits. */
        NUMBER,
        /** A copy or an insertion goes beyond the end of the frame. */
        OUTSIDE_FRAME,
        /** A copy is from outside of the old image. */
        OUTSIDE_OLD,
        /** An instruction that gives no byte. */
        NO_PROGRESS,
        /** A chunk of a stream is of no known kind, or lacks what it goes on from. */
        CHUNK,
        /** A stream repeats what it never had. */
        DISTANCE,
        /** The decoded bytes aren't those that the maker had: of a damaged old image, or a damaged frame. */
        CHECKSUM
    }

    private final Reason reason;

    BadFrameException(Reason reason, String format, Object... found) {
        super(String.format(Locale.ROOT, format, found));
        this.reason = reason;
    }

    /**
     * Returns why.
     *
     * @return the reason
     */
    public Reason reason() {
        return reason;
    }
}
