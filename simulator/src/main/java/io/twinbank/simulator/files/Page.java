// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.files;

import io.twinbank.simulator.medium.StateHash;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A page of a file, as the kernel caches and writes it; immutable, and shared by all states that have it. */
final class Page {
    /** In bytes. */
    static final int SIZE = 4096;
    /** What a disk writes whole or not at all, in bytes. */
    static final int SECTOR = 512;
    /** A hole. */
    static final Page ZEROS = new Page(new byte[SIZE]);

    private final byte[] bytes;
    private StateHash.@Nullable Key key;

    private Page(byte[] bytes) {
        this.bytes = bytes;
    }

    void read(int from, int length, ByteBuffer dst) {
        dst.put(bytes, from, length);
    }

    Page with(int from, int length, ByteBuffer src) {
        byte[] changed = bytes.clone();
        src.get(changed, from, length);
        return new Page(changed);
    }

    boolean isZeroFrom(int from) {
        return Arrays.equals(bytes, from, SIZE, ZEROS.bytes, from, SIZE);
    }

    Page cutAt(int length) {
        return new Page(Arrays.copyOf(Arrays.copyOf(bytes, length), SIZE));
    }

    boolean differsInSector(int sector, Page other) {
        int from = sector * SECTOR;
        return !Arrays.equals(bytes, from, from + SECTOR, other.bytes, from, from + SECTOR);
    }

    Page withSectorOf(int sector, Page other) {
        int from = sector * SECTOR;
        return with(from, SECTOR, ByteBuffer.wrap(other.bytes, from, SECTOR));
    }

    StateHash.Key key() {
        StateHash.Key known = key;
        if (known == null) {
            StateHash hash = new StateHash();
            hash.add(bytes);
            known = hash.key();
            key = known;
        }
        return known;
    }
}
