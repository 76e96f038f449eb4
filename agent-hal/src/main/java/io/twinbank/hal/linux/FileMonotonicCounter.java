// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal.linux;

import io.twinbank.hal.CounterId;
import io.twinbank.hal.HalException;
import io.twinbank.hal.MonotonicCounter;
import io.twinbank.hal.StateStore;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * A counter in two files, for development: whoever can write the directory can set it back. A product has fuses, an RPMB
 * or a TPM.
 *
 * <p>Both copies get each new value, so that damage to one doesn't lower it; with both damaged {@link #read} throws, it
 * never says 0. Not thread-safe.
 */
public final class FileMonotonicCounter implements MonotonicCounter {
    private final CopyPair pair;
    private final CounterId id;
    private final long limit;

    /**
     * Makes a counter without an end.
     *
     * @param directory must exist; may be the state store's
     * @param id which counter
     */
    public FileMonotonicCounter(Path directory, CounterId id) {
        this(directory, id, Long.MAX_VALUE);
    }

    /**
     * Makes a counter that ends, as fuses do.
     *
     * @param directory must exist; may be the state store's
     * @param id which counter
     * @param limit the highest value
     */
    public FileMonotonicCounter(Path directory, CounterId id, long limit) {
        this(directory, id, limit, Disk.REAL);
    }

    FileMonotonicCounter(Path directory, CounterId id, long limit, Disk disk) {
        if (limit < 0) {
            throw new IllegalArgumentException("limit " + limit + " is negative");
        }
        this.pair = new CopyPair(disk, directory, id.name(), Long.BYTES);
        this.id = id;
        this.limit = limit;
    }

    @Override
    public long read() throws HalException {
        StateStore.Loaded loaded = pair.read();
        if (loaded instanceof StateStore.Absent) {
            return 0;
        }
        if (loaded instanceof StateStore.Found found && found.record().length == Long.BYTES) {
            return ByteBuffer.wrap(found.record()).getLong();
        }
        throw new HalException(HalException.Kind.IO, "counter " + id + " can't be read: " + loaded);
    }

    @Override
    public long remaining() throws HalException {
        return limit == Long.MAX_VALUE ? limit : Math.max(0, limit - read());
    }

    /** {@inheritDoc} A power cut leaves the old value or the new one; a failure may leave either, so read it back. */
    @Override
    public void advanceTo(long value) throws HalException {
        long present = read();
        if (value <= present && (present == 0 || pair.isDoubled())) {
            return;
        }
        if (value > limit) {
            throw new HalException(
                    HalException.Kind.NO_SPACE, "counter " + id + " ends at " + limit + ", not " + value);
        }
        pair.writeTwice(ByteBuffer.allocate(Long.BYTES)
                .putLong(Math.max(present, value))
                .array());
    }
}
