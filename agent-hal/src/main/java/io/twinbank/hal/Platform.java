// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal;

import java.util.List;
import java.util.Optional;

/**
 * One board. The only interface that an embedder must implement; its getters are constant for the life of the
 * process and return the same objects each time.
 *
 * <p>All calls to a platform and to what it hands out come from the one agent thread, {@code twinbank-agent}, and may
 * block. Two exceptions: {@link ResetControl#reset()} may also come from the trial guard, and {@link FlashBank#read} from the thread
 * {@code twinbank-fetch}, never while that bank has another call.
 */
public interface Platform {
    /**
     * Returns the components that each bank has; mostly one, {@code ["os"]}. Several, such as a kernel and a root file system in
     * partitions of their own, are updated together: the boot loader boots all of a bank or none, {@link
     * BootControl#invalidate} spoils them all, and {@link BootControl#securityVersion} is that of the bank.
     *
     * @return at least one component, in a fixed order
     */
    List<ComponentId> components();

    /**
     * Returns one of the two banks of a component.
     *
     * @param id which bank
     * @param component one of {@link #components()}
     * @return the bank; writing to the running one must throw {@link HalException.Kind#LOCKED}
     */
    FlashBank bank(BankId id, ComponentId component);

    /**
     * Returns who this device is.
     *
     * @return vendor, class and device identifiers, and its name
     */
    DeviceIdentity identity();

    /**
     * Returns the handshake with the boot loader.
     *
     * @return the boot control
     */
    BootControl bootControl();

    /**
     * Returns what the device believes.
     *
     * @return the root of trust
     */
    RootOfTrust rootOfTrust();

    /**
     * Returns the device's own keys, where the board has any.
     *
     * @return the key store
     */
    Optional<DeviceKeys> keys();

    /**
     * Returns a counter that never falls.
     *
     * @param id which counter
     * @return the counter
     */
    MonotonicCounter counter(CounterId id);

    /**
     * Returns the store of the agent's few records.
     *
     * @return the state store
     */
    StateStore stateStore();

    /**
     * Returns how the board is reset.
     *
     * @return the reset control
     */
    ResetControl resetControl();

    /**
     * Returns the watchdog that ends a trial whose software hangs.
     *
     * @return the watchdog
     */
    Watchdog watchdog();

    /**
     * Returns the board's time.
     *
     * @return the clock
     */
    DeviceClock clock();
}
