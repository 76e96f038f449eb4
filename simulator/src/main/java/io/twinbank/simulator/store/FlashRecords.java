// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.store;

import io.twinbank.hal.HalException;
import io.twinbank.hal.StateKey;
import io.twinbank.simulator.BoardRecords;
import io.twinbank.simulator.medium.OperationLog;
import io.twinbank.simulator.medium.Region;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * A state store on raw storage, on any medium: two {@linkplain RecordCopy copies} of each record in erase blocks of their
 * own, of which the newer good one counts. A store erases the copy that doesn't count, programs it, flushes, and reads it
 * back; so a power cut can tear only the copy that doesn't count, and its CRC gives it away. A record never stored has two
 * blank copies; one whose first store was cut has a torn first and a blank second one, and is absent, too.
 *
 * <p>Damage to the newer copy brings the older record back, and so does a page that reads well after a cut and not any more
 * later: no store of two copies that believes the newer is safe from that.
 *
 * <p>It keeps nothing in RAM. A load reads two headers and at most two payloads, each at most {@value #READS} times.
 *
 * <p>What a seeded bug would change is protected.
 */
public class FlashRecords implements BoardRecords {
    private static final int LEAST_MAX_RECORD_BYTES = 4096;
    private static final int READS = 3;
    private static final int WRITES = 2;
    private static final byte PADDING = (byte) 0xff;

    private static final List<StateKey> KEYS = List.of(StateKey.values());

    private final Region region;
    private final OperationLog log;
    private final int slotBytes;

    /** What reads: the board, or an observer. */
    @FunctionalInterface
    private interface Reader {
        void read(long at, ByteBuffer dst) throws HalException;
    }

    /**
     * What is found of a record.
     *
     * @param good the good copies, the one that counts first
     * @param isUnborn whether there is none and never was: the second copy is blank
     */
    protected record Pair(List<RecordCopy> good, boolean isUnborn) {}

    /**
     * Makes a store.
     *
     * @param region {@link #units} erase units
     * @param log told of each call
     */
    public FlashRecords(Region region, OperationLog log) {
        this.region = region;
        this.log = log;
        this.slotBytes = slotUnits(region.units().eraseBytes()) * region.units().eraseBytes();
    }

    /**
     * Returns how many erase units a store needs.
     *
     * @param eraseBytes the size of one
     * @return for two copies of each record
     */
    public static int units(int eraseBytes) {
        return 2 * KEYS.size() * slotUnits(eraseBytes);
    }

    private static int slotUnits(int eraseBytes) {
        return (RecordCopy.HEADER_BYTES + LEAST_MAX_RECORD_BYTES + eraseBytes - 1) / eraseBytes;
    }

    @Override
    public Loaded load(StateKey key) throws HalException {
        log.checkAlive();
        return loaded(key, find(key, region::read));
    }

    @Override
    public Loaded peek(StateKey key) throws HalException {
        return loaded(key, find(key, region::peek));
    }

    private static Loaded loaded(StateKey key, Pair pair) {
        if (pair.good().isEmpty()) {
            return pair.isUnborn() ? new Absent() : new Corrupt("no good copy of " + key);
        }
        Optional<byte[]> payload = pair.good().get(0).payload();
        return payload.isPresent() ? new Found(payload.get()) : new Absent();
    }

    @Override
    public void store(StateKey key, byte[] record) throws HalException {
        if (record.length > maxRecordBytes()) {
            throw new IllegalArgumentException(
                    "record " + key + " has " + record.length + " bytes, at most " + maxRecordBytes() + " fit");
        }
        log.call("store " + key);
        log.checkAliveToWrite(region.part(), "store");
        replace(key, find(key, region::read), Optional.of(record.clone()));
    }

    @Override
    public void delete(StateKey key) throws HalException {
        log.call("delete " + key);
        log.checkAliveToWrite(region.part(), "delete");
        Pair pair = find(key, region::read);
        if (!(loaded(key, pair) instanceof Absent)) {
            replace(key, pair, Optional.empty());
        }
    }

    @Override
    public int maxRecordBytes() {
        return slotBytes - RecordCopy.HEADER_BYTES;
    }

    /**
     * Replaces a record.
     *
     * @param key which record
     * @param pair what is there
     * @param payload the new one; empty to delete it
     * @throws HalException if neither could be written and read back; the old one still counts
     */
    protected void replace(StateKey key, Pair pair, Optional<byte[]> payload) throws HalException {
        int copy = copyToWrite(pair);
        long sequence = pair.good().isEmpty() ? 1 : pair.good().get(0).sequence() + 1;
        write(key, new RecordCopy(number(key), copy, address(key, copy), sequence, payload));
        if (pair.good().isEmpty() && !pair.isUnborn()) {
            // both were bad, perhaps only at that moment: neither may come back
            int other = 1 - copy;
            write(key, new RecordCopy(number(key), other, address(key, other), sequence + 1, payload));
        }
    }

    /**
     * Chooses the copy that the next record is written to.
     *
     * @param pair what is there
     * @return the one that doesn't count
     */
    protected int copyToWrite(Pair pair) {
        return pair.good().isEmpty() ? 0 : 1 - pair.good().get(0).copy();
    }

    /**
     * Writes one copy so that it is durable on return.
     *
     * @param key which record
     * @param copy what is written, to its address
     * @throws HalException if it couldn't be written and read back; then it isn't there
     */
    protected void write(StateKey key, RecordCopy copy) throws HalException {
        byte[] bytes = encode(copy);
        for (int tries = 1; ; tries++) {
            try {
                prepare(copy.address(), bytes.length);
                region.program(copy.address(), ByteBuffer.wrap(padded(bytes)));
                region.flush();
            } catch (HalException e) {
                throw takenBack(copy.address(), e);
            }
            if (isWritten(copy.address(), bytes)) {
                return;
            }
            if (tries == WRITES) {
                throw takenBack(
                        copy.address(),
                        new HalException(
                                HalException.Kind.IO, "copy " + copy.copy() + " of " + key + " reads back wrong"));
            }
        }
    }

    /**
     * Makes room for a copy, where the medium needs that.
     *
     * @param address where it begins
     * @param length in bytes
     * @throws HalException {@code IO}
     */
    protected void prepare(long address, int length) throws HalException {
        if (region.units().erasesFirst()) {
            region.erase(address, roundedUp(length, region.units().eraseBytes()));
        }
    }

    /**
     * Tells whether a copy is on the medium, by reading it.
     *
     * @param address where it begins
     * @param bytes the whole copy
     * @return whether it is
     * @throws HalException {@code IO}
     */
    protected boolean isWritten(long address, byte[] bytes) throws HalException {
        Optional<byte[]> found = read(region::read, address, bytes.length);
        return found.isPresent() && Arrays.equals(found.get(), bytes);
    }

    /** A copy that failed may look whole now and be gone after the next power cut: it mustn't count now either. */
    private HalException takenBack(long address, HalException cause) {
        try {
            region.erase(address, region.units().eraseBytes());
        } catch (HalException e) {
            cause.addSuppressed(e);
        }
        return cause;
    }

    /**
     * Returns where a copy is.
     *
     * @param key of which record
     * @param copy 0 or 1
     * @return in bytes from the region's start; the copies of a record lie far apart
     */
    protected long address(StateKey key, int copy) {
        return (long) (copy * KEYS.size() + number(key)) * slotBytes;
    }

    /**
     * Tells which of two copies counts.
     *
     * @param sequence of the one
     * @param other of the other
     * @return whether the one is newer, also when the sequence has wrapped
     */
    protected boolean isNewer(long sequence, long other) {
        return sequence - other > 0;
    }

    /**
     * Returns the bytes of a copy.
     *
     * @param copy the copy
     * @return header and payload
     */
    protected byte[] encode(RecordCopy copy) {
        byte[] bytes = copy.encode();
        ByteBuffer.wrap(bytes).putInt(RecordCopy.CRC_AT, crcOf(bytes));
        return bytes;
    }

    /**
     * Returns the CRC of a copy.
     *
     * @param copy header and payload
     * @return of all but the CRC itself
     */
    protected int crcOf(byte[] copy) {
        CRC32C crc = new CRC32C();
        crc.update(copy, 0, RecordCopy.CRC_AT);
        crc.update(copy, RecordCopy.HEADER_BYTES, copy.length - RecordCopy.HEADER_BYTES);
        return (int) crc.getValue();
    }

    /**
     * Tells whether the bytes of a copy are good.
     *
     * @param copy header and payload
     * @return whether its CRC is right
     */
    protected boolean isWhole(byte[] copy) {
        return ByteBuffer.wrap(copy).getInt(RecordCopy.CRC_AT) == crcOf(copy);
    }

    /**
     * Tells whether a copy is in its place: one that was misdirected isn't.
     *
     * @param found the copy
     * @param key of which record it should be
     * @param copy which copy it should be
     * @return whether it is
     */
    protected boolean isInPlace(RecordCopy found, StateKey key, int copy) {
        return found.key() == number(key) && found.copy() == copy && found.address() == address(key, copy);
    }

    /** Reads both headers, then the payload of the newer; of the older only if the newer is bad. */
    private Pair find(StateKey key, Reader reader) throws HalException {
        boolean isBlank = false;
        byte[][] headers = new byte[2][];
        for (int copy = 0; copy < 2; copy++) {
            Optional<byte[]> header = read(reader, address(key, copy), RecordCopy.HEADER_BYTES);
            isBlank = header.isPresent() && isBlank(header.get());
            headers[copy] = header.filter(bytes -> RecordCopy.lengthOf(bytes, maxRecordBytes()) >= 0)
                    .orElse(new byte[0]);
        }
        List<RecordCopy> good = new ArrayList<>();
        for (int copy : order(headers)) {
            if (good.isEmpty() && headers[copy].length > 0) {
                copyAt(key, copy, headers[copy], reader).ifPresent(good::add);
            }
        }
        return new Pair(good, good.isEmpty() && isBlank);
    }

    private int[] order(byte[][] headers) {
        boolean secondFirst = headers[1].length > 0
                && (headers[0].length == 0
                        || isNewer(RecordCopy.sequenceOf(headers[1]), RecordCopy.sequenceOf(headers[0])));
        return secondFirst ? new int[] {1, 0} : new int[] {0, 1};
    }

    private Optional<RecordCopy> copyAt(StateKey key, int copy, byte[] header, Reader reader) throws HalException {
        int length = RecordCopy.HEADER_BYTES + RecordCopy.lengthOf(header, maxRecordBytes());
        return read(reader, address(key, copy), length)
                .filter(bytes -> RecordCopy.lengthOf(bytes, maxRecordBytes()) == length - RecordCopy.HEADER_BYTES)
                .filter(this::isWhole)
                .map(RecordCopy::decode)
                .filter(found -> isInPlace(found, key, copy));
    }

    /** Reads, more than once if need be; empty if error correction gives up for good. */
    private static Optional<byte[]> read(Reader reader, long at, int length) throws HalException {
        for (int reads = 1; ; reads++) {
            byte[] bytes = new byte[length];
            try {
                reader.read(at, ByteBuffer.wrap(bytes));
                return Optional.of(bytes);
            } catch (HalException e) {
                if (reads == READS && e.kind() == HalException.Kind.ECC) {
                    return Optional.empty();
                }
                if (reads == READS) {
                    throw e;
                }
            }
        }
    }

    /** Erased, discarded, or fresh from the factory: one value throughout. */
    private static boolean isBlank(byte[] header) {
        for (byte value : header) {
            if (value != header[0]) {
                return false;
            }
        }
        return true;
    }

    /** As for a seeded bug, who knows. */
    @Override
    public final boolean keepsNothing() {
        return getClass() == FlashRecords.class;
    }

    @Override
    public void put(StateKey key, Loaded loaded) throws HalException {
        for (int copy = 0; copy < 2; copy++) {
            byte[] bytes = new byte[RecordCopy.HEADER_BYTES];
            if (loaded instanceof Found found) {
                bytes = encode(
                        new RecordCopy(number(key), copy, address(key, copy), 2L - copy, Optional.of(found.record())));
            } else if (loaded instanceof Absent) {
                Arrays.fill(bytes, PADDING);
            } else {
                Arrays.fill(bytes, 1, bytes.length, (byte) 0x5a);
            }
            region.poke(address(key, copy), ByteBuffer.wrap(padded(bytes)));
        }
    }

    private static int number(StateKey key) {
        return KEYS.indexOf(key);
    }

    private byte[] padded(byte[] bytes) {
        byte[] padded =
                Arrays.copyOf(bytes, roundedUp(bytes.length, region.units().programBytes()));
        Arrays.fill(padded, bytes.length, padded.length, PADDING);
        return padded;
    }

    private static int roundedUp(int length, int unit) {
        return (length + unit - 1) / unit * unit;
    }
}
