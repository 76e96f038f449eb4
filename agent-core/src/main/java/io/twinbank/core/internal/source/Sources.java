// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.source;

import io.twinbank.core.HttpPayloads;
import io.twinbank.core.spi.PayloadSource;
import java.util.List;

/** The payload sources that every agent has. */
public final class Sources {
    private Sources() {}

    /**
     * Returns the sources for {@code https} and {@code file}.
     *
     * @return the sources
     */
    public static List<PayloadSource> standard() {
        return List.of(HttpPayloads.builder().build(), new FileSource());
    }
}
