// SPDX-License-Identifier: Apache-2.0
package io.twinbank.agentd.gateway;

import io.twinbank.hal.BankId;
import io.twinbank.hal.ComponentId;
import io.twinbank.hal.DeviceIdentity;
import io.twinbank.hal.HalException;
import io.twinbank.hal.StateStore;
import io.twinbank.hal.linux.LinuxBanks;
import java.util.List;
import java.util.OptionalLong;

/**
 * Security versions of banks whose boot loader reads none, so that only the agent refuses what is below the floor. Who enforces reads: the
 * agent finds the version in the installed envelope, which was verified before it was stored. Raising the floor to it can't lock out a bank,
 * for nobody compares at boot.
 */
record InstalledVersions(StateStore store, DeviceIdentity device, List<ComponentId> components)
        implements LinuxBanks.Versions {
    /** What no update brought, and what can't be read, counts as 0. */
    @Override
    public OptionalLong of(BankId bank) throws HalException {
        return OptionalLong.of(InstalledEnvelope.read(store, device, components, bank)
                .filter(installed -> installed.plan().bringsImage())
                .map(installed -> installed.plan().securityVersion())
                .orElse(0L));
    }
}
