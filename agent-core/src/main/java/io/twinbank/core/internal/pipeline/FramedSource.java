// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.pipeline;

import io.twinbank.core.RejectedException;
import io.twinbank.core.Rejection;
import io.twinbank.core.spi.PayloadSource;
import io.twinbank.core.suit.FrameTable;
import io.twinbank.core.suit.Frames;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The image in a framed payload: to a download it is a source like others, and its offsets are the image's. The table of frames is
 * fetched first, once for each download, then what is wanted from the begin of its frame. What came of a frame is held while the
 * connection is down. All that comes from the source beneath was compared with what the maker signed, so that what is wrong here
 * is wrong for good. All of it belongs to the fetch lane, but for what {@link PayloadSource.Stream} lets others call.
 */
public final class FramedSource implements PayloadSource {
    private final PayloadSource source;
    private final Frames frames;
    private final FrameDecoder decoder;
    private final long imageBytes;
    private final ByteBuffer head;
    private @Nullable FrameTable table;
    /** What is held of the frame that is next; as large as the longest one. */
    private ByteBuffer encoded = ByteBuffer.allocate(0);
    /** What is left of a frame for which there was no room. */
    private ByteBuffer decoded = ByteBuffer.allocate(0);

    private long index;
    private long skip;

    /**
     * Makes a source of an image.
     *
     * @param source gives the payload's bytes as they are after decryption, each of them compared with what was signed
     * @param frames how they are framed
     * @param decoder decodes each frame; nobody else's
     * @param imageBytes how large the image is
     */
    public FramedSource(PayloadSource source, Frames frames, FrameDecoder decoder, long imageBytes) {
        this.source = source;
        this.frames = frames;
        this.decoder = decoder;
        this.imageBytes = imageBytes;
        this.head = ByteBuffer.allocate(Math.toIntExact(FrameTable.headBytes(frames.count(imageBytes))));
    }

    @Override
    public boolean serves(URI uri) {
        return source.serves(uri);
    }

    @Override
    public Stream open(Request request) {
        if (request.offset() != position()) {
            restart(request.offset());
        }
        return new Framed(request);
    }

    /** Where in the image the next byte is. */
    private long position() {
        return Math.min(index * frames.frameBytes(), imageBytes) - decoded.remaining() + skip;
    }

    private void restart(long imageOffset) {
        index = decoder.restartBefore(imageOffset / frames.frameBytes());
        skip = imageOffset - index * frames.frameBytes();
        encoded.clear();
        decoded.clear().limit(0);
    }

    private boolean isAtEnd() {
        return index == frames.count(imageBytes);
    }

    /** Where in the payload the next byte is. */
    private long next() {
        return table == null ? head.position() : table.encodedBegin(index) + encoded.position();
    }

    /** What has to be filled next: the head, then the frame. */
    private ByteBuffer wanted() throws RefusedPayload {
        if (table == null && head.hasRemaining()) {
            return head;
        }
        int length = table().encodedBytes(index);
        return encoded.limit(length);
    }

    private FrameTable table() throws RefusedPayload {
        FrameTable known = table;
        if (known == null) {
            try {
                known = FrameTable.decode(head.flip(), frames, imageBytes);
            } catch (RejectedException wrong) {
                throw new RefusedPayload(wrong.rejection());
            }
            encoded = ByteBuffer.allocate(known.longestEncodedBytes());
            table = known;
        }
        return known;
    }

    private void decodeAside() throws IOException {
        if (decoded.capacity() == 0) {
            decoded = ByteBuffer.allocate((int) Math.min(frames.frameBytes(), imageBytes));
        }
        int length = table().decodedBytes(index);
        decode(decoded.duplicate().clear().limit(length));
        int passed = (int) Math.min(skip, length);
        skip -= passed;
        decoded.limit(length).position(passed);
    }

    /** Decodes the frame that is held into exactly as much room as it needs. */
    private void decode(ByteBuffer dst) throws IOException {
        try {
            decoder.decode(index, encoded.duplicate().flip(), dst);
        } catch (RejectedException wrong) {
            throw refused(wrong.rejection());
        }
        encoded.clear();
        index++;
    }

    private RefusedPayload refused(Rejection wrong) throws RefusedPayload {
        String where = "frame " + (index + 1) + " of " + table().count() + ", encoded at byte "
                + table().encodedBegin(index) + " of " + frames.encodedBytes() + ": ";
        return new RefusedPayload(
                new Rejection(wrong.reason(), where + wrong.detail(), wrong.found(), wrong.expected()));
    }

    private final class Framed implements Stream {
        private final Request request;
        /** From where on in the payload the open stream goes on. */
        private long at;

        private volatile @Nullable Stream stream;
        private volatile boolean closed;
        private volatile long transferredBefore;

        Framed(Request request) {
            this.request = request;
        }

        @Override
        public int read(ByteBuffer dst) throws IOException {
            while (!decoded.hasRemaining()) {
                if (isAtEnd()) {
                    Stream open = stream;
                    return open == null ? -1 : open.read(dst); // the end, or what is too much
                }
                ByteBuffer wanted = wanted();
                if (wanted.hasRemaining()) {
                    int got = receive(wanted);
                    if (got <= 0) {
                        return got;
                    }
                } else if (skip == 0 && dst.remaining() >= table().decodedBytes(index)) {
                    int length = table().decodedBytes(index);
                    decode(dst.slice().limit(length));
                    dst.position(dst.position() + length);
                    return length;
                } else {
                    decodeAside();
                }
            }
            int length = Math.min(decoded.remaining(), dst.remaining());
            dst.put(decoded.slice().limit(length));
            decoded.position(decoded.position() + length);
            return length;
        }

        private int receive(ByteBuffer wanted) throws IOException {
            Stream open = stream;
            if (open == null || at != next()) {
                open = reopen(open);
            }
            int got = open.read(wanted);
            at += Math.max(0, got);
            return got;
        }

        /** Whatever version the source has there: what comes of another one isn't what was signed. */
        private Stream reopen(@Nullable Stream open) throws IOException {
            Optional<String> validator = request.validator();
            if (open != null) {
                validator = open.validator();
                open.close();
                long transferred = transferredBytes();
                stream = null;
                transferredBefore = transferred;
            }
            at = next();
            Stream fresh = source.open(new Request(request.uri(), at, frames.encodedBytes(), validator));
            stream = fresh;
            if (closed) {
                fresh.close();
            }
            return fresh;
        }

        @Override
        public Optional<String> validator() {
            Stream open = stream;
            return open == null ? Optional.empty() : open.validator();
        }

        @Override
        public OptionalLong sizeBytes() {
            Stream open = stream;
            return open != null && open.sizeBytes().isPresent() ? OptionalLong.of(imageBytes) : OptionalLong.empty();
        }

        @Override
        public Optional<Instant> date() {
            Stream open = stream;
            return open == null ? Optional.empty() : open.date();
        }

        @Override
        public long transferredBytes() {
            Stream open = stream;
            return open == null ? transferredBefore : Math.max(0, open.transferredBytes()) + transferredBefore;
        }

        @Override
        public void abandon() {
            closed = true;
            Stream open = stream;
            if (open != null) {
                open.abandon();
            }
        }

        @Override
        public void close() {
            closed = true;
            Stream open = stream;
            if (open != null) {
                open.close();
            }
        }
    }
}
