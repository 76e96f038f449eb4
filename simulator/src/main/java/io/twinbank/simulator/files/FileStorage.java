// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.files;

import io.twinbank.hal.BankId;
import io.twinbank.hal.CounterId;
import io.twinbank.hal.FlashGeometry;
import io.twinbank.hal.HalException;
import io.twinbank.simulator.BoardBank;
import io.twinbank.simulator.BoardCounter;
import io.twinbank.simulator.BoardRecords;
import io.twinbank.simulator.Storage;
import io.twinbank.simulator.boot.BootHost;
import io.twinbank.simulator.medium.CachedMedium;
import io.twinbank.simulator.medium.HeapCells;
import io.twinbank.simulator.medium.Medium;
import io.twinbank.simulator.medium.Operation.Part;
import io.twinbank.simulator.medium.OperationLog;
import io.twinbank.simulator.medium.Region;
import io.twinbank.simulator.medium.StateHash;
import io.twinbank.simulator.medium.Survival;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongConsumer;
import java.util.function.Predicate;

/**
 * Banks, records and counters in files, by the shipped parts for Linux; the boot loader's variables in raw blocks before the
 * file system.
 */
final class FileStorage implements Storage {
    private static final Medium.Units UNITS = new Medium.Units(512, 4096, false);

    private record Saved(Object files, Object raw) {}

    private final SimulatedFiles files;
    private final CachedMedium raw;
    private final Region variables;
    private final OperationLog log;
    private final Map<BankId, BoardBank> banks = new EnumMap<>(BankId.class);
    private final BoardRecords records;

    FileStorage(SimulatedFiles files, FlashGeometry geometry, Predicate<BankId> isRunning, OperationLog log)
            throws HalException {
        this.files = files;
        this.log = log;
        long bytes = (long) BootHost.VARIABLE_UNITS * UNITS.eraseBytes();
        raw = new CachedMedium(new HeapCells(bytes, (byte) 0), UNITS, true, log);
        variables = raw.region(Part.BOOT_CONTROL, 0, bytes);
        for (BankId id : BankId.values()) {
            FileBank bank = new FileBank(id, geometry, files, () -> isRunning.test(id), log);
            bank.create();
            banks.put(id, bank);
        }
        FileCounter.create(files);
        records = new FileRecords(files, log);
    }

    @Override
    public BoardBank bank(BankId id) {
        BoardBank bank = banks.get(id);
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
    public Optional<BoardCounter> counter(CounterId id, long end, LongConsumer witness) {
        return Optional.of(new FileCounter(files, id, end, witness, log));
    }

    /** What is pending lies in the files or in the raw blocks, hardly ever in both: each choice is made in each of them. */
    @Override
    public List<Survival> survivals() {
        Set<Survival> all = new LinkedHashSet<>(files.survivals());
        if (raw.survivals().size() > 1) {
            all.addAll(raw.survivals());
        }
        return List.copyOf(all);
    }

    @Override
    public void losePower(Survival survival) throws HalException {
        files.losePower(survival);
        raw.losePower(survival);
    }

    @Override
    public Object save() {
        return new Saved(files.save(), raw.save());
    }

    @Override
    public void restore(Object state) {
        Saved saved = (Saved) state;
        files.restore(saved.files());
        raw.restore(saved.raw());
    }

    @Override
    public void addTo(StateHash hash) {
        files.addTo(hash);
        raw.addTo(hash);
    }

    @Override
    public void close() {
        raw.close();
    }
}
