// SPDX-License-Identifier: Apache-2.0
package io.twinbank.agentd.gateway;

import io.twinbank.core.RejectedException;
import io.twinbank.core.suit.Authentic;
import io.twinbank.core.suit.InstallPlan;
import io.twinbank.core.suit.Limits;
import io.twinbank.core.suit.ManifestVerifier;
import io.twinbank.core.suit.Target;
import io.twinbank.hal.BankId;
import io.twinbank.hal.ComponentId;
import io.twinbank.hal.DeviceIdentity;
import io.twinbank.hal.HalException;
import io.twinbank.hal.StateKey;
import io.twinbank.hal.StateStore;
import io.twinbank.hal.linux.LinuxBanks;
import java.util.List;
import java.util.OptionalLong;

/**
 * Security versions of banks whose boot loader reads none, so that only the agent refuses what is below the floor. Who enforces reads: the
 * agent finds the version in the installed envelope, which was verified before it was stored. Raising the floor to it can't lock out a bank,
 * for nobody compares at boot.
 */
final class InstalledVersions implements LinuxBanks.Versions {
    private final StateStore store;
    private final DeviceIdentity device;
    private final List<ComponentId> components;
    private final ManifestVerifier verifier = new ManifestVerifier(Limits.standard());

    InstalledVersions(StateStore store, DeviceIdentity device, List<ComponentId> components) {
        this.store = store;
        this.device = device;
        this.components = components;
    }

    /** What no update brought, and what can't be read, counts as 0. */
    @Override
    public OptionalLong of(BankId bank) throws HalException {
        if (store.load(StateKey.manifest(bank)) instanceof StateStore.Found found) {
            try {
                Authentic stored = verifier.reopen(found.record());
                List<ComponentId> others = stored.manifest().components().stream()
                        .filter(each -> !components.contains(each))
                        .toList();
                InstallPlan plan = verifier.plan(stored, new Target(device, components, others, bank));
                return OptionalLong.of(plan.bringsImage() ? plan.securityVersion() : 0);
            } catch (RejectedException e) {
                return OptionalLong.of(0);
            }
        }
        return OptionalLong.of(0);
    }
}
