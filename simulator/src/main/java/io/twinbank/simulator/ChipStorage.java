// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator;

import io.twinbank.hal.BankId;
import io.twinbank.hal.FlashGeometry;
import io.twinbank.hal.HalException;
import io.twinbank.simulator.boot.BootHost;
import io.twinbank.simulator.medium.Durable;
import io.twinbank.simulator.medium.Medium;
import io.twinbank.simulator.medium.Operation.Part;
import io.twinbank.simulator.medium.OperationLog;
import io.twinbank.simulator.medium.Region;
import io.twinbank.simulator.medium.StateHash;
import io.twinbank.simulator.medium.Survival;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Everything on one chip: bank A, bank B, the boot loader's variables, the agent's records, in this order. */
public final class ChipStorage implements Storage {
    private record Saved(Object medium, @Nullable Object records) {}

    private final Medium medium;
    private final Map<BankId, SimulatedBank> banks = new EnumMap<>(BankId.class);
    private final Map<Part, Region> regions = new EnumMap<>(Part.class);
    private final Region variables;
    private final BoardRecords records;

    /**
     * Lays a chip out.
     *
     * @param medium at least {@link #bytes} large
     * @param geometry the shape of each bank; its units are multiples of the chip's
     * @param recordUnits how many erase units the records have
     * @param records makes the store of the records in their region; a {@link Durable} of its own if it keeps them elsewhere
     * @param isRunning tells whether a bank was booted
     * @param log through which every change goes
     */
    public ChipStorage(
            Medium medium,
            FlashGeometry geometry,
            int recordUnits,
            Function<Region, BoardRecords> records,
            Predicate<BankId> isRunning,
            OperationLog log) {
        this.medium = medium;
        long bank = SimulatedBank.regionBytes(geometry);
        int unit = medium.units().eraseBytes();
        for (BankId id : BankId.values()) {
            long base = id == BankId.A ? 0 : bank;
            Region cells = medium.region(id == BankId.A ? Part.BANK_A : Part.BANK_B, base, geometry.capacityBytes());
            regions.put(cells.part(), cells);
            Region marker =
                    medium.region(Part.BOOT_CONTROL, base + geometry.capacityBytes(), geometry.eraseSizeBytes());
            banks.put(id, new SimulatedBank(id, geometry, cells, marker, isRunning, log));
        }
        long at = 2 * bank;
        long length = (long) BootHost.VARIABLE_UNITS * unit;
        variables = medium.region(Part.BOOT_CONTROL, at, length);
        regions.put(Part.BOOT_CONTROL, variables);
        Region recordCells = medium.region(Part.STATE_STORE, at + length, (long) recordUnits * unit);
        if (recordUnits > 0) {
            regions.put(Part.STATE_STORE, recordCells);
        }
        this.records = records.apply(recordCells);
    }

    /**
     * Returns how large a chip must be.
     *
     * @param geometry the shape of each bank
     * @param eraseBytes the chip's erase unit
     * @param recordUnits how many erase units the records have
     * @return in bytes
     */
    public static long bytes(FlashGeometry geometry, int eraseBytes, int recordUnits) {
        return 2 * SimulatedBank.regionBytes(geometry) + (BootHost.VARIABLE_UNITS + (long) recordUnits) * eraseBytes;
    }

    @Override
    public BoardBank bank(BankId id) {
        SimulatedBank bank = banks.get(id);
        if (bank == null) {
            throw new IllegalArgumentException("no bank " + id);
        }
        return bank;
    }

    @Override
    public BoardRecords records() {
        return records;
    }

    @Override
    public Region variables() {
        return variables;
    }

    @Override
    public Optional<Region> region(Part part) {
        return Optional.ofNullable(regions.get(part));
    }

    @Override
    public Optional<Medium> chip() {
        return Optional.of(medium);
    }

    @Override
    public List<Survival> survivals() {
        return medium.survivals();
    }

    @Override
    public void losePower(Survival survival) throws HalException {
        medium.losePower(survival);
    }

    @Override
    public boolean keepsNothing() {
        return records.keepsNothing();
    }

    @Override
    public Object save() {
        return new Saved(medium.save(), records instanceof Durable own ? own.save() : null);
    }

    @Override
    public void restore(Object state) {
        Saved saved = (Saved) state;
        medium.restore(saved.medium());
        if (records instanceof Durable own && saved.records() != null) {
            own.restore(saved.records());
        }
    }

    @Override
    public void addTo(StateHash hash) {
        medium.addTo(hash);
        if (records instanceof Durable own) {
            own.addTo(hash);
        }
    }

    @Override
    public void close() {
        medium.close();
    }
}
