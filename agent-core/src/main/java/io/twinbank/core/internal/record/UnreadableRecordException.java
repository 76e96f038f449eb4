// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.record;

import java.io.IOException;

/** A record whose bytes are whole but don't make sense to this agent. */
public final class UnreadableRecordException extends IOException {
    private static final long serialVersionUID = 1L;

    UnreadableRecordException(String message) {
        super(message);
    }
}
