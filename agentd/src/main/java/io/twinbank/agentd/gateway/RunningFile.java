// SPDX-License-Identifier: Apache-2.0
package io.twinbank.agentd.gateway;

import io.twinbank.hal.BankId;
import io.twinbank.hal.HalException;
import io.twinbank.hal.linux.LinuxBanks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** For tests: a file says which bank runs. */
record RunningFile(Path file) implements LinuxBanks.Running {
    @Override
    public BankId measure() throws HalException {
        String text;
        try {
            text = Files.readString(file).strip();
        } catch (IOException e) {
            throw new HalException(HalException.Kind.IO, "can't read the running bank from " + file + ": " + e, e);
        }
        if (!text.equals("A") && !text.equals("B")) {
            throw new HalException(
                    HalException.Kind.UNSUPPORTED,
                    "RUNNING_BANK_UNKNOWN: found '" + text + "' in " + file + ", expected A or B");
        }
        return BankId.valueOf(text);
    }
}
