// SPDX-License-Identifier: Apache-2.0
package io.twinbank.examples;

import io.twinbank.core.suit.Uuids;
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
import io.twinbank.hal.ResetControl;
import io.twinbank.hal.RootOfTrust;
import io.twinbank.hal.StateStore;
import io.twinbank.hal.Watchdog;
import io.twinbank.hal.linux.FileMonotonicCounter;
import io.twinbank.hal.linux.FileRootOfTrust;
import io.twinbank.hal.linux.FileStateStore;
import io.twinbank.hal.linux.LinuxBanks;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

/**
 * A platform of your own, in an afternoon: ready parts wherever they fit, and what is your board's alone, here the handshake with its boot
 * loader. {@code OwnBootControlTest} shows how the contract suite proves that part; docs/porting.md has the rest as a checklist.
 */
public final class OwnPlatform implements Platform, AutoCloseable {
    private static final ComponentId OS = ComponentId.of("os");

    private final long start = System.nanoTime();
    private final FileStateStore store;
    private final LinuxBanks banks;
    private final BootControl boot;
    private final RootOfTrust trust;
    private final Map<CounterId, MonotonicCounter> counters = new EnumMap<>(CounterId.class);

    private OwnPlatform(FileStateStore store, LinuxBanks banks, BootControl boot, RootOfTrust trust, Path state) {
        this.store = store;
        this.banks = banks;
        this.boot = boot;
        this.trust = trust;
        for (CounterId id : CounterId.values()) {
            counters.put(id, new FileMonotonicCounter(state, id)); // for development: your product has fuses, or a TPM
        }
    }

    /**
     * Opens the board.
     *
     * @param board the folder with {@code bank-a}, {@code bank-b}, the boot loader's page, {@code maker.pub.pem} and {@code state}
     * @return the board; to be closed after the agent
     * @throws HalException if a part can't be used
     */
    public static OwnPlatform open(Path board) throws HalException {
        BootPage page = new BootPage(board.resolve("boot-page"));
        LinuxBanks banks = LinuxBanks.open(
                Map.of(OS, Map.of(BankId.A, board.resolve("bank-a"), BankId.B, board.resolve("bank-b"))),
                () -> page.read().running(),
                bank -> OptionalLong.of(0)); // this boot loader reads no security version
        Path state = board.resolve("state");
        return new OwnPlatform(
                FileStateStore.open(state),
                banks,
                new OwnBootControl(page, banks),
                FileRootOfTrust.open(board.resolve("maker.pub.pem")),
                state);
    }

    @Override
    public List<ComponentId> components() {
        return List.of(OS);
    }

    @Override
    public FlashBank bank(BankId id, ComponentId component) {
        return banks.bank(id, component);
    }

    @Override
    public DeviceIdentity identity() {
        UUID vendor = Uuids.vendorId("example.com");
        UUID model = Uuids.classId(vendor, "gw-1");
        return new DeviceIdentity(vendor, model, Uuids.deviceId(model, "0001"), "gw-0001");
    }

    @Override
    public BootControl bootControl() {
        return boot;
    }

    @Override
    public RootOfTrust rootOfTrust() {
        return trust;
    }

    @Override
    public Optional<DeviceKeys> keys() {
        return Optional.empty();
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
    public ResetControl resetControl() {
        return new ResetControl() {
            @Override
            public Cause lastCause() {
                return Cause.UNKNOWN;
            }

            @Override
            public void reset() throws HalException {
                try {
                    new ProcessBuilder("systemctl", "reboot").start(); // returns before it happens, and that is fine
                } catch (IOException e) {
                    throw new HalException(HalException.Kind.IO, "reset: " + e.getMessage(), e);
                }
            }
        };
    }

    @Override
    public Watchdog watchdog() {
        return new Watchdog() { // yours is armed by the boot loader before a trial boot
            @Override
            public void deadline(Duration sinceBoot) {}

            @Override
            public void cancel() {}
        };
    }

    @Override
    public DeviceClock clock() {
        return new DeviceClock() {
            @Override
            public long monotonicNanos() {
                return System.nanoTime();
            }

            @Override
            public Duration sinceBoot() {
                return Duration.ofNanos(System.nanoTime() - start); // the agent is started at boot here
            }

            @Override
            public Optional<Instant> wallClock() {
                return Optional.empty(); // no clock: what expires is refused
            }
        };
    }

    @Override
    public void close() throws HalException {
        try {
            banks.close();
        } finally {
            store.close();
        }
    }
}
