// SPDX-License-Identifier: Apache-2.0
package io.twinbank.agentd.gateway;

import io.twinbank.agentd.config.GatewayConfig;
import io.twinbank.agentd.config.GatewayConfig.Counter;
import io.twinbank.agentd.config.GatewayConfig.Running;
import io.twinbank.hal.BankId;
import io.twinbank.hal.BootControl;
import io.twinbank.hal.ComponentId;
import io.twinbank.hal.CounterId;
import io.twinbank.hal.DeviceClock;
import io.twinbank.hal.DeviceIdentity;
import io.twinbank.hal.DeviceKeys;
import io.twinbank.hal.FlashBank;
import io.twinbank.hal.HalException;
import io.twinbank.hal.MonotonicCounter;
import io.twinbank.hal.Platform;
import io.twinbank.hal.RootOfTrust;
import io.twinbank.hal.StateStore;
import io.twinbank.hal.Watchdog;
import io.twinbank.hal.linux.BootLoaderCounter;
import io.twinbank.hal.linux.BootVariables;
import io.twinbank.hal.linux.FileMonotonicCounter;
import io.twinbank.hal.linux.FileStateStore;
import io.twinbank.hal.linux.LinuxBanks;
import io.twinbank.hal.linux.RunningBank;
import io.twinbank.hal.linux.TpmCounter;
import io.twinbank.hal.linux.VariableBootControl;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Linux gateway, put together as its configuration says. Opening it writes nothing but the lock in the state folder, and closing it lets
 * go of everything.
 */
