// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.files;

import io.twinbank.hal.HalException;
import io.twinbank.hal.StateKey;
import io.twinbank.hal.linux.FileStateStore;
import io.twinbank.simulator.BoardRecords;
import io.twinbank.simulator.medium.Operation.Part;
import io.twinbank.simulator.medium.OperationLog;
import java.nio.file.Files;
import java.nio.file.Path;

/** The shipped {@link FileStateStore}, opened anew in each life. */
final class FileRecords implements BoardRecords {
    private static final int MAX_RECORD_BYTES = 64 << 10;
    private static final byte[] GARBAGE = new byte[100];

    private final SimulatedFiles files;
    private final OperationLog log;
    private final PerLife<FileStateStore> store;

    FileRecords(SimulatedFiles files, OperationLog log) {
        this.files = files;
        this.log = log;
        store = new PerLife<>(files, () -> open(files.root(Part.STATE_STORE)));
    }

    private static FileStateStore open(Path root) throws HalException {
        return FileStateStore.open(directory(root), MAX_RECORD_BYTES);
    }

    private static Path directory(Path root) {
        return root.resolve("state");
    }

    @Override
    public Loaded load(StateKey key) throws HalException {
        log.checkAlive();
        return store.get().load(key);
    }

    @Override
    public void store(StateKey key, byte[] record) throws HalException {
        begin("store " + key);
        store.get().store(key, record);
    }

    @Override
    public void delete(StateKey key) throws HalException {
        begin("delete " + key);
        store.get().delete(key);
    }

    private void begin(String call) {
        log.checkAliveToWrite(Part.STATE_STORE, call);
        log.call(call);
    }

    @Override
    public int maxRecordBytes() {
        return MAX_RECORD_BYTES;
    }

    @Override
    public void put(StateKey key, Loaded loaded) throws HalException {
        files.poke(root -> {
            try (FileStateStore fresh = open(root)) {
                for (int copy = 0; copy <= 1; copy++) {
                    Path file = directory(root).resolve(key + "." + copy);
                    Files.deleteIfExists(file);
                    if (loaded instanceof Corrupt) {
                        Files.write(file, GARBAGE);
                    }
                }
                if (loaded instanceof Found found) {
                    fresh.store(key, found.record());
                }
                return fresh.load(key);
            }
        });
    }

    @Override
    public Loaded peek(StateKey key) throws HalException {
        return files.peek(root -> {
            try (FileStateStore observed = open(root)) {
                return observed.load(key);
            }
        });
    }
}
