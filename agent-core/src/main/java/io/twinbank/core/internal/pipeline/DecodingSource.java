// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.pipeline;

import io.twinbank.core.RejectReason;
import io.twinbank.core.Rejection;
import io.twinbank.core.cose.ContentCipher;
import io.twinbank.core.spi.PayloadSource;
import io.twinbank.core.suit.PayloadEncoding;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Optional;
import java.util.OptionalLong;
import javax.crypto.AEADBadTagException;

/**
 * The image in a payload that another source has encoded: to a download it is a source like others, and its offsets are the
 * image's, from which the encoded ones follow. It holds what came and isn't decoded yet, also while the connection is down, so
 * that a piece needn't come in one go. All of it belongs to the fetch lane.
 */
public final class DecodingSource implements PayloadSource {
    /** Where the encoding doesn't say how large a piece is. */
    private static final int PIECE_BYTES = 64 << 10;
    /** Small pieces are read several at once: each read is a call of the system. */
    private static final int READ_BYTES = 64 << 10;
    /** Less than that is through before a rehearsal has paid. */
    private static final int REHEARSED_BYTES = 8 << 20;
    /** A piece may have been damaged on its way: so often it is fetched. */
    private static final int ATTEMPTS = 3;

    private final PayloadSource source;
    private final PieceDecoder decoder;
    private final Pieces pieces;
    /** From the begin of the next piece. */
    private final ByteBuffer encoded;
    /** What is left of a piece for which there was no room. */
    private final ByteBuffer decoded;

    private long index;
    private long skip;
    private int attempts;
    private boolean rehearsed;

    /** Makes a source of pieces. */
    DecodingSource(PayloadSource source, PieceDecoder decoder) {
        this.source = source;
        this.decoder = decoder;
        this.pieces = decoder.pieces();
        int overhead = Math.max(pieces.overheadBytes(), pieces.lastOverheadBytes());
        this.encoded = ByteBuffer.allocate(Math.max(READ_BYTES, pieces.pieceBytes() + overhead));
        this.decoded = ByteBuffer.allocate(pieces.pieceBytes());
        restart(0);
    }

    /**
     * Makes a source of an encoded image; of one in frames, of what is to be given to a {@link FramedSource}.
     *
     * @param source has the payload
     * @param encoding how it is encoded
     * @param encryption with its content key; empty if the payload isn't encrypted
     * @param wholeBytes how large the image is
     * @return a source of its bytes, for one download
     */
    public static PayloadSource of(
            PayloadSource source, PayloadEncoding encoding, Optional<ContentCipher> encryption, long wholeBytes) {
        long imageBytes = encoding.framedBytes(wholeBytes);
        if (encoding.chunkHashes().isPresent()) {
            return new DecodingSource(
                    source, new HashedChunks(encoding.chunkHashes().get(), encryption, imageBytes));
        } else if (encryption.isEmpty()) {
            return source;
        }
        ContentCipher cipher = encryption.get();
        int pieceBytes = (int) Math.min(PIECE_BYTES, imageBytes);
        if (encoding.sealedChunkBytes().isPresent()) {
            int chunkBytes = encoding.sealedChunkBytes().getAsInt();
            return new DecodingSource(source, new PieceDecoder.Chunks(cipher, imageBytes, chunkBytes));
        }
        return new DecodingSource(
                source,
                cipher.message().algorithm().authenticates()
                        ? new PieceDecoder.OneMessage(cipher, imageBytes, pieceBytes)
                        : new PieceDecoder.KeyStream(cipher, imageBytes, pieceBytes));
    }

    @Override
    public boolean serves(URI uri) {
        return source.serves(uri);
    }

    @Override
    public Stream open(Request request) throws IOException {
        rehearse(pieces.imageBytes() - request.offset());
        seek(request.offset());
        long offset = pieces.encodedBegin(index) + encoded.remaining();
        return new Decoded(source.open(new Request(request.uri(), offset, pieces.encodedTotal(), request.validator())));
    }

    private void rehearse(long left) {
        if (rehearsed || left < REHEARSED_BYTES) {
            return;
        }
        rehearsed = true;
        try {
            decoder.rehearse();
        } catch (GeneralSecurityException e) {
            // The first piece fails by the same, and says so.
        }
    }

    /** Goes on where it is, or at another piece, or (where pieces hang together) at the begin, passing over what is there. */
    private void seek(long imageOffset) {
        if (imageOffset == position()) {
            return;
        }
        long piece = decoder.anyOrder() ? imageOffset / pieces.pieceBytes() : 0;
        restart(piece);
        skip = imageOffset - piece * pieces.pieceBytes();
    }