public final class Gateway implements Platform, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Gateway.class);
    private static final int USUAL_ATTEMPTS = 3;

    private final GatewayConfig config;
    private final Closing closing;
    private final BootPart bootPart;
    private final Optional<RunningBank> measurement;
    private final FileStateStore store;
    private final LinuxBanks banks;
    private final BootControl boot;
    private final Map<CounterId, MonotonicCounter> counters = new EnumMap<>(CounterId.class);
    private @Nullable TrustAndKeys trustAndKeys;
    private final ResetCommand reset;
    private final DeviceClock clock;
    private final Watchdog watchdog = new TrialGuardUnits();

    private Gateway(GatewayConfig config, FileStateStore store, boolean forAnAgent, Closing closing)
            throws HalException {
        this.config = config;
        this.closing = closing;
        this.store = store;
        closing.add(store);
        bootPart = BootPart.of(config.boot(), config.stateDir());
        Optional<Path> bootedAt = Optional.empty();
        LinuxBanks.Running running;
        if (config.running() instanceof Running.InFile inFile) {
            measurement = Optional.empty();
            bootedAt = Optional.of(inFile.file());
            running = new RunningFile(inFile.file());
        } else {
            RunningBank measured = RunningBank.of(devices(config), bootPart.variable());
            measurement = Optional.of(measured);
            running = new MeasuredBank(measured, ((Running.Measured) config.running()).crossCheck());
        }
        List<ComponentId> components = List.copyOf(config.banks().keySet());
        banks = LinuxBanks.open(config.banks(), running, new InstalledVersions(store, config.device(), components));
        closing.add(banks);
        boot = bootPart.control().apply(banks);
        for (CounterId id : CounterId.values()) {
            counters.put(id, counter(id, forAnAgent));
        }
        reset = new ResetCommand(config.resetCommand());
        clock = new GatewayClock(bootedAt);
    }

    private MonotonicCounter counter(CounterId id, boolean forAnAgent) {
        if (config.counter() instanceof Counter.InFile) {
            return new FileMonotonicCounter(config.stateDir(), id);
        } else if (config.counter() instanceof Counter.Tpm tpm) {
            return forAnAgent ? new TpmCounter(tpm.index(), id, "") : TpmCounter.look(tpm.index(), id, "");
        }
        return new BootLoaderCounter(id, bootPart.variables());
    }

    /**
     * Opens a gateway for an agent.
     *
     * @param config what it consists of
     * @return the gateway
     * @throws HalException {@code LOCKED} if another agent has it; {@code IO} or {@code UNSUPPORTED} if a part can't be used
     */
    public static Gateway open(GatewayConfig config) throws HalException {
        return open(config, FileStateStore.open(config.stateDir()), true);
    }

    /**
     * Opens a gateway to look at it, whether or not an agent has it; its records can't be changed.
     *
     * @param config what it consists of
     * @return the gateway
     * @throws HalException {@code IO} or {@code UNSUPPORTED} if a part can't be used
     */
    public static Gateway look(GatewayConfig config) throws HalException {
        return open(config, FileStateStore.look(config.stateDir()), false);
    }

    /** Of what was opened nothing stays open if another part can't be. */
    private static Gateway open(GatewayConfig config, FileStateStore store, boolean forAnAgent) throws HalException {
        Closing closing = new Closing();
        try {
            return new Gateway(config, store, forAnAgent, closing);
        } catch (HalException e) {
            closing.close();
            throw e;
        }
    }

    /**
     * Opens the trust anchors and the device's keys. Only those who need them do: a token that is asked too often with a wrong PIN locks.
     *
     * @throws HalException {@code LOCKED} if the token refuses the PIN; {@code IO} or {@code UNSUPPORTED} if they can't be had
     */
    public void openKeys() throws HalException {
        if (trustAndKeys == null) {
            trustAndKeys = TrustAndKeys.open(config);
        }
    }

    private TrustAndKeys trustAndKeys() {
        TrustAndKeys open = trustAndKeys;
        if (open == null) {
            throw new IllegalStateException("the keys weren't opened");
        }
        return open;
    }

    /**
     * Opens it once more, to look at it from another thread than the agent's.
     *
     * @return the same gateway
     * @throws HalException as {@link #look}
     */
    public Gateway again() throws HalException {
        return look(config);
    }

    private static Map<BankId, List<Path>> devices(GatewayConfig config) {
        Map<BankId, List<Path>> devices = new EnumMap<>(BankId.class);
        for (Map<BankId, Path> component : config.banks().values()) {
            component.forEach((bank, path) ->
                    devices.computeIfAbsent(bank, each -> new ArrayList<>()).add(path));
        }
        return devices;
    }

    /**
     * Returns how many boots a trial has.
     *
     * @return as configured; else 3, or as many as the boot loader can do
     */
    public int attempts() {
        return config.attempts().orElse(Math.min(USUAL_ATTEMPTS, boot.maxAttempts()));
    }

    /**
     * Returns what it was made of.
     *
     * @return the configuration
     */
    public GatewayConfig config() {
        return config;
    }

    /**
     * Returns the boot loader's variables.
     *
     * @return the variables
     */
    public BootVariables bootVariables() {
        return bootPart.variables();
    }

    /**
     * Returns how it was found out which bank runs.
     *
     * @return empty where a file says it
     */
    public Optional<RunningBank> measurement() {
        return measurement;
    }

    /**
     * Looks at the boot script, as far as Linux can see it.
     *
     * @return what an operator should know about it
     * @throws HalException {@code IO}
     */
    public Optional<String> scriptWarning() throws HalException {
        return bootPart.scriptWarning().find();
    }

    /**
     * Returns the key managers for TLS, with the gateway's own key and certificate.
     *
     * @return none, where it has no key
     */
    public KeyManager[] tlsKeys() {
        return trustAndKeys().keyManagers();
    }

    /**
     * Gives the running bank the attempts back that a published boot script has counted at ordinary boots.
     *
     * @throws HalException {@code IO}
     */
    public void renewAttempts() throws HalException {
        if (boot instanceof VariableBootControl variables) {
            variables.renewAttempts();
        }
    }

    @Override
    public List<ComponentId> components() {
        return banks.components();
    }

    @Override
    public FlashBank bank(BankId id, ComponentId component) {
        return banks.bank(id, component);
    }

    @Override
    public DeviceIdentity identity() {
        return config.device();
    }

    @Override
    public BootControl bootControl() {
        return boot;
    }

    @Override
    public RootOfTrust rootOfTrust() {
        return trustAndKeys().trust();
    }

    @Override
    public Optional<DeviceKeys> keys() {
        return trustAndKeys().keys();
    }

    @Override
    public MonotonicCounter counter(CounterId id) {
        return Objects.requireNonNull(counters.get(id));
    }

    @Override
    public StateStore stateStore() {
        return store;
    }

    @Override
    public ResetCommand resetControl() {
        return reset;
    }

    @Override
    public Watchdog watchdog() {
        return watchdog;
    }

    @Override
    public DeviceClock clock() {
        return clock;
    }

    @Override
    public void close() {
        closing.close();
    }

    /** What was opened, closed in reverse. */
    private static final class Closing {
        private final Deque<AutoCloseable> parts = new ArrayDeque<>();

        void add(AutoCloseable part) {
            parts.push(part);
        }

        void close() {
            while (!parts.isEmpty()) {
                try {
                    parts.pop().close();
                } catch (Exception e) {
                    LOG.warn("a part of the gateway can't be closed: {}", e.toString());
                }
            }
        }
    }
}
