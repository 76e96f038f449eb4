// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.policy;

/** What the device is connected by. */
public enum Link {
    /** Bytes cost nothing. */
    UNMETERED,
    /** Each byte costs. */
    METERED,
    /** The board doesn't tell. Taken as metered. */
    UNKNOWN
}
