// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.pipeline;

import io.twinbank.core.Rejection;
import java.io.IOException;

/** The payload is wrong, and fetching it again is no use: ends a download. */
final class RefusedPayload extends IOException {
    private static final long serialVersionUID = 1L;
    private final transient Rejection rejection;

    RefusedPayload(Rejection rejection) {
        super(rejection.toString());
        this.rejection = rejection;
    }

    Rejection rejection() {
        return rejection;
    }
}
