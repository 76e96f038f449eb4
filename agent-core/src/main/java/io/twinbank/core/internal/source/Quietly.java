// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.source;

import java.io.Closeable;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

final class Quietly {
    private static final Logger LOG = LoggerFactory.getLogger(Quietly.class);

    private Quietly() {}

    /** Closes what was only read: nothing is lost if that fails. */
    static void close(Closeable open) {
        try {
            open.close();
        } catch (IOException e) {
            LOG.debug("closing {}: {}", open, e.toString());
        }
    }
}
