// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.suit;

import io.twinbank.core.RejectReason;
import io.twinbank.core.RejectedException;
import io.twinbank.core.cbor.CborReader;
import io.twinbank.core.cbor.CborWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * The SHA-256 of each chunk of a payload as it is fetched, so that none of its bytes goes on before its chunk is known to be
 * what the maker signed. The hashes, one after another, lie in the envelope as {@value #NAME}, those of a route beside them (see
 * {@link #name}); the manifest has the digest of them all (parameters -258 and -261, step {@value #STEP}; docs/wire-format.md).
 */
public final class ChunkHashes {
    /** The smallest size of a chunk, in bytes. */
    public static final int MIN_CHUNK_BYTES = 1 << 10;
    /** The largest size of a chunk, in bytes: a device holds one. */
    public static final int MAX_CHUNK_BYTES = 1 << 20;
    /** How many chunks a payload may have. */
    public static final int MAX_CHUNKS = 2048;
    /** Where in the envelope the hashes of the whole image's payload are. */
    public static final String NAME = "#chunks";

    static final int STEP = 1;
    private static final int HASH_BYTES = 32;

    private final int chunkBytes;
    private final byte[] hashes;

    /**
     * Makes a list.
     *
     * @param chunkBytes the size of each chunk but the last, in bytes
     * @param hashes their SHA-256, one after another; copied
     */
    public ChunkHashes(int chunkBytes, byte[] hashes) {
        if (chunkBytes < MIN_CHUNK_BYTES || chunkBytes > MAX_CHUNK_BYTES) {
            throw new IllegalArgumentException("chunkBytes must be between " + MIN_CHUNK_BYTES + " and "
                    + MAX_CHUNK_BYTES + ", not " + chunkBytes);
        }
        if (hashes.length % HASH_BYTES != 0 || hashes.length > MAX_CHUNKS * HASH_BYTES) {
            throw new IllegalArgumentException(
                    "hashes must have 32 bytes for each of at most " + MAX_CHUNKS + " chunks, not " + hashes.length);
        }
        this.chunkBytes = chunkBytes;
        this.hashes = hashes.clone();
    }

    /**
     * Hashes a payload.
     *
     * @param payload as it will be fetched, read to its end
     * @param chunkBytes the size of each chunk but the last, in bytes
     * @return the list
     * @throws IOException if the payload can't be read
     * @throws IllegalArgumentException if it has more than {@value #MAX_CHUNKS} chunks
     */
    public static ChunkHashes of(InputStream payload, int chunkBytes) throws IOException {
        ByteArrayOutputStream hashes = new ByteArrayOutputStream();
        byte[] chunk = payload.readNBytes(chunkBytes);
        while (chunk.length > 0) {
            hashes.writeBytes(Digest.sha256Of(chunk).bytes());
            if (hashes.size() > MAX_CHUNKS * HASH_BYTES) {
                throw new IllegalArgumentException("the payload has more than " + MAX_CHUNKS + " chunks of "
                        + chunkBytes + " bytes; larger chunks make fewer");
            }
            chunk = payload.readNBytes(chunkBytes);
        }
        return new ChunkHashes(chunkBytes, hashes.toByteArray());
    }

    /**
     * Returns where in the envelope the hashes of a route's payload are.
     *
     * @param route which of the image's routes, from 1
     * @return such as {@code #chunks-1}
     */
    public static String name(int route) {
        return NAME + "-" + route;
    }

    /**
     * Returns the smallest size of chunks that a payload can be cut into.
     *
     * @param payloadBytes the payload's size, in bytes
     * @param atLeast no smaller one, in bytes
     * @return a power of two times {@code atLeast}
     * @throws IllegalArgumentException if there is none up to {@value #MAX_CHUNK_BYTES}
     */
    public static int chunkBytesFor(long payloadBytes, int atLeast) {
        long size = atLeast;
        while (size * MAX_CHUNKS < payloadBytes) {
            size *= 2;
        }
        if (size > MAX_CHUNK_BYTES) {
            throw new IllegalArgumentException("a payload of " + payloadBytes + " bytes has more than " + MAX_CHUNKS
                    + " chunks of " + MAX_CHUNK_BYTES + " bytes");
        }
        return (int) size;
    }

    /**
     * Returns the size of each chunk but the last.
     *
     * @return in bytes
     */
    public int chunkBytes() {
        return chunkBytes;
    }

    /**
     * Returns how many chunks there are.
     *
     * @return their number
     */
    public int count() {
        return hashes.length / HASH_BYTES;
    }

    /**
     * Returns a chunk's hash.
     *
     * @param index which chunk
     * @return 32 bytes
     */
    public byte[] hash(long index) {
        int from = Math.toIntExact(index * HASH_BYTES);
        return Arrays.copyOfRange(hashes, from, from + HASH_BYTES);
    }

    /**
     * Returns the hashes.
     *
     * @return one after another, as they lie in the envelope
     */
    public byte[] bytes() {
        return hashes.clone();
    }

    Reference reference() {
        return new Reference(chunkBytes, Digest.sha256Of(hashes));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ChunkHashes that
                && chunkBytes == that.chunkBytes
                && MessageDigest.isEqual(hashes, that.hashes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(hashes) + chunkBytes;
    }

    /** Says it as in "12 chunks of 65536 bytes, each hashed". */
    @Override
    public String toString() {
        return count() + " chunks of " + chunkBytes + " bytes, each hashed";
    }

    /**
     * What the manifest says of the list.
     *
     * @param chunkBytes the size of each chunk but the last, in bytes
     * @param list the digest of all hashes
     */
    public record Reference(int chunkBytes, Digest list) {
        /** Reads what follows the step's number. */
        static Reference decode(CborReader reader, String where) throws RejectedException {
            long chunkBytes = reader.readUnsigned(MAX_CHUNK_BYTES);
            if (chunkBytes < MIN_CHUNK_BYTES) {
                throw new RejectedException(
                        RejectReason.LIMIT_EXCEEDED,
                        "chunk size of " + where,
                        chunkBytes,
                        "at least " + MIN_CHUNK_BYTES);
            }
            return new Reference((int) chunkBytes, Digest.decode(reader));
        }

        void encode(CborWriter step) {
            step.integer(STEP).integer(chunkBytes);
            list.encode(step);
        }

        /** Takes the list for the one that is meant, or refuses it. */
        ChunkHashes require(byte[] hashes, String name) throws RejectedException {
            if (hashes.length % HASH_BYTES != 0 || hashes.length > MAX_CHUNKS * HASH_BYTES) {
                throw new RejectedException(
                        RejectReason.LIMIT_EXCEEDED,
                        "size of the hashes in " + name,
                        hashes.length + " bytes",
                        "32 bytes for each of at most " + MAX_CHUNKS + " chunks");
            }
            byte[] found = list.newMessageDigest().digest(hashes);
            if (!list.matches(found)) {
                throw new RejectedException(
                        RejectReason.DIGEST_MISMATCH, "hashes in " + name, new Digest(list.algorithm(), found), list);
            }
            return new ChunkHashes(chunkBytes, hashes);
        }

        /** Says it as in "chunks of 65536 bytes, each hashed". */
        @Override
        public String toString() {
            return "chunks of " + chunkBytes + " bytes, each hashed";
        }
    }
}