    /** Where in the image the next byte is. */
    private long position() {
        return Math.min(index * pieces.pieceBytes(), pieces.imageBytes()) - decoded.remaining() + skip;
    }

    private void restart(long piece) {
        index = piece;
        skip = 0;
        encoded.clear().limit(0);
        decoded.clear().limit(0);
    }

    /** Receives some of the pieces that are asked for, and no other: how much a power cut may cost is for who asks to say. */
    private int receive(Stream stream, int askedBytes) throws IOException {
        int held = encoded.remaining();
        if (encoded.position() > 0) {
            encoded.compact();
        }
        long end = Math.min(pieces.count(), index + pieces.covering(skip + askedBytes));
        long wanted = pieces.encodedBegin(end) - pieces.encodedBegin(index);
        encoded.limit((int) Math.min(encoded.capacity(), wanted)).position(held);
        try {
            return stream.read(encoded);
        } finally {
            encoded.flip();
        }
    }

    private void decodeAside() throws IOException {
        decode(decoded.clear());
        decoded.flip();
        int passed = (int) Math.min(skip, decoded.remaining());
        skip -= passed;
        decoded.position(passed);
    }

    private void decode(ByteBuffer dst) throws IOException {
        int length = pieces.encodedBytes(index);
        int begin = dst.position();
        try {
            decoder.decode(index, encoded.slice().limit(length), dst);
        } catch (GeneralSecurityException wrong) {
            dst.position(begin);
            fail(wrong);
        }
        encoded.position(encoded.position() + length);
        attempts = 0;
        index++;
    }

    private void fail(GeneralSecurityException wrong) throws IOException {
        attempts++;
        boolean again = decoder.anyOrder() && attempts < ATTEMPTS;
        String what = "piece " + (index + 1) + " of " + pieces.count() + ", encoded at byte "
                + pieces.encodedBegin(index) + " of " + pieces.encodedTotal();
        restart(decoder.anyOrder() ? index : 0);
        if (again) {
            throw new IOException(what + ": " + wrong.getMessage(), wrong);
        }
        if (wrong instanceof HashedChunks.WrongHashException hash) {
            throw new RefusedPayload(Rejection.of(RejectReason.PAYLOAD_DIGEST, what, hash.found(), hash.expected()));
        }
        String found = wrong instanceof AEADBadTagException ? "a tag that doesn't fit" : wrong.toString();
        throw new RefusedPayload(
                Rejection.of(RejectReason.DECRYPTION_FAILED, what, found, "what was encrypted with the content key"));
    }

    private final class Decoded implements Stream {
        private final Stream stream;

        Decoded(Stream stream) {
            this.stream = stream;
        }

        @Override
        public int read(ByteBuffer dst) throws IOException {
            long transferred = stream.transferredBytes();
            while (!decoded.hasRemaining()) {
                if (index == pieces.count()) {
                    return stream.read(dst); // the end, or what is too much
                }
                if (isIncomplete()) {
                    int got = receive(stream, dst.remaining());
                    requireSize(stream.sizeBytes());
                    if (got <= 0 || (stream.transferredBytes() > transferred && isIncomplete())) {
                        return Math.min(got, 0); // a slow network is seen to give something
                    }
                } else if (skip == 0 && dst.remaining() >= pieces.decodedBytes(index)) {
                    int before = dst.position();
                    decode(dst);
                    return dst.position() - before;
                } else {
                    decodeAside();
                }
            }
            int length = Math.min(decoded.remaining(), dst.remaining());
            dst.put(decoded.slice().limit(length));
            decoded.position(decoded.position() + length);
            return length;
        }

        private boolean isIncomplete() {
            return encoded.remaining() < pieces.encodedBytes(index);
        }

        private void requireSize(OptionalLong declared) throws RefusedPayload {
            long expected = pieces.encodedTotal();
            long found = declared.orElse(expected);
            if (found != expected) {
                throw new RefusedPayload(Rejection.of(
                        found < expected ? RejectReason.PAYLOAD_SHORT : RejectReason.PAYLOAD_LONG,
                        "size of the encoded payload",
                        found,
                        expected));
            }
        }

        @Override
        public Optional<String> validator() {
            return stream.validator();
        }

        @Override
        public OptionalLong sizeBytes() {
            return stream.sizeBytes().isPresent() ? OptionalLong.of(pieces.imageBytes()) : OptionalLong.empty();
        }

        @Override
        public long transferredBytes() {
            return stream.transferredBytes();
        }

        @Override
        public void abandon() {
            stream.abandon();
        }

        @Override
        public void close() {
            stream.close();
        }
    }
}
