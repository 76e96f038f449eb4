// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal;

import java.util.Arrays;
import java.util.OptionalLong;

/**
 * A few small named records, each replaced atomically: after a power cut a record is the old one or the new one, never a
 * mix, and no other record has changed.
 */
public interface StateStore {
    /** What a key holds: three different things. */
    sealed interface Loaded permits Found, Absent, Corrupt {}

    /**
     * A good record.
     *
     * @param record the bytes; copied in and out
     */
    record Found(byte[] record) implements Loaded {
        public Found {
            record = record.clone();
        }

        @Override
        public byte[] record() {
            return record.clone();
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Found that && Arrays.equals(record, that.record);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(record);
        }

        @Override
        public String toString() {
            return "Found[" + record.length + " bytes]";
        }
    }

    /** Never stored, or deleted. */
    record Absent() implements Loaded {}

    /**
     * Something was stored and no good copy of it is left.
     *
     * @param detail what was found, for people
     */
    record Corrupt(String detail) implements Loaded {}

    /**
     * Loads a record.
     *
     * @param key which record
     * @return what it holds
     * @throws HalException {@code IO} if the store can't be read at all
     */
    Loaded load(StateKey key) throws HalException;

    /**
     * Replaces a record; durable on return.
     *
     * @param key which record
     * @param record at most {@link #maxRecordBytes()}
     * @throws HalException {@code NO_SPACE}, {@code WORN_OUT} or {@code IO}: the old record is still there
     */
    void store(StateKey key, byte[] record) throws HalException;

    /**
     * Deletes a record; durable on return, idempotent.
     *
     * @param key which record
     * @throws HalException {@code IO}: the old record may still be there
     */
    void delete(StateKey key) throws HalException;

    /**
     * Returns the largest record that fits.
     *
     * @return in bytes, at least 4096
     */
    int maxRecordBytes();

    /**
     * Returns how much room there is for records, for people who look after many devices.
     *
     * @return in bytes; empty where that can't be told
     */
    default OptionalLong freeBytes() {
        return OptionalLong.empty();
    }
}
