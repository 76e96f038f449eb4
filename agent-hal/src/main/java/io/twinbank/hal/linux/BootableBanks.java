// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal.linux;

import io.twinbank.hal.BankId;
import io.twinbank.hal.HalException;
import java.util.OptionalLong;

/** The banks, as the handshake with a boot loader needs them beside its variables. */
public interface BootableBanks {
    /**
     * Measures which bank runs. What the boot loader's variables say is one source; without a second that agrees there is no answer.
     *
     * @return the running bank
     * @throws HalException {@code UNSUPPORTED} if the sources don't agree; {@code IO}
     */
    BankId running() throws HalException;

    /**
     * Tells whether the boot loader could load a bank, as far as Linux can see.
     *
     * @param bank which bank
     * @return whether it has something at its begin
     * @throws HalException {@code IO} if the bank can't be read
     */
    boolean isBootable(BankId bank) throws HalException;

    /**
     * Spoils the begin of a bank, durably, so that no boot loader loads it. Idempotent.
     *
     * @param bank not the running one
     * @throws HalException {@code LOCKED} on the running bank; {@code IO}
     */
    void spoil(BankId bank) throws HalException;

    /**
     * Returns the security version of a bank's image, as the boot loader reads it.
     *
     * @param bank which bank
     * @return 0 where the boot loader reads none; empty if the bank can't be loaded
     * @throws HalException {@code IO} if the bank can't be read
     */
    OptionalLong securityVersion(BankId bank) throws HalException;
}
