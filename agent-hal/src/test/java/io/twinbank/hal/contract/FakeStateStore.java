// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal.contract;

import io.twinbank.hal.HalException;
import io.twinbank.hal.StateKey;
import io.twinbank.hal.StateStore;
import java.util.EnumMap;
import java.util.Map;

/** A state store in memory: every call is atomic and durable. Survives a "reboot" by being kept. */
public final class FakeStateStore implements StateStore {
    private final Map<StateKey, Loaded> records = new EnumMap<>(StateKey.class);
    private final int maxRecordBytes;
    private final long totalBytes;
    private final Trace trace;

    /**
     * Makes a store.
     *
     * @param maxRecordBytes the largest record
     * @param totalBytes the size of the part: all records together
     * @param trace takes down what is done
     */
    public FakeStateStore(int maxRecordBytes, long totalBytes, Trace trace) {
        this.maxRecordBytes = maxRecordBytes;
        this.totalBytes = totalBytes;
        this.trace = trace;
    }

    /**
     * Makes a store as a file system has it: records to 256 KiB, 16 MiB in all.
     *
     * @param trace takes down what is done
     * @return the store
     */
    public static FakeStateStore normal(Trace trace) {
        return new FakeStateStore(256 << 10, 16 << 20, trace);
    }

    /**
     * Makes a store as a small part has it: records to 8 KiB, 64 KiB in all.
     *
     * @param trace takes down what is done
     * @return the store
     */
    public static FakeStateStore smallPart(Trace trace) {
        return new FakeStateStore(8 << 10, 64 << 10, trace);
    }

    @Override
    public synchronized Loaded load(StateKey key) throws HalException {
        trace.check("load " + key);
        return records.getOrDefault(key, new Absent());
    }

    @Override
    public synchronized void store(StateKey key, byte[] record) throws HalException {
        if (record.length > maxRecordBytes) {
            throw new IllegalArgumentException(
                    "record " + key + " of " + record.length + " bytes, at most " + maxRecordBytes);
        }
        long others = records.entrySet().stream()
                .filter(other -> other.getKey() != key)
                .mapToLong(other -> other.getValue() instanceof Found found ? found.record().length : 0)
                .sum();
        if (others + record.length > totalBytes) {
            throw new HalException(
                    HalException.Kind.NO_SPACE,
                    "record " + key + " of " + record.length + " bytes beside " + others + " of " + totalBytes);
        }
        trace.step("store " + key);
        records.put(key, new Found(record));
    }

    @Override
    public synchronized void delete(StateKey key) throws HalException {
        trace.step("delete " + key);
        records.remove(key);
    }

    @Override
    public int maxRecordBytes() {
        return maxRecordBytes;
    }

    /**
     * Puts something there past the trace: {@link StateStore.Corrupt}, {@link StateStore.Absent}, or another record.
     *
     * @param key which record
     * @param content what it holds from now on
     */
    public synchronized void put(StateKey key, Loaded content) {
        records.put(key, content);
    }
}
