// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.record;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The last outcomes, oldest first. An id has one outcome: a second one is a no-op.
 *
 * @param entries at most {@link #MAX_ENTRIES}
 * @param serial how many outcomes there have been: makes ids that are used once
 */
public record OutcomeRing(List<OutcomeRecord> entries, long serial) {
    /** How many outcomes are kept. A delivered one makes room first. */
    static final int MAX_ENTRIES = 16;

    private static final int KIND = 'O';

    public OutcomeRing {
        entries = List.copyOf(entries);
    }

    public static OutcomeRing empty() {
        return new OutcomeRing(List.of(), 0);
    }

    public Optional<OutcomeRecord> find(String id) {
        return entries.stream().filter(entry -> entry.id().equals(id)).findFirst();
    }

    /** Returns the latest outcome of a manifest. */
    public Optional<OutcomeRecord> latestOf(String manifestDigest) {
        return entries.stream()
                .filter(entry -> entry.manifestDigest().equals(manifestDigest))
                .reduce((first, second) -> second);
    }

    public Optional<OutcomeRecord> latest() {
        return entries.isEmpty() ? Optional.empty() : Optional.of(entries.get(entries.size() - 1));
    }

    /** Returns the oldest outcome that the other side doesn't have yet. */
    public Optional<OutcomeRecord> nextToDeliver() {
        return entries.stream().filter(entry -> !entry.delivered()).findFirst();
    }

    public int pending() {
        return (int) entries.stream().filter(entry -> !entry.delivered()).count();
    }

    /** Adds an outcome and keeps the record within a size. */
    public OutcomeRing with(OutcomeRecord added, int maxBytes) {
        if (find(added.id()).isPresent()) {
            return this;
        }
        List<OutcomeRecord> longer = new ArrayList<>(entries);
        longer.add(added);
        while (longer.size() > MAX_ENTRIES
                || (longer.size() > 1 && new OutcomeRing(longer, serial).encode().length > maxBytes)) {
            int oldestDelivered = 0;
            for (int i = longer.size() - 2; i >= 0; i--) {
                oldestDelivered = longer.get(i).delivered() ? i : oldestDelivered;
            }
            longer.remove(oldestDelivered);
        }
        return new OutcomeRing(longer, serial + 1);
    }

    public OutcomeRing delivered(String id) {
        return new OutcomeRing(
                entries.stream()
                        .map(entry -> entry.id().equals(id) ? entry.asDelivered() : entry)
                        .toList(),
                serial);
    }

    public byte[] encode() {
        byte[] header = RecordFormat.bytes(out -> {
            RecordFormat.writeList(out, entries, (o, entry) -> entry.write(o));
            out.writeLong(serial);
        });
        return RecordFormat.join(KIND, 1, header, new byte[0]);
    }

    public static OutcomeRing decode(byte[] record) throws UnreadableRecordException {
        return RecordFormat.read(
                RecordFormat.split(KIND, record).header(),
                in -> new OutcomeRing(RecordFormat.readList(in, OutcomeRecord::read), in.readLong()));
    }
}
