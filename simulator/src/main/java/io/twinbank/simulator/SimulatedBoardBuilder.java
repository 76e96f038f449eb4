// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator;

import io.twinbank.hal.DeviceIdentity;
import io.twinbank.hal.FlashGeometry;
import io.twinbank.hal.HalException;
import io.twinbank.hal.TrustPolicy;
import io.twinbank.simulator.boot.BootLoader;
import io.twinbank.simulator.boot.IdealLoader;
import io.twinbank.simulator.medium.BoardStop;
import java.nio.file.Path;
import java.security.PublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Builds a {@link SimulatedBoard}. By default a small one: banks of 64 KiB in memory, units of 512 and 4096 bytes, unsynced
 * writes lost at a power cut, no date.
 */
public final class SimulatedBoardBuilder {
    final DeviceIdentity identity;
    final TrustPolicy trustPolicy;
    final PublicKey imageKey;
    final LongSupplier nanos;
    private long imageBytes = 64 << 10;
    private long kernelBytes = 0;
    private @Nullable FlashGeometry geometry = null;
    Profile profile = IdealChip.losing();
    BootLoader.@Nullable Factory loader = null;
    int maxAttempts = 7;
    Duration trialWatchdog = Duration.ofMinutes(10);
    long counterEnd = Long.MAX_VALUE;
    Supplier<Optional<Instant>> wallClock = Optional::empty;
    Consumer<BoardStop> onStop = stop -> {};

    SimulatedBoardBuilder(DeviceIdentity identity, TrustPolicy trustPolicy, PublicKey imageKey, LongSupplier nanos) {
        this.identity = identity;
        this.trustPolicy = trustPolicy;
        this.imageKey = imageKey;
        this.nanos = nanos;
    }

    /**
     * Sets what must fit into each bank; 64 KiB by default. The profile shapes the banks accordingly.
     *
     * @param bytes of the largest image
     * @return this
     */
    public SimulatedBoardBuilder imageBytes(long bytes) {
        this.imageBytes = bytes;
        return this;
    }

    /**
     * Cuts each bank into two components, each in erase units of its own: {@link SimulatedBoard#KERNEL} has the first bytes of an
     * image, {@link SimulatedBoard#COMPONENT} the rest. The boot loader verifies them together.
     *
     * @param bytes how many the kernel has, less than an image; 0 for one component, as by default
     * @return this
     */
    public SimulatedBoardBuilder kernelBytes(long bytes) {
        this.kernelBytes = bytes;
        return this;
    }

    boolean isPartitioned() {
        return kernelBytes > 0;
    }

    Storage partitioned(Storage storage) {
        return isPartitioned() ? new PartitionedStorage(storage, profile.bank(kernelBytes), kernelBytes) : storage;
    }

    FlashGeometry geometry() {
        if (!isPartitioned()) {
            return geometry == null ? profile.bank(imageBytes) : geometry;
        }
        FlashGeometry kernel = profile.bank(kernelBytes);
        return new FlashGeometry(
                kernel.capacityBytes() + profile.bank(imageBytes - kernelBytes).capacityBytes(),
                kernel.writeSizeBytes(),
                kernel.eraseSizeBytes());
    }

    /**
     * Sets the shape of each bank, whatever the profile would choose; of no effect where banks are partitioned.
     *
     * @param shape its capacity; one more erase unit holds the boot loader's marker
     * @return this
     */
    public SimulatedBoardBuilder geometry(FlashGeometry shape) {
        this.geometry = shape;
        return this;
    }

    /**
     * Sets what the board stores on; an {@linkplain IdealChip ideal chip} in memory by default.
     *
     * @param kind of storage
     * @return this
     */
    public SimulatedBoardBuilder profile(Profile kind) {
        this.profile = kind;
        return this;
    }

    /**
     * Keeps the banks in a file, for images that don't fit the heap.
     *
     * @param folder where {@code flash.bin} is made
     * @return this
     */
    public SimulatedBoardBuilder banksIn(Path folder) {
        return profile(IdealChip.losing().in(folder.resolve("flash.bin")));
    }

    /**
     * Sets the boot loader; the {@linkplain IdealLoader ideal} one by default.
     *
     * @param factory makes it
     * @return this
     */
    public SimulatedBoardBuilder loader(BootLoader.Factory factory) {
        this.loader = factory;
        return this;
    }

    /**
     * Sets how many boots a trial can have; 7 by default.
     *
     * @param attempts at least 1
     * @return this
     */
    public SimulatedBoardBuilder maxAttempts(int attempts) {
        this.maxAttempts = attempts;
        return this;
    }

    /**
     * Sets when the watchdog ends a trial boot whose agent never starts; 10 minutes by default.
     *
     * @param deadline counted from boot
     * @return this
     */
    public SimulatedBoardBuilder trialWatchdog(Duration deadline) {
        this.trialWatchdog = deadline;
        return this;
    }

    /**
     * Sets how far the counters can count; without an end by default.
     *
     * @param end the highest value
     * @return this
     */
    public SimulatedBoardBuilder counterEnd(long end) {
        this.counterEnd = end;
        return this;
    }

    /**
     * Sets the date and time; never synchronised by default.
     *
     * @param clock asked each time
     * @return this
     */
    public SimulatedBoardBuilder wallClock(Supplier<Optional<Instant>> clock) {
        this.wallClock = clock;
        return this;
    }

    /**
     * Sets who is told when a life of the board ends.
     *
     * @param listener called on the thread that ends it; must return at once and not call the board
     * @return this
     */
    public SimulatedBoardBuilder onStop(Consumer<BoardStop> listener) {
        this.onStop = listener;
        return this;
    }

    /**
     * Makes the board, empty and switched off.
     *
     * @return a fresh board
     * @throws HalException if its cells can't be made
     */
    public SimulatedBoard build() throws HalException {
        return new SimulatedBoard(this);
    }
}
