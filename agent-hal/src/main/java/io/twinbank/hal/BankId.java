// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal;

/** One of the two banks that a component is stored in. */
public enum BankId {
    /** The first bank; SUIT component slot 0. */
    A,
    /** The second bank; SUIT component slot 1. */
    B;

    /**
     * Returns the twin of this bank.
     *
     * @return {@link #B} for {@link #A}, and the reverse
     */
    public BankId other() {
        return this == A ? B : A;
    }
}
