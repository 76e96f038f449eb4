// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal.linux;

import io.twinbank.hal.FlashBank;
import io.twinbank.hal.HalException;

/** A bank that holds something of the system's open. */
interface LinuxBank extends FlashBank, AutoCloseable {
    /**
     * Lets go of it; what wasn't synced may be lost.
     *
     * @throws HalException {@code IO}
     */
    @Override
    void close() throws HalException;
}
