// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.pipeline;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** A library that decodes zstd. Each implementation is all that knows its library, so that nothing else needs it to be there. */
interface Zstd {
    /** Returns which library it is, for people. */
    String title();

    /**
     * Decodes a zstd frame whose header {@link ZstdFrames} has looked at.
     *
     * @param encoded all of it, in an array
     * @param dst where to; written nowhere beyond its limit, whatever the frame says
     * @throws RuntimeException if it isn't such a frame
     */
    void decode(ByteBuffer encoded, ByteBuffer dst);

    /** Finds one: the native one where its jar is there and runs on this machine, else the one in Java. */
    static Optional<Zstd> find() {
        // No method references: they would look for the libraries out here.
        List<Supplier<Zstd>> libraries = List.of(() -> NativeZstd.load(), () -> JavaZstd.load());
        for (Supplier<Zstd> library : libraries) {
            try {
                return Optional.of(library.get());
            } catch (LinkageError e) {
                // It isn't there, or not for this machine; the next one may be.
            }
        }
        return Optional.empty();
    }
}
