// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.pipeline;

import io.twinbank.core.suit.Digest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Optional;

/**
 * A position from which a download can go on after a reset. A hint, never believed: the prefix is hashed again from the
 * medium. The record is {@code 'C' schema:u8 headerLength:u16 header body}; the header is frozen for ever.
 *
 * @param manifestDigest which update it belongs to
 * @param offset how many bytes of the image are written and synced; a multiple of the bank's erase size
 * @param prefixDigest the digest of these bytes, by the image digest's algorithm
 * @param erasedTo no erase unit from here on was erased before the next checkpoint was stored
 * @param validator what the source said of the payload's version
 */
public record Checkpoint(
        Digest manifestDigest, long offset, Digest prefixDigest, long erasedTo, Optional<String> validator) {
    /** How large an encoded checkpoint may be, in bytes. */
    public static final int MAX_BYTES = 1024;
    /** How long a validator may be, in characters. */
    static final int MAX_VALIDATOR = 256;

    private static final int KIND = 'C';
    private static final int SCHEMA = 1;

    public Checkpoint {
        if (offset < 0 || erasedTo < offset) {
            throw new IllegalArgumentException("offset " + offset + ", erasedTo " + erasedTo);
        }
        if (validator.isPresent() && validator.get().length() > MAX_VALIDATOR) {
            throw new IllegalArgumentException("validator has "
                    + validator.get().length() + " characters, at most " + MAX_VALIDATOR + " are allowed");
        }
    }

    /**
     * Encodes the checkpoint.
     *
     * @return a record of at most {@link #MAX_BYTES}
     */
    public byte[] encode() {
        ByteArrayOutputStream header = new ByteArrayOutputStream();
        ByteArrayOutputStream record = new ByteArrayOutputStream();
        try {
            DataOutputStream out = new DataOutputStream(header);
            write(out, manifestDigest);
            out.writeLong(offset);
            write(out, prefixDigest);
            out = new DataOutputStream(record);
            out.writeByte(KIND);
            out.writeByte(SCHEMA);
            out.writeShort(header.size());
            header.writeTo(out);
            out.writeLong(erasedTo);
            out.writeUTF(validator.orElse(""));
        } catch (IOException e) {
            throw new IllegalStateException("writing to memory can't fail", e);
        }
        return record.toByteArray();
    }

    /**
     * Decodes a checkpoint. One with an unknown body is good as well: then nothing is known of what was erased, and the
     * source isn't asked for the same version (the image's digest tells in the end).
     *
     * @param record the record
     * @return empty if it doesn't make sense: the download begins anew
     */
    public static Optional<Checkpoint> decode(byte[] record) {
        if (record.length > MAX_BYTES) {
            return Optional.empty();
        }
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(record));
        try {
            if (in.readUnsignedByte() != KIND) {
                return Optional.empty();
            }
            int schema = in.readUnsignedByte();
            int bodyBytes = in.readUnsignedShort();
            bodyBytes = record.length - 4 - bodyBytes;
            Digest manifest = read(in);
            long offset = in.readLong();
            Digest prefix = read(in);
            if (in.available() != bodyBytes) {
                return Optional.empty();
            }
            if (schema != SCHEMA) {
                return Optional.of(new Checkpoint(manifest, offset, prefix, Long.MAX_VALUE, Optional.empty()));
            }
            long erasedTo = in.readLong();
            String validator = in.readUTF();
            if (in.available() != 0) {
                return Optional.empty();
            }
            return Optional.of(new Checkpoint(
                    manifest, offset, prefix, erasedTo, Optional.of(validator).filter(text -> !text.isEmpty())));
        } catch (IOException | IllegalArgumentException e) {
            // Cut short, or not a digest: it doesn't make sense.
            return Optional.empty();
        }
    }

    private static void write(DataOutputStream out, Digest digest) throws IOException {
        byte[] hash = digest.bytes();
        out.writeShort(digest.algorithm());
        out.writeByte(hash.length);
        out.write(hash);
    }

    private static Digest read(DataInputStream in) throws IOException {
        int algorithm = in.readShort();
        byte[] hash = new byte[in.readUnsignedByte()];
        in.readFully(hash);
        return new Digest(algorithm, hash);
    }
}
