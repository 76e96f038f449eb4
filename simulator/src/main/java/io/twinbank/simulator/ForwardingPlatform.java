// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator;

import io.twinbank.hal.BankId;
import io.twinbank.hal.BootControl;
import io.twinbank.hal.ComponentId;
import io.twinbank.hal.CounterId;
import io.twinbank.hal.DeviceClock;
import io.twinbank.hal.DeviceIdentity;
import io.twinbank.hal.DeviceKeys;
import io.twinbank.hal.FlashBank;
import io.twinbank.hal.MonotonicCounter;
import io.twinbank.hal.Platform;
import io.twinbank.hal.ResetControl;
import io.twinbank.hal.RootOfTrust;
import io.twinbank.hal.StateStore;
import io.twinbank.hal.Watchdog;
import java.util.List;
import java.util.Optional;

/** A platform that hands every call on: what an {@link AgentVariant} overrides to change some of them. */
public abstract class ForwardingPlatform implements Platform {
    private final Platform platform;

    /**
     * Makes one.
     *
     * @param platform to which calls are handed on
     */
    protected ForwardingPlatform(Platform platform) {
        this.platform = platform;
    }

    @Override
    public List<ComponentId> components() {
        return platform.components();
    }

    @Override
    public FlashBank bank(BankId id, ComponentId component) {
        return platform.bank(id, component);
    }

    @Override
    public DeviceIdentity identity() {
        return platform.identity();
    }

    @Override
    public BootControl bootControl() {
        return platform.bootControl();
    }

    @Override
    public RootOfTrust rootOfTrust() {
        return platform.rootOfTrust();
    }

    @Override
    public Optional<DeviceKeys> keys() {
        return platform.keys();
    }

    @Override
    public MonotonicCounter counter(CounterId id) {
        return platform.counter(id);
    }

    @Override
    public StateStore stateStore() {
        return platform.stateStore();
    }

    @Override
    public ResetControl resetControl() {
        return platform.resetControl();
    }

    @Override
    public Watchdog watchdog() {
        return platform.watchdog();
    }

    @Override
    public DeviceClock clock() {
        return platform.clock();
    }
}
