// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.store;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * One copy of a record: a header of {@value #HEADER_BYTES} bytes and the payload; what follows is left over from a longer
 * record, or padding.
 *
 * <pre>
 *  0  magic "TBFLASH1"
 *  8  key, copy, 1 = record or 2 = deleted, 0
 * 12  payload length
 * 16  its own address
 * 24  sequence, 64 bits, wraps
 * 32  0
 * 36  CRC-32C of the 36 bytes before and the payload
 * </pre>
 *
 * @param key the number of its key, from 0
 * @param copy 0 or 1
 * @param address where it was written, in bytes from the region's start
 * @param sequence the higher one counts
 * @param payload empty if the record was deleted; copied in and out
 */
public record RecordCopy(int key, int copy, long address, long sequence, Optional<byte[]> payload) {
    /** The size of a header. */
    public static final int HEADER_BYTES = 40;

    /** Where the CRC is. */
    static final int CRC_AT = 36;

    private static final int KEY_AT = 8;
    private static final int LENGTH_AT = 12;
    private static final byte RECORD = 1;
    private static final byte DELETED = 2;
    private static final byte[] MAGIC = "TBFLASH1".getBytes(StandardCharsets.US_ASCII);

    public RecordCopy {
        payload = payload.map(byte[]::clone);
    }

    @Override
    public Optional<byte[]> payload() {
        return payload.map(byte[]::clone);
    }

    /** Returns the bytes, with a CRC of 0. */
    byte[] encode() {
        byte[] body = payload.orElseGet(() -> new byte[0]);
        return ByteBuffer.allocate(HEADER_BYTES + body.length)
                .put(MAGIC)
                .put((byte) key)
                .put((byte) copy)
                .put(payload.isPresent() ? RECORD : DELETED)
                .put((byte) 0)
                .putInt(body.length)
                .putLong(address)
                .putLong(sequence)
                .position(HEADER_BYTES)
                .put(body)
                .array();
    }

    /** Returns the payload length that a header tells, or -1 if it isn't a header. */
    static int lengthOf(byte[] header, int most) {
        int length = ByteBuffer.wrap(header).getInt(LENGTH_AT);
        byte type = header[KEY_AT + 2];
        boolean good = Arrays.equals(header, 0, MAGIC.length, MAGIC, 0, MAGIC.length)
                && (type == RECORD || type == DELETED)
                && length >= 0
                && length <= most;
        return good ? length : -1;
    }

    /** Returns the sequence that a header tells. */
    static long sequenceOf(byte[] header) {
        return ByteBuffer.wrap(header).getLong(24);
    }

    /** Reads the bytes of a copy whose header is one. */
    static RecordCopy decode(byte[] bytes) {
        ByteBuffer fields = ByteBuffer.wrap(bytes);
        Optional<byte[]> payload = bytes[KEY_AT + 2] == RECORD
                ? Optional.of(Arrays.copyOfRange(bytes, HEADER_BYTES, bytes.length))
                : Optional.empty();
        return new RecordCopy(bytes[KEY_AT], bytes[KEY_AT + 1], fields.getLong(16), sequenceOf(bytes), payload);
    }
}
