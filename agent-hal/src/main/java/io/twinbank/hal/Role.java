// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal;

/** What a key may vouch for. */
public enum Role {
    /** May vouch for the trust set and for steps beyond the configured limits. */
    ROOT,
    /** May sign firmware manifests. */
    FIRMWARE,
    /** May sign commands. */
    COMMAND
}
