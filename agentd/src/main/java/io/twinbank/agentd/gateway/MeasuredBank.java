// SPDX-License-Identifier: Apache-2.0
package io.twinbank.agentd.gateway;

import io.twinbank.hal.BankId;
import io.twinbank.hal.HalException;
import io.twinbank.hal.linux.LinuxBanks;
import io.twinbank.hal.linux.RunningBank;
import java.util.Optional;

/** The measured running bank, which what the configuration says may contradict, and never replace. */
record MeasuredBank(RunningBank measurement, Optional<BankId> crossCheck) implements LinuxBanks.Running {
    @Override
    public BankId measure() throws HalException {
        BankId measured = measurement.measure();
        if (crossCheck.filter(said -> said != measured).isPresent()) {
            throw new HalException(
                    HalException.Kind.UNSUPPORTED,
                    "RUNNING_BANK_UNKNOWN: found bank " + measured + " by measurement, expected bank "
                            + crossCheck.get()
                            + " by bank.running; mend the one that is wrong, or leave that line out");
        }
        return measured;
    }
}
