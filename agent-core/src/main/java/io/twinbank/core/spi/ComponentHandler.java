// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.spi;

import io.twinbank.core.suit.Digest;
import io.twinbank.hal.ComponentId;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;

/**
 * A component that isn't in a flash bank: a file on the gateway, or a device behind it. It is updated together with the image
 * in the bank that the same manifest brings, or not at all: staged while the image is downloaded, activated when the new image
 * runs on trial and before its self-test, and reverted if the trial fails. Of a manifest without an image it is activated while
 * the same image goes on to run, and its self-test is asked then; nothing is reset.
 *
 * <p>A power cut may come at any point, and whoever runs then may call any method again, also one that returned: all of them
 * are idempotent. What a method owes is durable when it returns.
 *
 * <p>Called on the thread {@code twinbank-agent}, one call at a time; a call that takes long holds up everything else, and in a
 * trial its deadline runs. A call that hangs in the trial of an image is ended by the board's reset; one that hangs without an
 * image is ended by nobody: give it a time-out. An {@link IOException}, or a {@link RuntimeException}, says that it didn't work
 * this time. While something is staged the update fails, and its manifest may be offered again later. {@link #activate}, {@link
 * #verify} and {@link #revert} are tried again, at first after a second and then after longer waits; after six tries the trial
 * fails, or the update ends as {@link io.twinbank.core.Outcome.Inconsistent}.
 *
 * <p>{@link io.twinbank.core.FileComponent} handles a file. The tests of {@code io.twinbank.core.contract} tell whether a
 * handler keeps this contract.
 */
public interface ComponentHandler {
    /**
     * What one update makes of the component.
     *
     * @param component which
     * @param manifest the digest of the update's manifest: tells updates apart that bring the same bytes
     * @param digest what the component's bytes hash to afterwards
     * @param sizeBytes how many there are, at least 1
     */
    record Change(ComponentId component, Digest manifest, Digest digest, long sizeBytes) {
        private static final int BUFFER_BYTES = 64 << 10;

        /**
         * Tells whether bytes are those that the component is to have. Needs 64 KiB of memory, however many there are.
         *
         * @param bytes read to their end, or until there are too many; not closed
         * @return whether size and digest are the signed ones
         * @throws IOException if they can't be read
         */
        public boolean matches(InputStream bytes) throws IOException {
            MessageDigest hash = digest.newMessageDigest();
            byte[] buffer = new byte[BUFFER_BYTES];
            long size = 0;
            int length;
            while (size <= sizeBytes && (length = bytes.read(buffer)) >= 0) {
                hash.update(buffer, 0, length);
                size += length;
            }
            return size == sizeBytes && digest.matches(hash.digest());
        }
    }

    /** What is being staged. Its bytes come from the network, decrypted, a piece at a time and in order. */
    interface Staging extends AutoCloseable {
        /**
         * Takes the next bytes.
         *
         * @param piece at most 1 MiB; read from its position to its limit, and not kept
         * @throws IOException if they can't be stored
         */
        void write(ByteBuffer piece) throws IOException;

        /**
         * All bytes came, and they have the signed size and digest: makes them durable.
         *
         * @throws IOException if they may not be
         */
        void complete() throws IOException;

        /** Lets go. Unless {@link #complete()} returned before, nothing is staged. Throws nothing. */
        @Override
        void close();
    }

    /**
     * Returns how much the component can hold. What is larger is refused before anything is fetched.
     *
     * @return in bytes
     */
    default long maxBytes() {
        return Long.MAX_VALUE;
    }

    /**
     * Begins to stage: the bytes are kept beside what the component holds, and nobody who uses the component sees anything of
     * them. What was staged before is gone. After a power cut it begins anew.
     *
     * @param change what is staged
     * @return takes the bytes; one at a time is open
     * @throws IOException if the component can't take them
     */
    Staging stage(Change change) throws IOException;

    /**
     * Tells whether a change is staged, by reading all of it back from its medium.
     *
     * @param change which
     * @return whether size and digest are right; true only for what survives a power cut
     * @throws IOException if it can't be read
     */
    boolean isStaged(Change change) throws IOException;

    /**
     * Makes what is staged the component's. What the component holds, or that it holds nothing, is kept first, under the
     * manifest's digest, so that {@link #revert} finds the way back. A power cut leaves the old bytes or the new ones, never a
     * mixture. Where the component holds the new bytes already nothing changes.
     *
     * @param change which
     * @throws IOException if it isn't staged, or can't be made the component's
     */
    void activate(Change change) throws IOException;

    /**
     * Tells whether the component holds a change's bytes, by reading them back.
     *
     * @param change which
     * @return whether size and digest are right; false if there is nothing
     * @throws IOException if it can't be read
     */
    boolean verify(Change change) throws IOException;

    /**
     * Undoes {@link #activate} of the same manifest, and drops what is staged. A power cut leaves the old bytes or the new ones.
     * Where the change wasn't activated, because nothing changed or another manifest brought these bytes, the component keeps
     * what it holds. So an update that ends before it is activated is dropped by this, too.
     *
     * @param change which
     * @throws IOException if the component may hold the new bytes still
     */
    void revert(Change change) throws IOException;
}
