// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.suit;

import io.twinbank.hal.BankId;
import io.twinbank.hal.ComponentId;
import io.twinbank.hal.DeviceIdentity;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a manifest is planned for.
 *
 * @param identity who the device is
 * @param components what it has in banks
 * @param handled what it has besides, each with a handler of its own
 * @param bank the bank to write: A is component slot 0, B is slot 1
 */
public record Target(DeviceIdentity identity, List<ComponentId> components, List<ComponentId> handled, BankId bank) {
    /** Copies the lists. */
    public Target {
        components = List.copyOf(components);
        handled = List.copyOf(handled);
    }

    /**
     * Makes a target whose components are all in banks.
     *
     * @param identity who the device is
     * @param components what it has
     * @param bank the bank to write
     */
    public Target(DeviceIdentity identity, List<ComponentId> components, BankId bank) {
        this(identity, components, List.of(), bank);
    }

    /** Everything that the device has. */
    List<ComponentId> all() {
        return Stream.concat(components.stream(), handled.stream()).toList();
    }

    /** The component slot that a bank is in manifests. */
    static long slot(BankId bank) {
        return bank == BankId.A ? 0 : 1;
    }
}
