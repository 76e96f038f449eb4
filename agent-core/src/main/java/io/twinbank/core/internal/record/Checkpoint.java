// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.record;

import io.twinbank.core.suit.Digest;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.Optional;

/**
 * A position from which a download can go on after a reset. A hint, never believed: the prefix is hashed again from the
 * medium.
 *
 * @param manifestDigest which update it belongs to
 * @param offset how many bytes of the image are written and synced; a multiple of the bank's erase size
 * @param prefixDigest the digest of these bytes, by the image digest's algorithm
 * @param erasedTo no erase unit from here on was erased before the next checkpoint was stored
 * @param validator what the source said of the payload's version
 * @param part which of the bank's images it is in, counted from 0 in the order in which they are fetched
 */
public record Checkpoint(
        Digest manifestDigest, long offset, Digest prefixDigest, long erasedTo, Optional<String> validator, int part) {
    /** How large an encoded checkpoint may be, in bytes. */
    public static final int MAX_BYTES = 1024;
    /** How long a validator may be, in characters. */
    public static final int MAX_VALIDATOR = 256;

    private static final int KIND = 'C';
    private static final int SCHEMA = 1;
    private static final int MAX_PART = 255;

    public Checkpoint {
        if (part < 0 || part > MAX_PART) {
            throw new IllegalArgumentException("part must be 0 to " + MAX_PART + ", not " + part);
        }
        if (offset < 0 || erasedTo < offset) {
            throw new IllegalArgumentException("offset " + offset + ", erasedTo " + erasedTo);
        }
        if (validator.isPresent() && validator.get().length() > MAX_VALIDATOR) {
            throw new IllegalArgumentException("validator has "
                    + validator.get().length() + " characters, at most " + MAX_VALIDATOR + " are allowed");
        }
    }

    /** Makes a checkpoint in the bank's only image, or its first. */
    public Checkpoint(
            Digest manifestDigest, long offset, Digest prefixDigest, long erasedTo, Optional<String> validator) {
        this(manifestDigest, offset, prefixDigest, erasedTo, validator, 0);
    }

    /** Returns the same position in another of the bank's images. */
    public Checkpoint in(int other) {
        return new Checkpoint(manifestDigest, offset, prefixDigest, erasedTo, validator, other);
    }

    /** Returns the same position, of whose bytes it isn't known which version of a payload they are from. */
    public Checkpoint ofAnyVersion() {
        return new Checkpoint(manifestDigest, offset, prefixDigest, erasedTo, Optional.empty(), part);
    }

    /**
     * Encodes the checkpoint. Agents that know of one image in a bank read those of the first; others they can't read, and
     * begin anew.
     *
     * @return a record of at most {@link #MAX_BYTES}
     */
    public byte[] encode() {
        byte[] header = RecordFormat.bytes(out -> {
            RecordFormat.writeDigest(out, manifestDigest);
            out.writeLong(offset);
            RecordFormat.writeDigest(out, prefixDigest);
        });
        byte[] body = RecordFormat.bytes(out -> {
            out.writeLong(erasedTo);
            out.writeUTF(validator.orElse(""));
            if (part > 0) {
                out.writeByte(part);
            }
        });
        return RecordFormat.join(KIND, SCHEMA, header, body);
    }

    /**
     * Decodes a checkpoint. One with an unknown body is good as well: then nothing is known of what was erased, and the
     * source isn't asked for the same version (the image's digest tells in the end).
     *
     * @param record the record
     * @return the checkpoint
     * @throws UnreadableRecordException if it doesn't make sense: the download begins anew
     */
    public static Checkpoint decode(byte[] record) throws UnreadableRecordException {
        if (record.length > MAX_BYTES) {
            throw new UnreadableRecordException(record.length + " bytes, at most " + MAX_BYTES + " are allowed");
        }
        RecordFormat.Parts parts = RecordFormat.split(KIND, record);
        Checkpoint bare = RecordFormat.read(
                parts.header(),
                in -> new Checkpoint(
                        RecordFormat.readDigest(in),
                        in.readLong(),
                        RecordFormat.readDigest(in),
                        Long.MAX_VALUE,
                        Optional.empty()));
        if (parts.schema() != SCHEMA) {
            return bare;
        }
        return RecordFormat.read(
                parts.body(),
                in -> new Checkpoint(
                        bare.manifestDigest,
                        bare.offset,
                        bare.prefixDigest,
                        in.readLong(),
                        Optional.of(in.readUTF()).filter(text -> !text.isEmpty()),
                        readPart(in)));
    }

    /** The first one's isn't written. */
    private static int readPart(DataInputStream in) throws IOException {
        int part = in.read();
        if (part == 0) {
            throw new UnreadableRecordException("part 0, which isn't written");
        }
        return Math.max(0, part);
    }
}
