// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal;

import io.twinbank.core.RejectedException;
import io.twinbank.core.spi.PayloadSource;
import io.twinbank.hal.HalException;
import java.net.URI;

/**
 * A way to one image, as this device can go it: the payload that every device takes, or one of the manifest's routes. What it found
 * out is kept while the agent runs, and nothing of it is stored. For the agent's lane.
 */
interface ImageRoute {
    /** Who is told how the preparation goes; on the agent's lane, and nothing after {@link #stop}. */
    interface Preparation {
        /** Says what takes long, such as "the old image's digest: 4096 of 8192 bytes". */
        void progress(String what);

        /**
         * Asks for bytes of the month, which is durable before it returns; what was granted before counts as used.
         *
         * @return false if not all of them are granted: then none are, and the preparation is to end with {@link #held}
         */
        boolean granted(long bytes);

        /** Some of those that were granted last didn't come. */
        void giveBack(long bytes);

        /** The image can be had so. */
        void ready();

        /** It can't, as long as this agent runs. */
        void unfit(String why);

        /** What it takes isn't granted now; it is prepared again when it may be. */
        void held();
    }

    /** Where the payload is. */
    URI uri();

    /**
     * Returns about how many bytes come over the network from an offset of the image on. Until it is prepared that is what is to be
     * expected, what the preparation fetches included; then what is left.
     */
    long predictedBytes(long imageOffset);

    /** Returns how many of them have to come at once, at most, for anything to be kept. */
    long pieceBytes();

    /** Tells whether it is known that the image can be had so, and for what. */
    default boolean isPrepared() {
        return true;
    }

    /** Finds out. Returns at once, and may have told already. */
    default void prepare(long imageOffset, Preparation told) {
        told.ready();
    }

    /** Stops the preparation. Idempotent; it may be prepared again. */
    default void stop() {}

    /** The network is back: a preparation that waits for it goes on at once. */
    default void wake() {}

    /** The image is here: what was found out isn't needed any more. */
    default void done() {}

    /** Returns how many of the bytes of the last source came that weren't predicted, though nothing was wrong with the network. */
    default long unpredictedBytes() {
        return 0;
    }

    /**
     * Returns a source whose offsets are the image's, for one download that begins at an offset.
     *
     * @param network has what is fetched, counted and limited
     * @throws RejectedException if the payload can't be decoded here
     * @throws HalException if the content key can't be asked for now
     */
    PayloadSource source(PayloadSource network, long imageOffset) throws RejectedException, HalException;

    /** Returns what is left of a payload where an offset of its image is reached: about so much of it, as frames differ. */
    static long share(long payloadBytes, long imageBytes, long imageOffset) {
        double share = (double) (imageBytes - imageOffset) / imageBytes;
        return (long) Math.ceil(payloadBytes * share);
    }
}
