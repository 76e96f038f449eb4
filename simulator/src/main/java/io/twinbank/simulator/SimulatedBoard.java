// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator;

import io.twinbank.hal.BankId;
import io.twinbank.hal.BootControl;
import io.twinbank.hal.BootStatus.Trial;
import io.twinbank.hal.ComponentId;
import io.twinbank.hal.CounterId;
import io.twinbank.hal.DeviceClock;
import io.twinbank.hal.DeviceIdentity;
import io.twinbank.hal.DeviceKeys;
import io.twinbank.hal.FlashBank;
import io.twinbank.hal.FlashGeometry;
import io.twinbank.hal.HalException;
import io.twinbank.hal.MonotonicCounter;
import io.twinbank.hal.Platform;
import io.twinbank.hal.ResetControl;
import io.twinbank.hal.RootOfTrust;
import io.twinbank.hal.StateKey;
import io.twinbank.hal.StateStore;
import io.twinbank.hal.TrustPolicy;
import io.twinbank.hal.Watchdog;
import io.twinbank.simulator.boot.BootHost;
import io.twinbank.simulator.boot.BootLoader;
import io.twinbank.simulator.boot.BootResult;
import io.twinbank.simulator.boot.IdealLoader;
import io.twinbank.simulator.boot.SimImage;
import io.twinbank.simulator.medium.BoardStop;
import io.twinbank.simulator.medium.Durable;
import io.twinbank.simulator.medium.Faults;
import io.twinbank.simulator.medium.OperationLog;
import io.twinbank.simulator.medium.PowerCut;
import io.twinbank.simulator.medium.Reset;
import io.twinbank.simulator.medium.StateHash;
import io.twinbank.simulator.medium.Survival;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.security.PublicKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * A whole board with two banks. What is durable on a real one survives {@link #boot()}: banks, boot variables, records,
 * counters. All else is RAM. It knows no thread and no time of its own, so that an agent runs on it in virtual time or in
 * real time alike.
 *
 * <p>A life ends by {@link ResetControl#reset()}, {@link #cutPower()}, {@link #bite()}, or a fault at a durable operation;
 * then every call throws a {@link BoardStop} until the next {@link #boot()}.
 */
public final class SimulatedBoard implements Platform, Durable, AutoCloseable {
    private record Saved(Object storage, Object loader, Object counters, Object trust, Object component) {}

    /** The component that each bank has. */
    public static final ComponentId COMPONENT = ComponentId.of("os");

    /** The component that banks have besides, where they are {@linkplain SimulatedBoardBuilder#kernelBytes partitioned}. */
    public static final ComponentId KERNEL = ComponentId.of("kernel");

    /**
     * One boot.
     *
     * @param number counted from 1 since the board was made
     * @param cause why it happened
     * @param result what the boot loader did
     */
    public record Boot(int number, ResetControl.Cause cause, BootResult result) {}

    private final SimulatedBoardBuilder spec;
    private final OperationLog log;
    private final FlashGeometry geometry;
    private final Storage storage;
    private final BoardCounters counters;
    private final SimulatedTrust trust;
    private final SimulatedComponent component;
    private final BootLoader loader;
    private final SimulatedWatchdog watchdog;
    private final List<Boot> boots = new ArrayList<>();
    private final Knowledge knowledge = new Knowledge();

    private Optional<BankId> running = Optional.empty();
    private ResetControl.Cause lastCause = ResetControl.Cause.POWER_ON;
    private long bootedAtNanos = 0;
    private BoardObserver observer = BoardObserver.NONE;

    SimulatedBoard(SimulatedBoardBuilder spec) throws HalException {
        this.spec = spec;
        log = new OperationLog(spec.nanos, spec.onStop);
        geometry = spec.geometry();
        storage = spec.partitioned(spec.profile.make(geometry, this::isRunning, log));
        counters = new BoardCounters(
                storage, spec.counterEnd, new FloorRule(this), value -> observer.raisesTrust(value), log);
        trust = new SimulatedTrust(spec.trustPolicy, spec.profile.canBind(), log, knowledge);
        component = new SimulatedComponent(log, knowledge);
        BootHost host = new LoaderView(this, storage);
        loader = spec.loader == null ? new IdealLoader(host, spec.maxAttempts) : spec.loader.on(host);
        watchdog = new SimulatedWatchdog(log);
    }

    /**
     * Returns a builder.
     *
     * @param identity who the device is
     * @param trustPolicy whose manifests it believes
     * @param imageKey whose images its boot loader believes: an Ed25519 key
     * @param nanos the board's monotonic time: {@link VirtualTime#nanos}, or the machine's
     * @return a fresh builder
     */
    public static SimulatedBoardBuilder builder(
            DeviceIdentity identity, TrustPolicy trustPolicy, PublicKey imageKey, LongSupplier nanos) {
        return new SimulatedBoardBuilder(identity, trustPolicy, imageKey, nanos);
    }

    @Override
    public List<ComponentId> components() {
        return spec.isPartitioned() ? List.of(KERNEL, COMPONENT) : List.of(COMPONENT);
    }

    @Override
    public FlashBank bank(BankId id, ComponentId component) {
        if (bankOf(id) instanceof PartitionedBank partitioned) {
            return new ObservedBank(id, partitioned.partition(component), () -> observer, knowledge);
        }
        if (!component.equals(COMPONENT)) {
            throw new IllegalArgumentException("component must be " + COMPONENT + ", not " + component);
        }
        return new ObservedBank(id, bankOf(id), () -> observer, knowledge);
    }

    @Override
    public DeviceIdentity identity() {
        return spec.identity;
    }

    @Override
    public BootControl bootControl() {
        return new NamedCalls(loader.control(), log, knowledge);
    }

    @Override
    public RootOfTrust rootOfTrust() {
        return trust;
    }

    @Override
    public Optional<DeviceKeys> keys() {
        return Optional.of(new SimulatedKeys());
    }

    @Override
    public MonotonicCounter counter(CounterId id) {
        return new ObservedCounter(counters.of(id), knowledge);
    }

    @Override
    public StateStore stateStore() {
        return new ObservedRecords(storage.records(), () -> observer, knowledge);
    }

    @Override
    public ResetControl resetControl() {
        return resetControl;
    }

    @Override
    public Watchdog watchdog() {
        return watchdog;
    }

    @Override
    public DeviceClock clock() {
        return new BoardClock(this::nanosSinceBoot, spec.wallClock, knowledge);
    }

    private long nanosSinceBoot() {
        return spec.nanos.getAsLong() - bootedAtNanos;
    }

    /**
     * Returns how long ago it booted, for who watches it: the agent asks the clock.
     *
     * @return to the nanosecond
     */
    public Duration upTime() {
        return Duration.ofNanos(nanosSinceBoot());
    }

    /**
     * Puts an image into a bank as the factory does, past every lock, and makes that bank the permanent one.
     *
     * @param bank which bank
     * @param image a {@link SimImage}; read to its end, not closed
     * @param envelope the image's SUIT envelope; empty to leave the bank without one
     * @throws IOException if the image can't be read or doesn't fit
     */
    public void install(BankId bank, InputStream image, byte[] envelope) throws IOException {
        byte[] piece = new byte[64 << 10];
        long at = 0;
        int length;
        while ((length = image.readNBytes(piece, 0, piece.length)) > 0) {
            if (at + length > geometry.capacityBytes()) {
                throw new HalException(HalException.Kind.NO_SPACE, "the image doesn't fit bank " + bank);
            }
            bankOf(bank).poke(at, ByteBuffer.wrap(piece, 0, length));
            at += length;
        }
        SimImage.Header header = header(bank).orElseThrow(() -> new IOException("not a simulated image"));
        bankOf(bank).provision(true);
        loader.provision(bank);
        storage.records()
                .put(
                        StateKey.manifest(bank),
                        envelope.length == 0 ? new StateStore.Absent() : new StateStore.Found(envelope));
        counters.of(CounterId.SECURITY_VERSION).value(header.spec().securityVersion());
    }

    /**
     * Sets which faults happen from now on.
     *
     * @param faults asked at each durable operation, those of the boot loader included
     */
    public void faults(Faults faults) {
        log.faults(faults);
    }

    /**
     * Switches the board on, or on again: RAM is lost, then the boot loader selects a bank, verifies it and jumps. A life
     * that hasn't ended yet ends by a power cut.
     *
     * @return what the boot loader did
     * @throws HalException if the cells can't be read
     * @throws BoardStop if a fault strikes in the boot loader; boot again
     */
    public BootResult boot() throws HalException {
        BoardStop before = log.powerOn();
        if (before instanceof PowerCut) {
            losePower(log.survival());
        }
        for (BankId bank : BankId.values()) {
            bankOf(bank).powerOn();
        }
        lastCause = before instanceof Reset reset ? reset.cause() : ResetControl.Cause.POWER_ON;
        bootedAtNanos = spec.nanos.getAsLong();
        running = Optional.empty();
        watchdog.cancel();
        knowledge.forget();
        BootResult result = bootLoader();
        boots.add(new Boot(log.boots(), lastCause, result));
        if (result instanceof BootResult.Booted booted) {
            running = Optional.of(booted.bank());
            knowledge.learn(booted.bank().name());
            if (log.ask(this::isTrialRunning)) {
                // by the loader, which needn't read again what it has just booted
                watchdog.deadline(spec.trialWatchdog);
                knowledge.learn("watchdog");
            }
        }
        return result;
    }

    /**
     * Lists what of the unflushed writes may survive if the power fails now. What is pending lies on the storage or in what the boot
     * loader keeps outside of it, hardly ever in both: each choice is made in each of them.
     *
     * @return simplest first; one way where nothing is pending
     */
    public List<Survival> survivals() {
        List<Survival> own = loader.survivals();
        if (own.size() == 1) {
            return storage.survivals();
        }
        Set<Survival> all = new LinkedHashSet<>(own);
        if (storage.survivals().size() > 1) {
            all.addAll(storage.survivals());
        }
        return List.copyOf(all);
    }

    /**
     * Loses the power.
     *
     * @param survival what of the pending writes survives
     * @throws HalException if the cells themselves fail
     */
    public void losePower(Survival survival) throws HalException {
        storage.losePower(survival);
        loader.losePower(survival);
    }

    private boolean isTrialRunning() {
        try {
            return loader.control().status().trial() == Trial.RUNNING;
        } catch (HalException e) {
            return false; // there are no variables that tell of a trial
        }
    }

    /** A loader that can't write its variables hangs, and the watchdog tries again. */
    private BootResult bootLoader() {
        try {
            return loader.boot();
        } catch (HalException e) {
            throw log.stop(new Reset(ResetControl.Cause.WATCHDOG));
        }
    }

    /** Cuts the power, from any thread: the next call of the board throws, whoever makes it. */
    public void cutPower() {
        log.stop(log.powerCut());
    }

    /** Lets the watchdog bite, whatever its deadline: the next call of the board throws. */
    public void bite() {
        log.stop(new Reset(ResetControl.Cause.WATCHDOG));
    }

    /**
     * Returns when the watchdog bites.
     *
     * @return counted from boot; empty while it isn't armed
     */
    public Optional<Duration> watchdogDeadline() {
        return watchdog.deadline();
    }

    /**
     * Loses every copy of the boot variables, as a fault of their medium.
     *
     * @throws HalException if they can't be spoilt
     */
    public void loseBootVariables() throws HalException {
        loader.loseVariables();
    }

    /**
     * Damages or deletes a record, as a fault of its medium.
     *
     * @param key which record
     * @param damaged what is found there from now on
     * @throws HalException if the medium itself fails
     */
    public void damage(StateKey key, StateStore.Loaded damaged) throws HalException {
        storage.records().put(key, damaged);
    }

    /** Forgets its boots and operations, as when it was put back to another state. The power is off then. */
    public void forget() {
        cutPower();
        boots.clear();
        log.forget();
        observer = BoardObserver.NONE;
    }

    /**
     * Sets who watches the calls of the agent, whatever the media are.
     *
     * @param next told of each call before it is made
     */
    public void observer(BoardObserver next) {
        observer = next;
    }

    /**
     * Returns what the agent was told in this life.
     *
     * @return live
     */
    public Knowledge knowledge() {
        return knowledge;
    }

    /** Throws the board away, with what its cells hold open. */
    @Override
    public void close() {
        storage.close();
    }

    /**
     * Returns the log of durable operations.
     *
     * @return live
     */
    public OperationLog log() {
        return log;
    }

    /**
     * Returns what the boot loader did at each boot that it came to an end of.
     *
     * @return in order
     */
    public List<Boot> boots() {
        return List.copyOf(boots);
    }

    /**
     * Returns the bank that runs unless a trial is on.
     *
     * @return the permanent bank; empty while a trial is armed or running
     */
    public Optional<BankId> permanentBank() {
        return loader.permanent();
    }

    /**
     * Reads the header of a bank's image, unverified, whether the board lives or not.
     *
     * @param bank which bank
     * @return the header; empty if there is none
     * @throws HalException if the cells can't be read
     */
    public Optional<SimImage.Header> header(BankId bank) throws HalException {
        if (geometry.capacityBytes() < SimImage.HEADER_BYTES) {
            return Optional.empty();
        }
        ByteBuffer bytes = ByteBuffer.allocate(SimImage.HEADER_BYTES);
        bankOf(bank).peek(0, bytes);
        return SimImage.readHeader(bytes.flip());
    }

    /**
     * Reads a counter, whether the board lives or not.
     *
     * @param id which counter
     * @return its value
     */
    public long counterValue(CounterId id) {
        return counters.of(id).value();
    }

    /**
     * Returns the boot loader.
     *
     * @return the same each time
     */
    public BootLoader loader() {
        return loader;
    }

    /**
     * Returns what the hardware has bound.
     *
     * @return empty if nothing yet, and where the part has no replay-protected block
     */
    public Optional<byte[]> bound() {
        return trust.peek();
    }

    /**
     * Returns what the board stores on.
     *
     * @return the same each time
     */
    public Storage storage() {
        return storage;
    }

    /**
     * Returns the component beside the banks; whether an agent has it is the firmware's business.
     *
     * @return the same each time
     */
    public SimulatedComponent component() {
        return component;
    }

    @Override
    public Object save() {
        return new Saved(storage.save(), loader.save(), counters.save(), trust.save(), component.save());
    }

    @Override
    public void restore(Object state) {
        Saved saved = (Saved) state;
        storage.restore(saved.storage());
        loader.restore(saved.loader());
        counters.restore(saved.counters());
        trust.restore(saved.trust());
        component.restore(saved.component());
    }

    @Override
    public void addTo(StateHash hash) {
        storage.addTo(hash);
        loader.addTo(hash);
        counters.addTo(hash);
        trust.addTo(hash);
        component.addTo(hash);
    }

    BoardBank bankOf(BankId id) {
        return storage.bank(id);
    }

    boolean isRunning(BankId bank) {
        return running.equals(Optional.of(bank));
    }

    BankId running() {
        return running.orElseThrow(() -> new IllegalStateException("the board isn't booted"));
    }

    PublicKey imageKey() {
        return spec.imageKey;
    }

    private final ResetControl resetControl = new ResetControl() {
        @Override
        public Cause lastCause() {
            log.checkAlive();
            knowledge.learn(lastCause.name());
            return lastCause;
        }

        @Override
        public void reset() {
            throw log.stop(new Reset(Cause.SOFTWARE));
        }
    };
}
