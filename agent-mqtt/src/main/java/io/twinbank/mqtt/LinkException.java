// SPDX-License-Identifier: Apache-2.0
package io.twinbank.mqtt;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A failure whose class is known where it happens. */
final class LinkException extends IOException {
    private static final long serialVersionUID = 1L;

    private final LinkFailure.Kind kind;

    LinkException(LinkFailure.Kind kind, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    LinkException(LinkFailure.Kind kind, String message) {
        this(kind, message, null);
    }

    LinkFailure.Kind kind() {
        return kind;
    }
}
