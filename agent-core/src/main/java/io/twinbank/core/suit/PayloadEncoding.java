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
 * @param index which parts of the payload are fetched, and what is built of them; empty if it is fetched whole, and without the
 *     others if not
 */
public record PayloadEncoding(
        Optional<CoseEncrypt> encryption,
        OptionalInt sealedChunkBytes,
        Optional<ChunkHashes> chunkHashes,
        Optional<Frames> frames,
        Optional<IndexReference> index) {
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
        this(encryption, sealedChunkBytes, Optional.empty(), Optional.empty(), Optional.empty());
    }

    /**
     * Makes the encoding of a payload of which only ranges are fetched.
     *
     * @param index tells which, to a device that holds the rest
     * @return a fresh one
     */
    public static PayloadEncoding by(IndexReference index) {
        return new PayloadEncoding(
                Optional.empty(), OptionalInt.empty(), Optional.empty(), Optional.empty(), Optional.of(index));
    }

    /**
     * Returns the same encoding with hashes of chunks.
     *
     * @param hashes of the bytes as they are fetched
     * @return a fresh one
     */
    public PayloadEncoding with(ChunkHashes hashes) {
        return new PayloadEncoding(encryption, sealedChunkBytes, Optional.of(hashes), frames, index);
    }

    /**
     * Returns the same encoding of frames.
     *
     * @param cut how the image is cut and encoded, before it is encrypted and hashed
     * @return a fresh one
     */
    public PayloadEncoding with(Frames cut) {
        return new PayloadEncoding(encryption, sealedChunkBytes, chunkHashes, Optional.of(cut), index);
    }

    /**
     * Returns how many bytes are fetched for an image. By a block index it depends on what the device holds: this is then the most,
     * the index and as many bytes as the image has (a store has no more).
     *
     * @param imageBytes its size, at least 1
     * @return their number
     */
    public long encodedBytes(long imageBytes) {
        if (index.isPresent()) {
            return index.get().sizeBytes() + imageBytes;
        }
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
     * Returns how many bytes have to be fetched at once at most for any to be decoded: by a block index, that and a group of blocks.
     *
     * @return 0 where each byte can be by itself
     */
    public long pieceBytes() {
        if (index.isPresent()) {
            return index.get().sizeBytes() + IndexReference.MAX_GROUP_BYTES;
        }
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
     * What parameter -258 says, and each route of -261: at most one of the first two, then the third; or the fourth alone.
     *
     * @param sealedChunkBytes as above
     * @param chunkHashes which hashes in the envelope are meant
     * @param frames as above
     * @param index as above
     */
    public record Steps(
            OptionalInt sealedChunkBytes,
            Optional<ChunkHashes.Reference> chunkHashes,
            Optional<Frames> frames,
            Optional<IndexReference> index) {
        static final Steps NONE = new Steps(OptionalInt.empty(), Optional.empty(), Optional.empty(), Optional.empty());

        private Steps with(ChunkHashes.Reference reference) {
            return new Steps(sealedChunkBytes, Optional.of(reference), frames, index);
        }

        private Steps withSealed(int chunkBytes) {
            return new Steps(OptionalInt.of(chunkBytes), chunkHashes, frames, index);
        }

        private Steps with(Frames cut) {
            return new Steps(sealedChunkBytes, chunkHashes, Optional.of(cut), index);
        }

        private Steps with(IndexReference reference) {
            return new Steps(sealedChunkBytes, chunkHashes, frames, Optional.of(reference));
        }

        private boolean isCut() {
            return sealedChunkBytes.isPresent() || chunkHashes.isPresent();
        }

        private boolean isComplete() {
            return frames.isPresent() || index.isPresent();
        }

        /** Tells whether a device can take the payload only if it holds something already. */
        boolean needsWhatIsThere() {
            return index.isPresent() || frames.flatMap(Frames::base).isPresent();
        }

        /** Says it as in "chunks of 65536 bytes, each hashed, zstd in frames of 1048576 bytes, 2345678 bytes encoded". */
        @Override
        public String toString() {
            String chunks = sealedChunkBytes.isPresent()
                    ? "sealed chunks of " + sealedChunkBytes.getAsInt() + " bytes"
                    : chunkHashes.map(ChunkHashes.Reference::toString).orElse("identity");
            return index.map(IndexReference::toString)
                    .orElseGet(() -> chunks + frames.map(cut -> ", " + cut).orElse(""));
        }
    }

    /** Reads steps; empty if there is one that isn't done here. */
    static Optional<Steps> decodeSteps(CborReader reader, String where, Limits limits) throws RejectedException {
        CborReader steps = reader.readItem().reader(SuitEnvelope.MAX_DEPTH);
        if (steps.peek() != CborReader.Type.ARRAY) {
            return Optional.empty();
        }
        int left = steps.readArray();
        Optional<Steps> decoded = left == 0 ? Optional.empty() : Optional.of(Steps.NONE);
        while (left-- > 0 && decoded.isPresent()) {
            decoded = decodeStep(steps, where, limits, decoded.get());
        }
        return decoded;
    }

    /** Adds a step to those before it; empty if it isn't done here, or not behind them. */
    private static Optional<Steps> decodeStep(CborReader reader, String where, Limits limits, Steps before)
            throws RejectedException {
        if (before.isComplete() || reader.peek() != CborReader.Type.ARRAY) {
            return Optional.empty();
        }
        int items = reader.readArray();
        if (items < 2 || reader.peek() != CborReader.Type.UNSIGNED) {
            return Optional.empty();
        }
        long step = reader.readUnsigned();
        Optional<Frames.Codec> codec = Frames.codec(step);
        if (codec.isPresent() && items == codec.get().items()) {
            return Optional.of(before.with(Frames.decode(codec.get(), reader, where)));
        } else if (step == ChunkHashes.STEP && items == 3 && !before.isCut()) {
            return Optional.of(before.with(ChunkHashes.Reference.decode(reader, where)));
        } else if (step == SealedChunks.STEP && items == 2 && !before.isCut()) {
            return Optional.of(before.withSealed(sealedChunkBytes(reader, where)));
        } else if (step == IndexReference.STEP && items == 4 && !before.isCut()) {
            return Optional.of(before.with(IndexReference.decode(reader, where, limits)));
        }
        return Optional.empty();
    }

    private static int sealedChunkBytes(CborReader reader, String where) throws RejectedException {
        long chunkBytes = reader.readUnsigned(SealedChunks.MAX_CHUNK_BYTES);
        if (chunkBytes < SealedChunks.MIN_CHUNK_BYTES) {
            throw new RejectedException(
                    RejectReason.LIMIT_EXCEEDED,
                    "chunk size of " + where,
                    chunkBytes,
                    "at least " + SealedChunks.MIN_CHUNK_BYTES);
        }
        return (int) chunkBytes;
    }

    /** Tells whether parameter -258 is needed. */
    boolean hasSteps() {
        return sealedChunkBytes.isPresent() || chunkHashes.isPresent() || frames.isPresent() || index.isPresent();
    }

    /** Writes parameter -258, or the steps of a route. */
    void encodeSteps(CborWriter writer) {
        if (!hasSteps()) {
            writer.integer(0);
            return;
        }
        writer.array(steps -> {
            sealedChunkBytes.ifPresent(bytes -> steps.encoded(SealedChunks.step(bytes)));
            chunkHashes.ifPresent(hashes -> steps.array(hashes.reference()::encode));
            frames.ifPresent(cut -> steps.array(cut::encode));
            index.ifPresent(reference -> steps.array(reference::encode));
        });
    }

    /** Demands that the parts fit together, and an image of a size. */
    void require(long imageBytes, String where) throws RejectedException {
        requireIndex(where);
        requireFrames(imageBytes, where);
        requireHashes(imageBytes, where);
        long plainBytes = framedBytes(imageBytes);
        if (sealedChunkBytes.isPresent()) {
            CoseEncrypt info = encryption.orElseThrow(() -> new RejectedException(
                    RejectReason.UNSUPPORTED,
                    "sealed chunks in " + where,
                    "no " + ParameterCode.ENCRYPTION_INFO,
                    "it set before"));
            if (!info.algorithm().authenticates()) {
                throw new RejectedException(
                        RejectReason.UNSUPPORTED_ALGORITHM,
                        "content algorithm of sealed chunks in " + where,
                        info.algorithm(),
                        "one that authenticates");
            }
            if (!SealedChunks.isPrefix(info.iv())) {
                throw new RejectedException(
                        RejectReason.MALFORMED,
                        "nonce of sealed chunks in " + where,
                        "other bytes at its end",
                        "5 zeros");
            }
            if (chunks(plainBytes) > SealedChunks.MAX_CHUNKS) {
                throw new RejectedException(
                        RejectReason.LIMIT_EXCEEDED,
                        "number of sealed chunks in " + where,
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

    /** The blocks' own hashes tell which bytes are right, and they are about what isn't encrypted. */
    private void requireIndex(String where) throws RejectedException {
        if (index.isPresent() && encryption.isPresent()) {
            throw new RejectedException(
                    RejectReason.UNSUPPORTED,
                    "block index in " + where,
                    "encrypted by " + encryption.get().algorithm(),
                    "no encryption: what lies beside an index isn't encrypted");
        }
    }

    /** A decoder sees no byte that the maker didn't sign. */
    private void requireFrames(long imageBytes, String where) throws RejectedException {
        if (frames.isEmpty()) {
            return;
        }
        if (chunkHashes.isEmpty()) {
            throw new RejectedException(
                    RejectReason.UNSUPPORTED,
                    "frames in " + where,
                    "no hashes of chunks before them",
                    "[1, size, digest] as the first step");
        }
        frames.get().require(imageBytes, where);
    }

    private void requireHashes(long imageBytes, String where) throws RejectedException {
        if (chunkHashes.isEmpty()) {
            return;
        }
        if (encryption.isPresent() && encryption.get().algorithm().authenticates()) {
            throw new RejectedException(
                    RejectReason.UNSUPPORTED,
                    "content algorithm beside hashes of chunks in " + where,
                    encryption.get().algorithm(),
                    "one that doesn't authenticate by itself, such as A128CTR");
        }
        int chunkBytes = chunkHashes.get().chunkBytes();
        long chunks = (encodedBytes(imageBytes) + chunkBytes - 1) / chunkBytes;
        if (chunkHashes.get().count() != chunks) {
            throw new RejectedException(
                    RejectReason.MALFORMED,
                    "number of hashes of chunks in " + where,
                    chunkHashes.get().count(),
                    chunks);
        }
    }

    /** Returns such as {@code A128GCM (1) for [kid-1 by A128KW] in chunks of 65536 bytes}. */
    @Override
    public String toString() {
        if (index.isPresent()) {
            return index.get().toString();
        }
        return encryption.map(CoseEncrypt::toString).orElse("identity")
                + (sealedChunkBytes.isPresent() ? " in chunks of " + sealedChunkBytes.getAsInt() + " bytes" : "")
                + chunkHashes.map(hashes -> ", in " + hashes).orElse("")
                + frames.map(cut -> ", " + cut).orElse("");
    }
}
