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
 * @param frames how the decrypted bytes are decoded; empty if they are the image's
 */
public record PayloadEncoding(
        Optional<CoseEncrypt> encryption,
        OptionalInt sealedChunkBytes,
        Optional<ChunkHashes> chunkHashes,
        Optional<Frames> frames) {
    /** The fetched bytes are the image's. */
    public static final PayloadEncoding IDENTITY = new PayloadEncoding(Optional.empty(), OptionalInt.empty());

    /** The JDK's GCM takes no longer message. */
    private static final long MAX_MESSAGE_BYTES = Integer.MAX_VALUE - 64L;

    /**
     * Makes an encoding without hashes of chunks, and without frames.
     *
     * @param encryption how the bytes are encrypted; empty if they aren't
     * @param sealedChunkBytes the size of the chunks that are authenticated each by itself; empty for one message
     */
    public PayloadEncoding(Optional<CoseEncrypt> encryption, OptionalInt sealedChunkBytes) {
        this(encryption, sealedChunkBytes, Optional.empty(), Optional.empty());
    }

    /**
     * Returns the same encoding with hashes of chunks.
     *
     * @param hashes of the bytes as they are fetched
     * @return a fresh one
     */
    public PayloadEncoding with(ChunkHashes hashes) {
        return new PayloadEncoding(encryption, sealedChunkBytes, Optional.of(hashes), frames);
    }

    /**
     * Returns the same encoding of frames.
     *
     * @param cut how the image is cut and encoded, before it is encrypted and hashed
     * @return a fresh one
     */
    public PayloadEncoding with(Frames cut) {
        return new PayloadEncoding(encryption, sealedChunkBytes, chunkHashes, Optional.of(cut));
    }

    /**
     * Returns how many bytes are fetched for an image.
     *
     * @param imageBytes its size, at least 1
     * @return their number
     */
    public long encodedBytes(long imageBytes) {
        long plain = framedBytes(imageBytes);
        int tag = encryption.map(info -> info.algorithm().tagBytes()).orElse(0);
        return plain + tag * chunks(plain);
    }

    /**
     * Returns how many bytes of an image there are between decryption and decoding.
     *
     * @param imageBytes its size, at least 1
     * @return the size of table and frames, or the image's
     */
    public long framedBytes(long imageBytes) {
        return frames.map(Frames::encodedBytes).orElse(imageBytes);
    }

    /**
     * Returns how many bytes have to be fetched at once at most for any to be decoded.
     *
     * @return 0 where each byte can be by itself
     */
    public long pieceBytes() {
        int chunk =
                sealedChunkBytes.orElse(chunkHashes.map(ChunkHashes::chunkBytes).orElse(0));
        // Frames don't end where chunks do; the table, in the first chunks, comes before any frame.
        long framed = frames.map(cut -> cut.maxEncodedFrameBytes() + FrameTable.headBytes(Frames.MAX_FRAMES))
                .orElse(0L);
        return framed == 0 ? chunk : framed + 3L * chunk;
    }

    private long chunks(long plainBytes) {
        return sealedChunkBytes.isPresent()
                ? (plainBytes + sealedChunkBytes.getAsInt() - 1) / sealedChunkBytes.getAsInt()
                : 1;
    }

    /**
     * What parameter -258 says: at most one of the first two, then the third.
     *
     * @param sealedChunkBytes as above
     * @param chunkHashes which hashes in the envelope are meant
     * @param frames as above
     */
    public record Steps(
            OptionalInt sealedChunkBytes, Optional<ChunkHashes.Reference> chunkHashes, Optional<Frames> frames) {
        static final Steps NONE = new Steps(OptionalInt.empty(), Optional.empty(), Optional.empty());

        private Steps with(ChunkHashes.Reference reference) {
            return new Steps(sealedChunkBytes, Optional.of(reference), frames);
        }

        private Steps withSealed(int chunkBytes) {
            return new Steps(OptionalInt.of(chunkBytes), chunkHashes, frames);
        }

        private Steps with(Frames cut) {
            return new Steps(sealedChunkBytes, chunkHashes, Optional.of(cut));
        }

        private boolean isCut() {
            return sealedChunkBytes.isPresent() || chunkHashes.isPresent();
        }
    }

    /** Reads the steps of parameter -258; empty if there is one that isn't done here. */
    static Optional<Steps> decodeSteps(CborReader reader) throws RejectedException {
        int at = reader.position();
        CborReader steps = reader.readItem().reader(SuitEnvelope.MAX_DEPTH);
        if (steps.peek() != CborReader.Type.ARRAY) {
            return Optional.empty();
        }
        int left = steps.readArray();
        Optional<Steps> decoded = left == 0 ? Optional.empty() : Optional.of(Steps.NONE);
        while (left-- > 0 && decoded.isPresent()) {
            decoded = decodeStep(steps, at, decoded.get());
        }
        return decoded;
    }

    /** Adds a step to those before it; empty if it isn't done here, or not behind them. */
    private static Optional<Steps> decodeStep(CborReader reader, int at, Steps before) throws RejectedException {
        if (before.frames().isPresent() || reader.peek() != CborReader.Type.ARRAY) {
            return Optional.empty();
        }
        int items = reader.readArray();
        if (items < 2 || reader.peek() != CborReader.Type.UNSIGNED) {
            return Optional.empty();
        }
        long step = reader.readUnsigned();
        Optional<Frames.Codec> codec = Frames.codec(step);
        if (codec.isPresent() && items == 3) {
            return Optional.of(before.with(Frames.decode(codec.get(), reader, at)));
        } else if (step == ChunkHashes.STEP && items == 3 && !before.isCut()) {
            return Optional.of(before.with(ChunkHashes.Reference.decode(reader, at)));
        } else if (step == SealedChunks.STEP && items == 2 && !before.isCut()) {
            return Optional.of(before.withSealed(sealedChunkBytes(reader, at)));
        }
        return Optional.empty();
    }

    private static int sealedChunkBytes(CborReader reader, int at) throws RejectedException {
        long chunkBytes = reader.readUnsigned(SealedChunks.MAX_CHUNK_BYTES);
        if (chunkBytes < SealedChunks.MIN_CHUNK_BYTES) {
            throw new RejectedException(
                    RejectReason.LIMIT_EXCEEDED,
                    "chunk size of " + ParameterCode.PAYLOAD_ENCODING + " at byte " + at,
                    chunkBytes,
                    "at least " + SealedChunks.MIN_CHUNK_BYTES);
        }
        return (int) chunkBytes;
    }

    /** Tells whether parameter -258 is needed. */
    boolean hasSteps() {
        return sealedChunkBytes.isPresent() || chunkHashes.isPresent() || frames.isPresent();
    }

    /** Writes parameter -258. */
    void encodeSteps(CborWriter writer) {
        if (!hasSteps()) {
            writer.integer(0);
            return;
        }
        writer.array(steps -> {
            sealedChunkBytes.ifPresent(bytes -> steps.encoded(SealedChunks.step(bytes)));
            chunkHashes.ifPresent(hashes -> steps.array(hashes.reference()::encode));
            frames.ifPresent(cut -> steps.array(cut::encode));
        });
    }

    /** Demands that the parts fit together, and an image of a size. */
    void require(long imageBytes) throws RejectedException {
        requireFrames(imageBytes);
        requireHashes(imageBytes);
        long plainBytes = framedBytes(imageBytes);
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
            if (chunks(plainBytes) > SealedChunks.MAX_CHUNKS) {
                throw new RejectedException(
                        RejectReason.LIMIT_EXCEEDED,
                        "number of sealed chunks",
                        chunks(plainBytes),
                        "at most " + SealedChunks.MAX_CHUNKS);
            }
        } else if (encryption.isPresent()
                && encryption.get().algorithm().authenticates()
                && plainBytes > MAX_MESSAGE_BYTES) {
            throw new RejectedException(
                    RejectReason.LIMIT_EXCEEDED,
                    "image encrypted as one message by " + encryption.get().algorithm(),
                    plainBytes + " bytes",
                    "at most " + MAX_MESSAGE_BYTES + " bytes; larger ones in sealed chunks");
        }
    }

    /** A decoder sees no byte that the maker didn't sign. */
    private void requireFrames(long imageBytes) throws RejectedException {
        if (frames.isEmpty()) {
            return;
        }
        if (chunkHashes.isEmpty()) {
            throw new RejectedException(
                    RejectReason.UNSUPPORTED,
                    "frames in " + ParameterCode.PAYLOAD_ENCODING,
                    "no hashes of chunks before them",
                    "[1, size, digest] as the first step");
        }
        frames.get().require(imageBytes);
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
                + chunkHashes.map(hashes -> ", in " + hashes).orElse("")
                + frames.map(cut -> ", " + cut).orElse("");
    }
}
