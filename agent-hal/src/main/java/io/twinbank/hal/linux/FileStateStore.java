// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal.linux;

import io.twinbank.hal.HalException;
import io.twinbank.hal.StateKey;
import io.twinbank.hal.StateStore;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.EnumMap;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A state store in a directory: two files a record, {@code JOURNAL.0} and {@code JOURNAL.1}, of which the newer good one
 * counts. A store goes into the older, in place, and is forced to the medium before it returns; so a power cut can tear
 * only the copy that doesn't count, and a torn or damaged copy yields the other. Deleting leaves a mark in both, so that
 * an older copy never comes back.
 *
 * <p>The directory must survive an update: it lies on neither bank. It is locked while the store is open, so that two
 * agents can't run. Not thread-safe.
 */
public final class FileStateStore implements StateStore, AutoCloseable {
    /** The largest record, unless told otherwise: 256 KiB. */
    public static final int DEFAULT_MAX_RECORD_BYTES = 256 << 10;

    private static final int LEAST_MAX_RECORD_BYTES = 4096;
    private static final String LOCK = "LOCK";

    private final Path directory;
    private final int maxRecordBytes;
    private final @Nullable FileChannel lock;
    private final Map<StateKey, CopyPair> pairs = new EnumMap<>(StateKey.class);

    private FileStateStore(Path directory, int maxRecordBytes, Disk disk, @Nullable FileChannel lock) {
        this.directory = directory;
        this.maxRecordBytes = maxRecordBytes;
        this.lock = lock;
        for (StateKey key : StateKey.values()) {
            pairs.put(key, new CopyPair(disk, directory, key.name(), maxRecordBytes));
        }
    }

    /**
     * Opens a store for records to {@link #DEFAULT_MAX_RECORD_BYTES}.
     *
     * @param directory created if it doesn't exist; not writable by others than the agent
     * @return the store
     * @throws HalException {@code LOCKED} if another agent has it open; {@code IO}
     */
    public static FileStateStore open(Path directory) throws HalException {
        return open(directory, DEFAULT_MAX_RECORD_BYTES);
    }

    /**
     * Opens a store.
     *
     * @param directory created if it doesn't exist; not writable by others than the agent
     * @param maxRecordBytes the largest record, at least 4096 and never less than was stored before
     * @return the store
     * @throws HalException {@code LOCKED} if another agent has it open; {@code IO}
     */
    public static FileStateStore open(Path directory, int maxRecordBytes) throws HalException {
        return open(directory, maxRecordBytes, Disk.REAL);
    }

    /**
     * Opens a store to look at, whether or not an agent has it open: {@link #store} and {@link #delete} are {@code LOCKED}. Where the
     * directory isn't there yet, every record is absent.
     *
     * @param directory as in {@link #open(Path)}
     * @return the store; nothing was read or changed
     */
    public static FileStateStore look(Path directory) {
        return new FileStateStore(directory, DEFAULT_MAX_RECORD_BYTES, Disk.REAL, null);
    }

    static FileStateStore open(Path directory, int maxRecordBytes, Disk disk) throws HalException {
        if (maxRecordBytes < LEAST_MAX_RECORD_BYTES) {
            throw new IllegalArgumentException(
                    "maxRecordBytes " + maxRecordBytes + " is below " + LEAST_MAX_RECORD_BYTES);
        }
        try {
            Path lock = directory.resolve(LOCK);
            if (!Files.exists(lock)) {
                // It is made last, so that where it is the directory has come to the medium.
                disk.createDirectories(directory);
            }
            FileChannel channel = disk.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (tryLock(channel) == null) {
                channel.close();
                throw new HalException(HalException.Kind.LOCKED, "another agent has " + directory + " open");
            }
            return new FileStateStore(directory, maxRecordBytes, disk, channel);
        } catch (IOException e) {
            throw Disk.fault("open", directory, e);
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    @Override
    public Loaded load(StateKey key) throws HalException {
        return pair(key).read();
    }

    @Override
    public void store(StateKey key, byte[] record) throws HalException {
        if (record.length > maxRecordBytes) {
            throw new IllegalArgumentException(
                    "record " + key + " of " + record.length + " bytes, at most " + maxRecordBytes);
        }
        ours(key).write(record);
    }

    @Override
    public void delete(StateKey key) throws HalException {
        ours(key).delete();
    }

    @Override
    public int maxRecordBytes() {
        return maxRecordBytes;
    }

    @Override
    public OptionalLong freeBytes() {
        try {
            return OptionalLong.of(Files.getFileStore(directory).getUsableSpace());
        } catch (IOException e) {
            return OptionalLong.empty();
        }
    }

    /**
     * Lets go of the directory.
     *
     * @throws HalException {@code IO}
     */
    @Override
    public void close() throws HalException {
        if (lock == null) {
            return;
        }
        try {
            lock.close();
        } catch (IOException e) {
            throw new HalException(HalException.Kind.IO, "close: " + e.getMessage(), e);
        }
    }

    private CopyPair pair(StateKey key) throws HalException {
        CopyPair pair = pairs.get(key);
        if (pair == null || (lock != null && !lock.isOpen())) {
            throw new HalException(HalException.Kind.IO, "the state store is closed");
        }
        return pair;
    }

    private CopyPair ours(StateKey key) throws HalException {
        if (lock == null) {
            throw new HalException(HalException.Kind.LOCKED, "the state store was opened to look at it");
        }
        return pair(key);
    }
}
