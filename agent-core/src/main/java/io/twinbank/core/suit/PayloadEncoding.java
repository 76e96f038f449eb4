// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.suit;

import io.twinbank.core.RejectReason;
import io.twinbank.core.RejectedException;
import io.twinbank.core.cbor.CborReader;
import io.twinbank.core.cbor.CborWriter;
import io.twinbank.core.cose.CoseEncrypt;
import io.twinbank.core.cose.SealedChunks;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How the fetched bytes become the image's.
 *
 * @param encryption how they are encrypted; empty if they aren't
 * @param sealedChunkBytes the size of the chunks that are authenticated each by itself; empty if the payload is one message
 * @param chunkHashes the hashes of the fetched bytes' chunks; empty if the image's digest alone tells whether they are right
 */
public record PayloadEncoding(
        Optional<CoseEncrypt> encryption, OptionalInt sealedChunkBytes, Optional<ChunkHashes> chunkHashes) {
    /** The fetched bytes are the image's. */
    public static final PayloadEncoding IDENTITY = new PayloadEncoding(Optional.empty(), OptionalInt.empty());

    /** The JDK's GCM takes no longer message. */
    private static final long MAX_MESSAGE_BYTES = Integer.MAX_VALUE - 64L;

    /**
     * Makes an encoding without hashes of chunks.
     *
     * @param encryption how the bytes are encrypted; empty if they aren't
     * @param sealedChunkBytes the size of the chunks that are authenticated each by itself; empty for one message
     */
    public PayloadEncoding(Optional<CoseEncrypt> encryption, OptionalInt sealedChunkBytes) {
        this(encryption, sealedChunkBytes, Optional.empty());
    }

    /**
     * Returns the same encoding with hashes of chunks.
     *
     * @param hashes of the bytes as they are fetched
     * @return a fresh one
     */
    public PayloadEncoding with(ChunkHashes hashes) {
        return new PayloadEncoding(encryption, sealedChunkBytes, Optional.of(hashes));
    }

    /**
     * Returns how many bytes are fetched for an image.
     *
     * @param imageBytes its size, at least 1
     * @return their number
     */
    public long encodedBytes(long imageBytes) {
        int tag = encryption.map(info -> info.algorithm().tagBytes()).orElse(0);
        return imageBytes + tag * chunks(imageBytes);
    }

    private long chunks(long imageBytes) {
        return sealedChunkBytes.isPresent()
                ? (imageBytes + sealedChunkBytes.getAsInt() - 1) / sealedChunkBytes.getAsInt()
                : 1;
    }

    /**
     * What parameter -258 says: at most one of the two.
     *
     * @param sealedChunkBytes as above
     * @param chunkHashes which hashes in the envelope are meant
     */
    public record Steps(OptionalInt sealedChunkBytes, Optional<ChunkHashes.Reference> chunkHashes) {
        static final Steps NONE = new Steps(OptionalInt.empty(), Optional.empty());
    }

    /** Reads the steps of parameter -258; empty if there is one that isn't done here. */
    static Optional<Steps> decodeSteps(CborReader reader) throws RejectedException {
        int at = reader.position();
        CborReader steps = reader.readItem().reader(SuitEnvelope.MAX_DEPTH);
        if (steps.peek() != CborReader.Type.ARRAY || steps.readArray() != 1 || steps.peek() != CborReader.Type.ARRAY) {
            return Optional.empty();
        }
        int items = steps.readArray();
        if (items < 2 || steps.peek() != CborReader.Type.UNSIGNED) {
            return Optional.empty();
        }
        long step = steps.readUnsigned();
        if (step == ChunkHashes.STEP && items == 3) {
            return Optional.of(new Steps(OptionalInt.empty(), Optional.of(ChunkHashes.Reference.decode(steps, at))));
        } else if (step != SealedChunks.STEP || items != 2) {
            return Optional.empty();
        }
        long chunkBytes = steps.readUnsigned(SealedChunks.MAX_CHUNK_BYTES);
        if (chunkBytes < SealedChunks.MIN_CHUNK_BYTES) {
            throw new RejectedException(
                    RejectReason.LIMIT_EXCEEDED,
                    "chunk size of " + ParameterCode.PAYLOAD_ENCODING + " at byte " + at,
                    chunkBytes,
                    "at least " + SealedChunks.MIN_CHUNK_BYTES);
        }
        return Optional.of(new Steps(OptionalInt.of((int) chunkBytes), Optional.empty()));
    }

    /** Tells whether parameter -258 is needed. */
    boolean hasSteps() {
        return sealedChunkBytes.isPresent() || chunkHashes.isPresent();
    }

    /** Writes parameter -258. */
    void encodeSteps(CborWriter writer) {
        if (sealedChunkBytes.isPresent()) {
            writer.array(steps -> steps.encoded(SealedChunks.step(sealedChunkBytes.getAsInt())));
        } else if (chunkHashes.isPresent()) {
            writer.array(steps -> steps.array(chunkHashes.get().reference()::encode));
        } else {
            writer.integer(0);
        }
    }

    /** Demands that the parts fit together, and an image of a size. */
    void require(long imageBytes) throws RejectedException {
        requireHashes(imageBytes);
        if (sealedChunkBytes.isPresent()) {
            CoseEncrypt info = encryption.orElseThrow(() -> new RejectedException(
                    RejectReason.UNSUPPORTED,
                    "sealed chunks in " + ParameterCode.PAYLOAD_ENCODING,
                    "no " + ParameterCode.ENCRYPTION_INFO,
                    "it set before"));
            if (!info.algorithm().authenticates()) {
                throw new RejectedException(
                        RejectReason.UNSUPPORTED_ALGORITHM,
                        "content algorithm of sealed chunks",
                        info.algorithm(),
                        "one that authenticates");
            }
            if (!SealedChunks.isPrefix(info.iv())) {
                throw new RejectedException(
                        RejectReason.MALFORMED, "nonce of sealed chunks", "other bytes at its end", "5 zeros");
            }
            if (chunks(imageBytes) > SealedChunks.MAX_CHUNKS) {
                throw new RejectedException(
                        RejectReason.LIMIT_EXCEEDED,
                        "number of sealed chunks",
                        chunks(imageBytes),
                        "at most " + SealedChunks.MAX_CHUNKS);
            }
        } else if (encryption.isPresent()
                && encryption.get().algorithm().authenticates()
                && imageBytes > MAX_MESSAGE_BYTES) {
            throw new RejectedException(
                    RejectReason.LIMIT_EXCEEDED,
                    "image encrypted as one message by " + encryption.get().algorithm(),
                    imageBytes + " bytes",
                    "at most " + MAX_MESSAGE_BYTES + " bytes; larger ones in sealed chunks");
        }
    }

    private void requireHashes(long imageBytes) throws RejectedException {
        if (chunkHashes.isEmpty()) {
            return;
        }
        if (encryption.isPresent() && encryption.get().algorithm().authenticates()) {
            throw new RejectedException(
                    RejectReason.UNSUPPORTED,
                    "content algorithm beside hashes of chunks",
                    encryption.get().algorithm(),
                    "one that doesn't authenticate by itself, such as A128CTR");
        }
        int chunkBytes = chunkHashes.get().chunkBytes();
        long chunks = (encodedBytes(imageBytes) + chunkBytes - 1) / chunkBytes;
        if (chunkHashes.get().count() != chunks) {
            throw new RejectedException(
                    RejectReason.MALFORMED,
                    "number of hashes in " + ChunkHashes.NAME,
                    chunkHashes.get().count(),
                    chunks);
        }
    }

    /** Returns such as {@code A128GCM (1) for [kid-1 by A128KW] in chunks of 65536 bytes}. */
    @Override
    public String toString() {
        return encryption.map(CoseEncrypt::toString).orElse("identity")
                + (sealedChunkBytes.isPresent() ? " in chunks of " + sealedChunkBytes.getAsInt() + " bytes" : "")
                + chunkHashes.map(hashes -> ", in " + hashes).orElse("");
    }
}
