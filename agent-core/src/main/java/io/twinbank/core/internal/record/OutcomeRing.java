// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.record;

import io.twinbank.core.cbor.Slice;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The last outcomes, oldest first. An id has one outcome: a second one is a no-op. What isn't delivered stays, if folded. Everything but the reports is the frozen
 * header: an agent that doesn't know of them delivers the outcomes.
 *
 * @param entries at most {@link #MAX_ENTRIES}
 * @param serial how many outcomes there have been: makes ids that are used once
 */
public record OutcomeRing(List<OutcomeRecord> entries, long serial) {
    /** How many outcomes are kept. */
    static final int MAX_ENTRIES = 16;

    private static final int KIND = 'O';
    private static final int SCHEMA = 1;

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

    /**
     * Adds an outcome and keeps the record within a size. Reports make room first, then outcomes that are delivered; what isn't
     * delivered is never dropped, but folded into one that tells how many there were of each kind.
     *
     * @param maxBytes at least 4096, which the largest outcome fits beside another and a fold
     */
    public OutcomeRing with(OutcomeRecord added, int maxBytes) {
        if (find(added.id()).isPresent()) {
            return this;
        }
        List<OutcomeRecord> longer = new ArrayList<>(entries);
        longer.add(added);
        while (longer.size() > 1
                && encodedBytes(longer) > maxBytes
                && longer.stream().anyMatch(entry -> entry.report().isPresent())) {
            dropOldestReport(longer);
        }
        while (longer.size() > MAX_ENTRIES || (longer.size() > 1 && encodedBytes(longer) > maxBytes)) {
            if (!dropOldestDelivered(longer) && !fold(longer)) {
                break;
            }
        }
        return new OutcomeRing(longer, serial + 1);
    }

    private int encodedBytes(List<OutcomeRecord> of) {
        return new OutcomeRing(of, serial).encode().length;
    }

    private static boolean dropOldestDelivered(List<OutcomeRecord> from) {
        for (int i = 0; i < from.size() - 1; i++) {
            if (from.get(i).delivered()) {
                from.remove(i);
                return true;
            }
        }
        return false;
    }

    /**
     * Makes one of two outcomes that aren't delivered: refusals first, for those of offers have no bound. The oldest may be under
     * way, and whoever has it must not have it counted again; the newest is what room is made for. So neither is folded, and no
     * fold whose id may be known grows.
     */
    private boolean fold(List<OutcomeRecord> longer) {
        List<OutcomeRecord> foldable = longer.subList(1, longer.size() - 1);
        Optional<OutcomeRecord> into =
                foldable.stream().filter(OutcomeRecord::isFolded).findFirst();
        List<OutcomeRecord> chosen = Stream.concat(
                        foldable.stream().filter(entry -> entry.name().equals("Rejected")),
                        foldable.stream().filter(entry -> !entry.name().equals("Rejected")))
                .filter(entry -> !entry.isFolded())
                .limit(into.isPresent() ? 1 : 2)
                .toList();
        if (chosen.isEmpty()) {
            return false;
        }
        OutcomeRecord fold = into.orElseGet(() -> OutcomeRecord.folded("folded-" + serial, chosen.get(0)));
        for (OutcomeRecord each : into.isPresent() ? chosen : chosen.subList(1, chosen.size())) {
            fold = fold.folding(each);
            longer.removeIf(entry -> entry.id().equals(each.id()));
        }
        String replaced = into.orElse(chosen.get(0)).id();
        OutcomeRecord folded = fold;
        longer.replaceAll(entry -> entry.id().equals(replaced) ? folded : entry);
        return true;
    }

    private static void dropOldestReport(List<OutcomeRecord> from) {
        for (int i = 0; i < from.size(); i++) {
            if (from.get(i).report().isPresent()) {
                from.set(i, from.get(i).with(Optional.empty()));
                return;
            }
        }
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
        List<OutcomeRecord> reporting =
                entries.stream().filter(entry -> entry.report().isPresent()).toList();
        byte[] body = reporting.isEmpty()
                ? new byte[0]
                : RecordFormat.bytes(out -> RecordFormat.writeList(out, reporting, OutcomeRing::writeReport));
        return RecordFormat.join(KIND, SCHEMA, header, body);
    }

    public static OutcomeRing decode(byte[] record) throws UnreadableRecordException {
        RecordFormat.Parts parts = RecordFormat.split(KIND, record);
        OutcomeRing ring = RecordFormat.read(
                parts.header(), in -> new OutcomeRing(RecordFormat.readList(in, OutcomeRecord::read), in.readLong()));
        return parts.schema() == SCHEMA && parts.body().length > 0 ? ring.reporting(parts.body()) : ring;
    }

    /** Reports that can't be read are none: the outcomes go without. */
    private OutcomeRing reporting(byte[] body) {
        try {
            Map<String, Slice> reports = new HashMap<>();
            RecordFormat.read(
                    body,
                    in -> RecordFormat.readList(in, each -> {
                        String id = each.readUTF();
                        byte[] report = new byte[each.readUnsignedShort()];
                        each.readFully(report);
                        return reports.put(id, Slice.of(report));
                    }));
            return new OutcomeRing(
                    entries.stream()
                            .map(entry -> entry.with(Optional.ofNullable(reports.get(entry.id()))))
                            .toList(),
                    serial);
        } catch (UnreadableRecordException e) {
            return this;
        }
    }

    private static void writeReport(DataOutputStream out, OutcomeRecord entry) throws IOException {
        byte[] report = entry.report().orElseThrow().toByteArray();
        out.writeUTF(entry.id());
        out.writeShort(report.length);
        out.write(report);
    }
}
