// SPDX-License-Identifier: Apache-2.0
package io.twinbank.benchmarks;

import io.twinbank.hal.BankId;
import io.twinbank.hal.ComponentId;
import io.twinbank.hal.CounterId;
import io.twinbank.hal.DeviceClock;
import io.twinbank.hal.DeviceIdentity;
import io.twinbank.hal.DeviceKeys;
import io.twinbank.hal.FlashBank;
import io.twinbank.hal.HalException;
import io.twinbank.hal.MonotonicCounter;
import io.twinbank.hal.Platform;
import io.twinbank.hal.TrustPolicy;
import io.twinbank.hal.contract.FakeBootControl;
import io.twinbank.hal.contract.FakeDeviceKeys;
import io.twinbank.hal.contract.FakeResetControl;
import io.twinbank.hal.contract.FakeRootOfTrust;
import io.twinbank.hal.contract.FakeWatchdog;
import io.twinbank.hal.contract.Trace;
import io.twinbank.hal.linux.BlockDeviceBank;
import io.twinbank.hal.linux.FileFlashBank;
import io.twinbank.hal.linux.FileMonotonicCounter;
import io.twinbank.hal.linux.FileStateStore;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/** A board whose banks and records lie in files, and whose boot loader is pretended: it runs bank A for ever. */
final class FileBoard implements Platform {
    static final ComponentId OS = ComponentId.of("os");
    /** For images that {@code otapub pack --vendor-domain example.com --model benchmark} packs. */
    static final DeviceIdentity IDENTITY = new DeviceIdentity(
            UUID.fromString("cfbff0d1-9375-5685-968c-48ce8b15ae17"),
            UUID.fromString("07076d6b-230a-50e7-a351-f0ee9310eb81"),
            new UUID(1, 3),
            "benchmark");

    static final String KEK_NAME = "benchmark";
    static final SecretKey KEK = new SecretKeySpec(new byte[16], "AES");

    private static final int ATTEMPTS = 3;

    private final Trace trace = new Trace();
    private final FlashBank a;
    private final FlashBank b;
    private final FileStateStore stateStore;
    private final Path folder;
    private final FakeRootOfTrust rootOfTrust;
    private final FakeBootControl bootControl = new FakeBootControl(ATTEMPTS, () -> 0, trace);
    private final FakeResetControl resetControl = new FakeResetControl(trace);
    private final FakeWatchdog watchdog = new FakeWatchdog();
    private final DeviceClock clock = new UptimeClock(System.nanoTime());

    FileBoard(Path folder, TrustPolicy trust) throws HalException {
        this.folder = folder;
        rootOfTrust = new FakeRootOfTrust(trust, false, trace);
        a = open(BankId.A);
        b = open(BankId.B);
        stateStore = FileStateStore.open(folder.resolve("state"));
    }

    static Path bankFile(Path folder, BankId id) {
        return folder.resolve("bank-" + id);
    }

    private FlashBank open(BankId id) throws HalException {
        Path file = bankFile(folder, id);
        if ("direct".equals(System.getProperty("bank"))) {
            return BlockDeviceBank.open(file, () -> id == BankId.A);
        }
        return FileFlashBank.open(file, FileFlashBank.geometryOf(file.toFile().length()), () -> id == BankId.A);
    }

    @Override
    public List<ComponentId> components() {
        return List.of(OS);
    }

    @Override
    public FlashBank bank(BankId id, ComponentId component) {
        return id == BankId.A ? a : b;
    }

    @Override
    public DeviceIdentity identity() {
        return IDENTITY;
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
        return Optional.of(new FakeDeviceKeys().kek(KEK_NAME, KEK.getEncoded()));
    }

    @Override
    public MonotonicCounter counter(CounterId id) {
        return new FileMonotonicCounter(folder, id);
    }

    @Override
    public FileStateStore stateStore() {
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
    public DeviceClock clock() {
        return clock;
    }

    private record UptimeClock(long bootNanos) implements DeviceClock {
        @Override
        public long monotonicNanos() {
            return System.nanoTime();
        }

        @Override
        public Duration sinceBoot() {
            return Duration.ofNanos(System.nanoTime() - bootNanos);
        }

        @Override
        public Optional<Instant> wallClock() {
            return Optional.of(Instant.now());
        }
    }
}
