// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal.contract;

import io.twinbank.hal.BankId;
import io.twinbank.hal.ComponentId;
import io.twinbank.hal.CounterId;
import io.twinbank.hal.DeviceIdentity;
import io.twinbank.hal.DeviceKeys;
import io.twinbank.hal.FlashGeometry;
import io.twinbank.hal.Platform;
import io.twinbank.hal.TrustPolicy;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * A whole board in memory, made of the fakes and with one {@link Trace} for all of them. It never acts by itself: after
 * a {@code reset} step the test calls {@link #boot()} and starts the next agent on the same board.
 */
public final class FakePlatform implements Platform {
    private final Trace trace = new Trace();
    private final FakeClock clock = new FakeClock();
    private final FakeWatchdog watchdog = new FakeWatchdog();
    private final FakeResetControl resetControl = new FakeResetControl(trace);
    private final Map<CounterId, FakeCounter> counters = new EnumMap<>(CounterId.class);
    private final Map<ComponentId, Map<BankId, StrictFlashBank>> banks = new HashMap<>();
    private final List<ComponentId> components;
    private final DeviceIdentity identity;
    private final FakeBootControl bootControl;
    private final FakeRootOfTrust rootOfTrust;
    private final FakeStateStore stateStore;
    private final Optional<DeviceKeys> keys;

    private FakePlatform(Builder builder) {
        components = builder.components;
        identity = builder.identity;
        keys = builder.keys;
        rootOfTrust = new FakeRootOfTrust(builder.trustPolicy, builder.canBind, trace);
        stateStore = builder.smallPart ? FakeStateStore.smallPart(trace) : FakeStateStore.normal(trace);
        for (CounterId id : CounterId.values()) {
            counters.put(id, new FakeCounter(id.name(), builder.counterLimit, trace));
        }
        bootControl = new FakeBootControl(builder.maxAttempts, counter(CounterId.SECURITY_VERSION)::value, trace);
        for (ComponentId component : components) {
            Map<BankId, StrictFlashBank> twins = new EnumMap<>(BankId.class);
            for (BankId id : BankId.values()) {
                String name = components.size() == 1 ? id.name() : component + "." + id;
                twins.put(id, new StrictFlashBank(name, builder.geometry, () -> bootControl.running() == id, trace));
            }
            banks.put(component, twins);
        }
    }

    /**
     * Makes a builder.
     *
     * @return a board with one component {@code os}, banks of 1 MiB and counters without end, unless told otherwise
     */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public List<ComponentId> components() {
        return components;
    }

    @Override
    public StrictFlashBank bank(BankId id, ComponentId component) {
        Map<BankId, StrictFlashBank> twins = banks.get(component);
        if (twins == null) {
            throw new IllegalArgumentException("component " + component + " isn't one of " + components);
        }
        return twins.get(id);
    }

    /**
     * Returns a bank of the first component.
     *
     * @param id which bank
     * @return the bank
     */
    public StrictFlashBank bank(BankId id) {
        return bank(id, components.get(0));
    }

    @Override
    public DeviceIdentity identity() {
        return identity;
    }

    @Override
    public FakeBootControl bootControl() {
        return bootControl;
    }

    @Override
    public FakeRootOfTrust rootOfTrust() {
        return rootOfTrust;
    }

    @Override
    public Optional<DeviceKeys> keys() {
        return keys;
    }

    @Override
    public FakeCounter counter(CounterId id) {
        return counters.get(id);
    }

    @Override
    public FakeStateStore stateStore() {
        return stateStore;
    }

    @Override
    public FakeResetControl resetControl() {
        return resetControl;
    }

    @Override
    public FakeWatchdog watchdog() {
        return watchdog;
    }

    @Override
    public FakeClock clock() {
        return clock;
    }

    /**
     * Returns what the board was made to do.
     *
     * @return the one trace of all its parts
     */
    public Trace trace() {
        return trace;
    }

    /**
     * Cuts the power of every bank and boots.
     *
     * @return the bank that runs now; empty if none loads
     */
    public Optional<BankId> boot() {
        banks.values().forEach(twins -> twins.values().forEach(StrictFlashBank::cutPower));
        watchdog.cancel();
        clock.boot();
        return bootControl.boot();
    }

    /** What may differ from board to board. */
    public static final class Builder {
        private List<ComponentId> components = List.of(ComponentId.of("os"));
        private FlashGeometry geometry = new FlashGeometry(1 << 20, 512, 4096);
        private DeviceIdentity identity =
                new DeviceIdentity(new UUID(0x5a5a, 1), new UUID(0x5a5a, 2), new UUID(0x5a5a, 3), "gateway-1");
        private TrustPolicy trustPolicy = TrustPolicy.anyOf();
        private Optional<DeviceKeys> keys = Optional.empty();
        private long counterLimit = Long.MAX_VALUE;
        private int maxAttempts = 3;
        private boolean canBind;
        private boolean smallPart;

        private Builder() {}

        /**
         * Sets the components.
         *
         * @param components at least one
         * @return this
         */
        public Builder components(ComponentId... components) {
            this.components = List.of(components);
            return this;
        }

        /**
         * Sets the shape of every bank.
         *
         * @param geometry the shape
         * @return this
         */
        public Builder geometry(FlashGeometry geometry) {
            this.geometry = geometry;
            return this;
        }

        /**
         * Sets who the device is.
         *
         * @param identity the identity
         * @return this
         */
        public Builder identity(DeviceIdentity identity) {
            this.identity = identity;
            return this;
        }

        /**
         * Sets what the device believes; nobody, unless set.
         *
         * @param trustPolicy the factory's policy
         * @return this
         */
        public Builder trustPolicy(TrustPolicy trustPolicy) {
            this.trustPolicy = trustPolicy;
            return this;
        }

        /**
         * Gives the device keys.
         *
         * @param keys the keys
         * @return this
         */
        public Builder keys(DeviceKeys keys) {
            this.keys = Optional.of(keys);
            return this;
        }

        /**
         * Gives the counters an end.
         *
         * @param counterLimit the highest value
         * @return this
         */
        public Builder counterLimit(long counterLimit) {
            this.counterLimit = counterLimit;
            return this;
        }

        /**
         * Sets how many boots a trial can have.
         *
         * @param maxAttempts at least 1
         * @return this
         */
        public Builder maxAttempts(int maxAttempts) {
            this.maxAttempts = maxAttempts;
            return this;
        }

        /**
         * Lets the root of trust bind a digest.
         *
         * @return this
         */
        public Builder canBind() {
            this.canBind = true;
            return this;
        }

        /**
         * Gives the board a state store of 64 KiB.
         *
         * @return this
         */
        public Builder smallPart() {
            this.smallPart = true;
            return this;
        }

        /**
         * Makes the board.
         *
         * @return a board that runs bank A, with bank B spoilt and nothing in its store
         */
        public FakePlatform build() {
            return new FakePlatform(this);
        }
    }
}
