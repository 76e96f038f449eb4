// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal;

/** The monotonic counters that a board keeps. */
public enum CounterId {
    /** The anti-rollback floor of firmware: the lowest security version that may boot. */
    SECURITY_VERSION,
    /** The lowest version of the trust set that is believed. */
    TRUST_VERSION
}
