// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.spi;

import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/** Where payloads come from. Called on the thread {@code twinbank-fetch}. */
public interface PayloadSource {
    /**
     * Tells whether this source serves an address; by its scheme, mostly.
     *
     * @param uri the address
     * @return whether {@link #open} may be called with it
     */
    boolean serves(URI uri);

    /**
     * Opens a payload at an offset. A source that takes long to connect does so in the first {@link Stream#read}, which
     * {@link Stream#close()} can end.
     *
     * @param request what to open
     * @return the open payload
     * @throws IOException network trouble, which may pass: the agent backs off and tries again
     * @throws PayloadException a final answer, or an answer that tells when to try again
     */
    Stream open(Request request) throws IOException;

    /**
     * A request for a payload, or for a range of one.
     *
     * @param uri the address
     * @param offset where to start, in bytes
     * @param end before which byte the range ends; {@link Long#MAX_VALUE} for all there is. A source may give more than the
     *     range: nobody reads that
     * @param sizeBytes how many bytes the whole payload has, as the manifest declares
     * @param validator what the source said of the payload's version when it was opened first, such as an entity tag; if it
     *     no longer holds, the source answers with {@link PayloadException.Kind#CHANGED}
     */
    record Request(URI uri, long offset, long end, long sizeBytes, Optional<String> validator) {
        /**
         * Makes a request.
         *
         * @throws IllegalArgumentException if nothing is asked for
         */
        public Request {
            if (offset < 0 || end <= offset) {
                throw new IllegalArgumentException("a range is of at least a byte, not from " + offset + " to " + end);
            }
        }

        /**
         * Makes a request for all that a payload has from an offset on.
         *
         * @param uri the address
         * @param offset where to start, in bytes
         * @param sizeBytes how many bytes the whole payload has
         * @param validator what the source said of its version
         */
        public Request(URI uri, long offset, long sizeBytes, Optional<String> validator) {
            this(uri, offset, Long.MAX_VALUE, sizeBytes, validator);
        }
    }

    /** An open payload. */
    interface Stream extends AutoCloseable {
        /**
         * Reads some bytes, blocking until there is at least one.
         *
         * @param dst filled from its position, as far as bytes come; has an array or is outside the heap
         * @return how many bytes were read, or -1 at the end; 0 only if bytes came that aren't handed on, as {@link
         *     #transferredBytes} says, such as those before the offset
         * @throws IOException network trouble, including a peer that says nothing for too long
         */
        int read(ByteBuffer dst) throws IOException;

        /**
         * Goes on with another range of the same payload in the same version, wherever the one before was left. A source that connects
         * keeps its connection for that: many small ranges cost a request each, and not a handshake. Whoever wraps a stream hands
         * this on too.
         *
         * @param offset where the range starts, in bytes
         * @param end before which byte it ends
         * @return whether the next read gives the range; if not, this stream is closed and another one opened
         */
        default boolean turnTo(long offset, long end) {
            return false;
        }

        /**
         * Returns what the source says of the payload's version; asked after the first read.
         *
         * @return an opaque text of at most 256 characters
         */
        Optional<String> validator();

        /**
         * Returns how many bytes the source says the whole payload has, from its begin; asked after the first read. The
         * agent compares it with what the manifest declares.
         *
         * @return empty if the source doesn't say
         */
        default OptionalLong sizeBytes() {
            return OptionalLong.empty();
        }

        /**
         * Returns what time it is, as the server says; asked after the first read. The agent believes that it isn't earlier,
         * until its next start.
         *
         * @return empty if it doesn't say, or hasn't proved who it is
         */
        default Optional<Instant> date() {
            return Optional.empty();
        }

        /**
         * Returns how many bytes of the payload came over the network so far, also those that weren't handed on; asked from
         * any thread. Whoever wraps a stream hands this on too.
         *
         * @return 0 where there is no network; -1 if the source doesn't count: then what it hands on counts
         */
        default long transferredBytes() {
            return -1;
        }

        /**
         * Closes the stream as {@link #close} does, because it gives too little: a source that has the payload in several places
         * tries another one next time. Whoever wraps a stream hands this on too.
         */
        default void abandon() {
            close();
        }

        /** Closes the stream; may be called from another thread to end a blocking read. Throws nothing. */
        @Override
        void close();
    }
}
