// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator;

import io.twinbank.hal.BootControl;
import io.twinbank.hal.BootStatus;
import io.twinbank.hal.HalException;
import io.twinbank.hal.Platform;
import io.twinbank.hal.StateKey;
import io.twinbank.hal.StateStore;
import io.twinbank.simulator.boot.SimImage;
import java.util.Arrays;

/**
 * Agents of the age that their image says. An agent of age 0 is the shipped one. A newer one has longer bodies in its records,
 * under a schema of its own, and reads those of every older agent; while its image is on trial it writes in the schema of the
 * agent that armed it, so that records are migrated only after confirm. What an even newer agent wrote it leaves as it is.
 */
public final class Ages implements AgentVariant {
    /** The schema of age 0. */
    private static final int FIRST_SCHEMA = 1;
    /** Where a record has its schema: after its kind. */
    private static final int SCHEMA_AT = 1;
    /** How much longer a newer agent's bodies are. */
    private static final int LONGER_BYTES = 8;

    /** Makes the variant. */
    public Ages() {}

    @Override
    public Platform platform(SimulatedBoard board, SimImage.Spec running) {
        return of(board, running.agentAge());
    }

    /**
     * Returns a platform on which the shipped agent behaves like one of an age.
     *
     * @param platform the board, or what is put before it
     * @param age from 0
     * @return the same platform at age 0
     */
    public static Platform of(Platform platform, int age) {
        if (age == 0) {
            return platform;
        }
        StateStore records = new AgedRecords(platform.stateStore(), platform.bootControl(), FIRST_SCHEMA + age);
        return new ForwardingPlatform(platform) {
            @Override
            public StateStore stateStore() {
                return records;
            }
        };
    }

    private static boolean hasSchema(StateKey key) {
        return switch (key) {
            case SECURITY, OUTCOMES, JOURNAL, CHECKPOINT, ORDERS, POLICY, HEALTH -> true;
            case MANIFEST_A, MANIFEST_B, MANIFEST_COMPONENTS, TRUST -> false;
        };
    }

    private record AgedRecords(StateStore store, BootControl boot, int schema) implements StateStore {
        @Override
        public Loaded load(StateKey key) throws HalException {
            Loaded loaded = store.load(key);
            return loaded instanceof Found found && hasSchema(key) ? new Found(older(found.record())) : loaded;
        }

        private byte[] older(byte[] record) {
            if (schemaOf(record) <= FIRST_SCHEMA || schemaOf(record) > schema) {
                return record;
            }
            byte[] older = Arrays.copyOf(record, record.length - LONGER_BYTES);
            older[SCHEMA_AT] = FIRST_SCHEMA;
            return older;
        }

        @Override
        public void store(StateKey key, byte[] record) throws HalException {
            if (!hasSchema(key) || schemaOf(record) != FIRST_SCHEMA) {
                store.store(key, record);
                return;
            }
            int written = boot.status().trial() == BootStatus.Trial.RUNNING ? schemaOfWhoArmed() : schema;
            int longer = written == FIRST_SCHEMA ? 0 : LONGER_BYTES;
            byte[] newer = Arrays.copyOf(record, record.length + longer);
            newer[SCHEMA_AT] = (byte) written;
            store.store(key, newer);
        }

        private int schemaOfWhoArmed() throws HalException {
            return store.load(StateKey.JOURNAL) instanceof Found journal
                    ? Math.min(schemaOf(journal.record()), schema)
                    : FIRST_SCHEMA;
        }

        private static int schemaOf(byte[] record) {
            return record.length > SCHEMA_AT ? record[SCHEMA_AT] & 0xff : 0;
        }

        @Override
        public void delete(StateKey key) throws HalException {
            store.delete(key);
        }

        @Override
        public int maxRecordBytes() {
            return store.maxRecordBytes() - LONGER_BYTES;
        }
    }
}
