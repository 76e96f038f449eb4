// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.record;

import io.twinbank.core.suit.Digest;
import io.twinbank.hal.BankId;
import io.twinbank.hal.ComponentId;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * What must never be forgotten; all of it is the frozen header.
 *
 * @param confirmed the image that is permanent; empty if it isn't known
 * @param floor the sequence number of what is in the banks: a manifest for them must be above it, whoever signed it
 * @param floors the same of each component beside the banks; the one that was raised last comes last
 * @param trustVersion the version of the trust set that was reported: no older one is believed
 * @param timeFloor no time before this is believed, in seconds since 1970
 * @param quarantine the manifests that failed on this device, oldest first
 * @param retries the manifests whose trial ended without an answer, and how often
 * @param lastCountedTrial the id of the trial that was counted last, so that none is counted twice
 */
public record Security(
        Optional<Confirmed> confirmed,
        long floor,
        List<Floor> floors,
        long trustVersion,
        long timeFloor,
        List<Digest> quarantine,
        List<Retry> retries,
        long lastCountedTrial) {
    /** How many manifests the lists hold; the oldest make room, and the sequence floor keeps them out. */
    static final int MAX_ENTRIES = 16;

    /** For how many components beside the banks there is a floor: as many as may have handlers. */
    public static final int MAX_FLOORS = 32;

    /** How often a trial that ended without an answer is tried again before the manifest is quarantined. */
    public static final int MAX_RETRIES = 3;

    private static final int KIND = 'S';

    /**
     * The image that is permanent.
     *
     * @param bank its bank
     * @param image its digest; empty if the bank has no envelope that tells it
     */
    public record Confirmed(BankId bank, Optional<Digest> image) {}

    /**
     * A manifest whose trial ended without an answer.
     *
     * @param manifest its digest
     * @param count how often
     */
    public record Retry(Digest manifest, int count) {}

    /**
     * The floor of a component beside the banks.
     *
     * @param component the digest of its id, which itself may be too long for a record
     * @param sequence the number of the last manifest that was installed there
     */
    public record Floor(Digest component, long sequence) {}

    public Security {
        floors = List.copyOf(floors);
        quarantine = List.copyOf(quarantine);
        retries = List.copyOf(retries);
    }

    /** Returns what is known after the record was lost, or on a new device. */
    public static Security rebuilt(Optional<Confirmed> confirmed, long floor) {
        return new Security(confirmed, floor, List.of(), 0, 0, List.of(), List.of(), 0);
    }

    /** Returns what is known where this is an older record: what it says was true once, so that the floors hold. */
    public Security rebuiltOn(Optional<Confirmed> found, long sequence) {
        return new Security(
                found,
                Math.max(floor, sequence),
                floors,
                trustVersion,
                timeFloor,
                quarantine,
                retries,
                lastCountedTrial);
    }

    /** Returns the record after a confirm: the floor only rises. */
    public Security confirmed(BankId bank, Optional<Digest> image, long sequence) {
        return new Security(
                Optional.of(new Confirmed(bank, image)),
                Math.max(floor, sequence),
                floors,
                trustVersion,
                timeFloor,
                quarantine,
                retries,
                lastCountedTrial);
    }

    /** Returns the floor of a component beside the banks; 0 if nothing was installed there yet. */
    public long floorOf(ComponentId component) {
        return floors.stream()
                .filter(each -> each.component().equals(name(component)))
                .mapToLong(Floor::sequence)
                .findFirst()
                .orElse(0);
    }

    /** Returns the highest of all floors. */
    public long highestFloor() {
        return floors.stream().mapToLong(Floor::sequence).reduce(floor, Math::max);
    }

    /**
     * Returns the record after components beside the banks were installed: their floors only rise.
     *
     * @param components which
     * @param sequence of their manifest
     * @param kept components whose floors must be kept; those of others make room, the oldest first
     * @return the record
     */
    public Security raised(Collection<ComponentId> components, long sequence, Collection<ComponentId> kept) {
        List<Floor> next = new ArrayList<>(floors);
        for (ComponentId component : components) {
            long raised = Math.max(floorOf(component), sequence);
            next.removeIf(each -> each.component().equals(name(component)));
            next.add(new Floor(name(component), raised));
        }
        List<Digest> needed = kept.stream().map(Security::name).toList();
        for (Floor old : floors) {
            if (next.size() > MAX_FLOORS && !needed.contains(old.component())) {
                next.remove(old);
            }
        }
        return new Security(confirmed, floor, next, trustVersion, timeFloor, quarantine, retries, lastCountedTrial);
    }

    private static Digest name(ComponentId component) {
        return Digest.sha256Of(
                RecordFormat.bytes(out -> RecordFormat.writeList(out, component.segments(), (o, segment) -> {
                    o.writeShort(segment.length);
                    o.write(segment);
                })));
    }

    /** Returns the record after a trust set took effect: its version and the time floor only rise. */
    public Security trusting(long version, long issued) {
        return new Security(
                confirmed,
                floor,
                floors,
                Math.max(trustVersion, version),
                Math.max(timeFloor, issued),
                quarantine,
                retries,
                lastCountedTrial);
    }

    /** A failed self-test quarantines the manifest at once. */
    public Security quarantined(Digest manifest, long trialId) {
        return new Security(
                confirmed,
                floor,
                floors,
                trustVersion,
                timeFloor,
                bounded(quarantine, manifest),
                without(manifest),
                trialId);
    }

    /** A trial that ended without an answer is tried again a few times, and then quarantined. */
    public Security counted(Digest manifest, long trialId) {
        int count = retries(manifest) + 1;
        if (count > MAX_RETRIES) {
            return quarantined(manifest, trialId);
        }
        List<Retry> counted = bounded(without(manifest), new Retry(manifest, count));
        return new Security(confirmed, floor, floors, trustVersion, timeFloor, quarantine, counted, trialId);
    }

    public boolean isQuarantined(Digest manifest) {
        return quarantine.contains(manifest);
    }

    public int retries(Digest manifest) {
        return retries.stream()
                .filter(retry -> retry.manifest().equals(manifest))
                .mapToInt(Retry::count)
                .findFirst()
                .orElse(0);
    }

    private List<Retry> without(Digest manifest) {
        return retries.stream()
                .filter(retry -> !retry.manifest().equals(manifest))
                .toList();
    }

    private static <T> List<T> bounded(List<T> list, T added) {
        List<T> longer = new ArrayList<>(list);
        longer.remove(added);
        longer.add(added);
        return longer.size() > MAX_ENTRIES ? longer.subList(1, longer.size()) : longer;
    }

    /**
     * A record of it in the state store.
     *
     * @param security what it says
     * @param digest over its header, on which agents of every age agree
     * @param follows what was bound to the hardware when it was stored
     */
    public record Stored(Security security, Digest digest, Optional<Digest> follows) {
        /** Returns what the state store keeps. */
        public byte[] record() {
            return RecordFormat.join(KIND, 1, security.header(follows), new byte[0]);
        }
    }

    /** Returns the record that takes the place of another one. */
    public Stored following(Optional<Digest> bound) {
        return new Stored(this, Digest.sha256Of(header(bound)), bound);
    }

    private byte[] header(Optional<Digest> follows) {
        return RecordFormat.bytes(out -> {
            RecordFormat.writeList(out, confirmed.map(List::of).orElse(List.of()), (o, c) -> {
                o.writeUTF(c.bank().name());
                RecordFormat.writeList(o, c.image().map(List::of).orElse(List.of()), RecordFormat::writeDigest);
            });
            out.writeLong(floor);
            out.writeLong(trustVersion);
            out.writeLong(timeFloor);
            RecordFormat.writeList(out, quarantine, RecordFormat::writeDigest);
            RecordFormat.writeList(out, retries, (o, retry) -> {
                RecordFormat.writeDigest(o, retry.manifest());
                o.writeByte(retry.count());
            });
            out.writeLong(lastCountedTrial);
            RecordFormat.writeList(out, floors, (o, each) -> {
                RecordFormat.writeDigest(o, each.component());
                o.writeLong(each.sequence());
            });
            RecordFormat.writeList(out, follows.map(List::of).orElse(List.of()), RecordFormat::writeDigest);
        });
    }

    public static Stored decode(byte[] record) throws UnreadableRecordException {
        byte[] header = RecordFormat.split(KIND, record).header();
        return RecordFormat.read(header, in -> {
            Optional<Confirmed> confirmed = readOptional(in, Security::readConfirmed);
            long floor = in.readLong();
            long trustVersion = in.readLong();
            long timeFloor = in.readLong();
            List<Digest> quarantine = RecordFormat.readList(in, RecordFormat::readDigest);
            List<Retry> retries = RecordFormat.readList(
                    in, each -> new Retry(RecordFormat.readDigest(each), each.readUnsignedByte()));
            long lastCountedTrial = in.readLong();
            List<Floor> floors =
                    RecordFormat.readList(in, each -> new Floor(RecordFormat.readDigest(each), each.readLong()));
            Optional<Digest> follows = readOptional(in, RecordFormat::readDigest);
            return new Stored(
                    new Security(
                            confirmed, floor, floors, trustVersion, timeFloor, quarantine, retries, lastCountedTrial),
                    Digest.sha256Of(header),
                    follows);
        });
    }

    private static Confirmed readConfirmed(DataInputStream in) throws IOException {
        return new Confirmed(RecordFormat.readEnum(in, BankId.class), readOptional(in, RecordFormat::readDigest));
    }

    private static <T> Optional<T> readOptional(DataInputStream in, RecordFormat.Reading<T> each) throws IOException {
        return RecordFormat.readList(in, each).stream().findFirst();
    }
}
