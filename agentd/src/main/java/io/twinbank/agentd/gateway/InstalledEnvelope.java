// SPDX-License-Identifier: Apache-2.0
package io.twinbank.agentd.gateway;

import io.twinbank.core.RejectedException;
import io.twinbank.core.suit.Authentic;
import io.twinbank.core.suit.InstallPlan;
import io.twinbank.core.suit.Limits;
import io.twinbank.core.suit.ManifestVerifier;
import io.twinbank.core.suit.SuitManifest;
import io.twinbank.core.suit.Target;
import io.twinbank.hal.BankId;
import io.twinbank.hal.ComponentId;
import io.twinbank.hal.DeviceIdentity;
import io.twinbank.hal.HalException;
import io.twinbank.hal.StateKey;
import io.twinbank.hal.StateStore;
import java.util.List;
import java.util.Optional;

/**
 * What the stored envelope of a bank says. It was verified before it was stored.
 *
 * @param manifest its manifest
 * @param plan what that brings into the bank
 */
public record InstalledEnvelope(SuitManifest manifest, InstallPlan plan) {
    /**
     * Reads it.
     *
     * @param store where it is
     * @param device who the device is
     * @param components what it has in banks
     * @param bank whose it is
     * @return empty if no update brought what the bank holds, or the envelope isn't whole
     * @throws HalException {@code IO}
     */
    public static Optional<InstalledEnvelope> read(
            StateStore store, DeviceIdentity device, List<ComponentId> components, BankId bank) throws HalException {
        if (!(store.load(StateKey.manifest(bank)) instanceof StateStore.Found found)) {
            return Optional.empty();
        }
        try {
            ManifestVerifier verifier = new ManifestVerifier(Limits.standard());
            Authentic stored = verifier.reopen(found.record());
            List<ComponentId> others = stored.manifest().components().stream()
                    .filter(each -> !components.contains(each))
                    .toList();
            InstallPlan plan = verifier.plan(stored, new Target(device, components, others, bank));
            return Optional.of(new InstalledEnvelope(stored.manifest(), plan));
        } catch (RejectedException e) {
            return Optional.empty();
        }
    }
}
