// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.suit;

import io.twinbank.hal.BankId;
import io.twinbank.hal.ComponentId;
import io.twinbank.hal.DeviceIdentity;
import java.util.List;

/**
 * What a manifest is planned for.
 *
 * @param identity who the device is
 * @param components what it has
 * @param bank the bank to write: A is component slot 0, B is slot 1
 */
public record Target(DeviceIdentity identity, List<ComponentId> components, BankId bank) {
    /** Copies the list. */
    public Target {
        components = List.copyOf(components);
    }

    /** The component slot that a bank is in manifests. */
    static long slot(BankId bank) {
        return bank == BankId.A ? 0 : 1;
    }
}
