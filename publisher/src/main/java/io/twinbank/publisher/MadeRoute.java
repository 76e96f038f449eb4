// SPDX-License-Identifier: Apache-2.0
package io.twinbank.publisher;

import io.twinbank.core.suit.ChunkHashes;
import io.twinbank.core.suit.Digest;
import io.twinbank.core.suit.IndexReference;
import io.twinbank.core.suit.PayloadEncoding;
import io.twinbank.core.suit.Route;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A route whose files are written. Where devices fetch them is said, or beside the whole payload. */
sealed interface MadeRoute {
    /** Makes the manifest's route for a whole payload at a URI. */
    Route beside(URI whole);

    /** The hashes of what is fetched; empty where nothing is fetched whole. */
    Optional<ChunkHashes> hashes();

    /** What was written, for people. */
    String words(long wholeBytes);

    /**
     * A delta.
     *
     * @param file what devices fetch
     * @param bytes how much that is
     * @param old the image that it is from
     * @param base the digest of that
     * @param uri where devices fetch it; null for beside the whole payload
     * @param encoding how it becomes the image
     */
    record Delta(
            Path file,
            long bytes,
            Path old,
            Digest base,
            @Nullable URI uri,
            PayloadEncoding encoding) implements MadeRoute {
        @Override
        public Route beside(URI whole) {
            return new Route(uri != null ? uri : sibling(whole, file), encoding);
        }

        @Override
        public Optional<ChunkHashes> hashes() {
            return encoding.chunkHashes();
        }

        @Override
        public String words(long wholeBytes) {
            return "delta       " + file + ", " + Progress.size(bytes) + ", " + RouteCost.saved(bytes, wholeBytes)
                    + " than the whole payload, for devices that hold " + old + " (" + base + ")";
        }
    }

    /**
     * A block index and its store.
     *
     * @param file the index
     * @param digest of the index
     * @param bytes how large the index is
     * @param store the packed blocks
     * @param storeBytes how large the store is
     * @param forecasts what devices with some images are predicted to fetch
     * @param indexUri where devices fetch the index; null for beside the whole payload
     * @param storeUri where devices fetch ranges of the store; null for beside the whole payload
     */
    record Index(
            Path file,
            Digest digest,
            long bytes,
            Path store,
            long storeBytes,
            List<IndexForecast> forecasts,
            @Nullable URI indexUri,
            @Nullable URI storeUri)
            implements MadeRoute {
        /** Copies the list. */
        public Index {
            forecasts = List.copyOf(forecasts);
        }

        @Override
        public Route beside(URI whole) {
            URI at = indexUri != null ? indexUri : sibling(whole, file);
            return new Route(
                    storeUri != null ? storeUri : sibling(whole, store),
                    PayloadEncoding.by(new IndexReference(digest, bytes, at)));
        }

        @Override
        public Optional<ChunkHashes> hashes() {
            return Optional.empty();
        }

        @Override
        public String words(long wholeBytes) {
            return "index       " + file + ", " + Progress.size(bytes) + ", and " + store + ", "
                    + Progress.size(storeBytes)
                    + ": devices fetch the index, and of the store what they don't hold, instead of "
                    + Progress.size(wholeBytes)
                    + forecasts.stream()
                            .map(each -> System.lineSeparator() + "            one with " + each.old() + " fetches "
                                    + Progress.size(each.bytes()) + " by it, "
                                    + RouteCost.saved(each.bytes(), wholeBytes))
                            .collect(Collectors.joining());
        }
    }

    /** Tells whether what lies beside a payload has a URI that follows from the payload's. */
    static boolean hasSiblings(URI whole) {
        return !whole.isOpaque()
                && whole.getRawPath().startsWith("/")
                && whole.getRawQuery() == null
                && whole.getRawFragment() == null;
    }

    private static URI sibling(URI whole, Path file) {
        try {
            return whole.resolve(new URI(null, null, "./" + file.getFileName(), null));
        } catch (URISyntaxException e) {
            throw new IllegalStateException("a path is no URI: " + file, e);
        }
    }
}
