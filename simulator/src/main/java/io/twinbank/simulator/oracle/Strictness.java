// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.oracle;

/** How much can be asked of a gateway, given the faults that strike. */
public enum Strictness {
    /** Power cuts fewer than a trial has attempts: the update that works is installed, the other one rolled back. */
    EXACT,
    /** More cuts, or a device that fails: either firmware, told truly and once. */
    TRUTHFUL,
    /** A record lost or replayed: no lie of success, and it can be updated again. What was lost may be told as lost. */
    NO_LIE,
    /** Beyond what can be survived: never an image that isn't verified, nor one below the floor. */
    FAIL_CLOSED
}
