// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal;

import io.twinbank.core.internal.record.Checkpoint;
import io.twinbank.core.internal.record.HealthRecord;
import io.twinbank.core.internal.record.Journal;
import io.twinbank.core.internal.record.OutcomeRing;
import io.twinbank.core.internal.record.PolicyRecord;
import io.twinbank.core.internal.record.Security;
import io.twinbank.core.internal.record.StandingOrders;
import io.twinbank.core.internal.record.TrustRecord;
import io.twinbank.core.internal.record.UnreadableRecordException;
import io.twinbank.core.policy.Standing;
import io.twinbank.hal.BankId;
import io.twinbank.hal.HalException;
import io.twinbank.hal.StateKey;
import io.twinbank.hal.StateStore;
import java.util.Optional;

/** The agent's records in the board's state store, by their types. */
final class Records {
    /** How large the ring of outcomes may grow, in bytes: fits the smallest store. */
    private static final int MAX_RING_BYTES = 4096;

    /**
     * What a key holds.
     *
     * @param value the record, if it is there and makes sense
     * @param unreadable whether something is there that doesn't make sense; empty if not, else why
     */
    record Slot<T>(Optional<T> value, Optional<String> unreadable) {
        boolean isAbsent() {
            return value.isEmpty() && unreadable.isEmpty();
        }
    }

    /** Makes sense of a record's bytes. */
    private interface Decoder<T> {
        T decode(byte[] record) throws UnreadableRecordException;
    }

    private final StateStore store;

    Records(StateStore store) {
        this.store = store;
    }

    Slot<Journal> journal() throws HalException {
        return load(StateKey.JOURNAL, Journal::decode);
    }

    void store(Journal journal) throws HalException {
        store.store(StateKey.JOURNAL, journal.encode());
    }

    Slot<Security.Stored> security() throws HalException {
        return load(StateKey.SECURITY, Security::decode);
    }

    void store(Security.Stored security) throws HalException {
        store.store(StateKey.SECURITY, security.record());
    }

    /** An unreadable ring is an empty one: what it held may be reported no more, and nothing else depends on it. */
    OutcomeRing outcomes() throws HalException {
        return load(StateKey.OUTCOMES, OutcomeRing::decode).value().orElse(OutcomeRing.empty());
    }

    void store(OutcomeRing ring) throws HalException {
        store.store(StateKey.OUTCOMES, ring.encode());
    }

    /** Unreadable orders are none: the device isn't paused, and old commands count again until they expire. */
    StandingOrders orders() throws HalException {
        return load(StateKey.ORDERS, StandingOrders::decode).value().orElse(StandingOrders.none());
    }

    void store(StandingOrders orders) throws HalException {
        store.store(StateKey.ORDERS, orders.encode());
    }

    /** An unreadable record is none: what waits waits anew. */
    Standing standing() throws HalException {
        return load(StateKey.POLICY, PolicyRecord::decode).value().orElse(Standing.none());
    }

    void store(Standing standing) throws HalException {
        store.store(StateKey.POLICY, PolicyRecord.encode(standing));
    }

    int maxRingBytes() {
        return Math.min(MAX_RING_BYTES, store.maxRecordBytes());
    }

    Optional<byte[]> manifest(BankId bank) throws HalException {
        return load(StateKey.manifest(bank), record -> record).value();
    }

    void storeManifest(BankId bank, byte[] envelope) throws HalException {
        store.store(StateKey.manifest(bank), envelope);
    }

    /** Returns the envelope of the last update of components alone. */
    Optional<byte[]> componentsManifest() throws HalException {
        return load(StateKey.MANIFEST_COMPONENTS, record -> record).value();
    }

    void storeComponentsManifest(byte[] envelope) throws HalException {
        store.store(StateKey.MANIFEST_COMPONENTS, envelope);
    }

    /** Returns what should be the envelope of the update under way. */
    Optional<byte[]> manifest(Journal journal) throws HalException {
        return journal.componentsAlone() ? componentsManifest() : manifest(journal.target());
    }

    /** What the device's gauges said; an unreadable one is no baseline. */
    Slot<HealthRecord> health() throws HalException {
        return load(StateKey.HEALTH, HealthRecord::decode);
    }

    void store(HealthRecord health) throws HalException {
        store.store(StateKey.HEALTH, health.encode());
    }

    int maxManifestBytes() {
        return store.maxRecordBytes();
    }

    Slot<TrustRecord> trust() throws HalException {
        return load(StateKey.TRUST, TrustRecord::decode);
    }

    void store(TrustRecord trust) throws HalException {
        store.store(StateKey.TRUST, trust.encode());
    }

    int maxTrustBytes() {
        return store.maxRecordBytes();
    }

    /** An unreadable checkpoint is none: the download begins anew. */
    Optional<Checkpoint> checkpoint() throws HalException {
        return load(StateKey.CHECKPOINT, Checkpoint::decode).value();
    }

    void store(Checkpoint checkpoint) throws HalException {
        store.store(StateKey.CHECKPOINT, checkpoint.encode());
    }

    void deleteCheckpoint() throws HalException {
        store.delete(StateKey.CHECKPOINT);
    }

    private <T> Slot<T> load(StateKey key, Decoder<T> decoder) throws HalException {
        StateStore.Loaded loaded = store.load(key);
        if (loaded instanceof StateStore.Found found) {
            try {
                return new Slot<>(Optional.of(decoder.decode(found.record())), Optional.empty());
            } catch (UnreadableRecordException e) {
                return new Slot<>(Optional.empty(), Optional.of(e.toString()));
            }
        }
        if (loaded instanceof StateStore.Corrupt corrupt) {
            return new Slot<>(Optional.empty(), Optional.of(corrupt.detail()));
        }
        return new Slot<>(Optional.empty(), Optional.empty());
    }
}
