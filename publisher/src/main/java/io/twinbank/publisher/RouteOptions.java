// SPDX-License-Identifier: Apache-2.0
package io.twinbank.publisher;

import io.twinbank.core.internal.index.BlockIndex;
import io.twinbank.core.suit.ChunkHashes;
import io.twinbank.core.suit.Digest;
import io.twinbank.core.suit.Frames;
import io.twinbank.core.suit.PayloadEncoding;
import io.twinbank.core.suit.Route;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options for other ways to the image than its whole payload, for devices that hold something of it already. */
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class RouteOptions {
    /** Of the digest, in a delta's name: enough to tell the few images of a product from each other. */
    private static final int NAME_CHARS = 8;
    /** Four lists of hashes and that of the whole payload have to fit into an envelope. */
    private static final int MOST_CHUNKS = 256;

    @Option(
            names = "--delta-from",
            paramLabel = "OLD",
            description =
                    "write as well what makes the image from this one, for devices whose bank holds exactly it; several"
                            + " times for several. Devices take the cheapest way that they can go. An agent that doesn't know"
                            + " deltas refuses the manifest")
    private List<Path> olds = List.of();

    @Option(
            names = "--delta-uri",
            paramLabel = "URI",
            description = "where devices fetch the delta, once for each --delta-from, in their order; by default beside"
                    + " --uri, by the name of its file")
    private List<URI> deltaUris = List.of();

    @Option(
            names = "--index",
            description =
                    "write as well the block index of the image, IMAGE.index, and its packed blocks, IMAGE.store, for"
                            + " devices with any image: they fetch the blocks that they don't hold. Says how much that is for"
                            + " those that hold the image of a --delta-from")
    private boolean index;

    @Option(
            names = "--index-uri",
            paramLabel = "URI",
            description = "where devices fetch the index; by default beside --uri")
    private @Nullable URI indexUri;

    @Option(
            names = "--store-uri",
            paramLabel = "URI",
            description = "where devices fetch the packed blocks; by default beside --uri")
    private @Nullable URI storeUri;

    /** Tells whether there is any. */
    boolean isWanted() {
        return index || !olds.isEmpty();
    }

    /** Tells whether there is a delta. */
    boolean hasDelta() {
        return !olds.isEmpty();
    }

    /** Says what the options lack, for a whole payload at each of these URIs. */
    Optional<String> complaint(List<URI> wholeUris, boolean integrated, boolean encrypted) {
        if (!deltaUris.isEmpty() && deltaUris.size() != olds.size()) {
            return Optional.of("--delta-uri: one for each --delta-from or none; there are " + deltaUris.size() + " for "
                    + olds.size());
        }
        if (!index && (indexUri != null || storeUri != null)) {
            return Optional.of("--index-uri and --store-uri go with --index");
        }
        if (!isWanted()) {
            return Optional.empty();
        }
        if (olds.size() + (index ? 1 : 0) > Route.MAX_ROUTES) {
            return Optional.of("--delta-from, --index: a manifest has at most " + Route.MAX_ROUTES + " of them, not "
                    + (olds.size() + (index ? 1 : 0)));
        }
        if (integrated) {
            return Optional.of("--integrated brings the whole image in the envelope: there is nothing to save by"
                    + " --delta-from or --index");
        }
        if (index && encrypted) {
            return Optional.of(
                    "--index doesn't go with --encrypt-for: who fetches the packed blocks has the image, and they"
                            + " aren't encrypted");
        }
        Stream<@Nullable URI> said = Stream.concat(deltaUris.stream(), Stream.of(indexUri, storeUri));
        Optional<URI> relative =
                said.filter(uri -> uri != null && !uri.isAbsolute()).findFirst();
        if (relative.isPresent()) {
            return Optional.of("not an absolute URI such as https://...: " + relative.get());
        }
        boolean derived = deltaUris.size() < olds.size() || (index && (indexUri == null || storeUri == null));
        return wholeUris.stream()
                .filter(uri -> derived && !MadeRoute.hasSiblings(uri))
                .findFirst()
                .map(uri -> "what lies beside " + uri + " can't be told from it: say --delta-uri, or --index-uri and"
                        + " --store-uri");
    }

    /** Writes the files beside the image; a delta that saves nothing is told of, and left out. */
    List<MadeRoute> make(
            Path image, MeasuredImage measured, long wholeBytes, EncryptOptions encryption, PrintWriter err)
            throws IOException, GeneralSecurityException {
        List<MadeRoute> made = new ArrayList<>();
        List<Digest> bases = new ArrayList<>();
        for (int i = 0; i < olds.size(); i++) {
            Path old = olds.get(i);
            MeasuredImage base = MeasuredImage.of(old, err);
            if (base.digest().equals(measured.digest())) {
                throw new IOException(
                        "--delta-from " + old + " is the image itself, by its digest: name the one that devices have");
            }
            if (bases.contains(base.digest())) {
                throw new IOException("--delta-from " + old + " is the same image as one before it");
            }
            bases.add(base.digest());
            MadeRoute.Delta delta =
                    delta(image, measured, old, base, deltaUris.isEmpty() ? null : deltaUris.get(i), encryption, err);
            if (delta.bytes() < wholeBytes) {
                made.add(delta);
            } else {
                Files.delete(delta.file());
                err.println(
                        "warning: the delta from " + old + " is left out, for it is no smaller than the whole payload: "
                                + delta.bytes() + " of " + wholeBytes + " bytes. " + DeltaCommand.WITHOUT_USE);
            }
        }
        if (index) {
            made.add(index(image, measured.sizeBytes(), err));
        }
        return made;
    }

    private static MadeRoute.Delta delta(
            Path image,
            MeasuredImage measured,
            Path old,
            MeasuredImage base,
            @Nullable URI uri,
            EncryptOptions encryption,
            PrintWriter err)
            throws IOException, GeneralSecurityException {
        String digest = base.digest().toString();
        int from = digest.indexOf(':') + 1;
        Path plain = image.resolveSibling(String.format(
                Locale.ROOT, "%s.from-%s.delta", image.getFileName(), digest.substring(from, from + NAME_CHARS)));
        long bytes = DeltaCommand.write(old, image, plain, measured.sizeBytes(), Frames.USUAL_FRAME_BYTES, err);
        Path payload = encryption.isWanted() ? plain.resolveSibling(plain.getFileName() + ".enc") : plain;
        PayloadEncoding encoding = encryption.encrypt(plain, bytes, payload);
        if (encryption.isWanted()) {
            Files.delete(plain); // it tells of the image
        }
        Frames frames = new Frames(
                Frames.Codec.DELTA,
                Frames.USUAL_FRAME_BYTES,
                bytes,
                Optional.of(new Frames.Base(base.digest(), base.sizeBytes())));
        return new MadeRoute.Delta(
                payload,
                Files.size(payload),
                old,
                base.digest(),
                uri,
                encoding.with(hashes(payload)).with(frames));
    }

    private static ChunkHashes hashes(Path payload) throws IOException {
        try (InputStream in = Files.newInputStream(payload)) {
            return ChunkHashes.of(in, chunkBytes(Files.size(payload)));
        } catch (IllegalArgumentException e) {
            throw new IOException(payload + ": " + e.getMessage(), e);
        }
    }

    /** Returns the smallest size of chunks of which there are few enough; the largest, if there are too many of any. */
    static int chunkBytes(long payloadBytes) {
        int chunkBytes = PackCommand.HASHED_CHUNK_BYTES;
        while (chunkBytes < ChunkHashes.MAX_CHUNK_BYTES && (long) chunkBytes * MOST_CHUNKS < payloadBytes) {
            chunkBytes *= 2;
        }
        return chunkBytes;
    }

    private MadeRoute.Index index(Path image, long imageBytes, PrintWriter err) throws IOException {
        Path file = image.resolveSibling(image.getFileName() + ".index");
        Path store = image.resolveSibling(image.getFileName() + ".store");
        BlockIndex made;
        try {
            made = IndexCommand.make(image, Optional.of(store), BlockIndex.blockBytesFor(imageBytes), err);
        } catch (IllegalArgumentException e) {
            throw new IOException(image + " can't be indexed: " + e.getMessage(), e);
        }
        byte[] encoded = made.encode();
        Files.write(file, encoded);
        List<IndexForecast> forecasts = new ArrayList<>();
        for (Path old : olds) {
            forecasts.add(IndexForecast.of(old, made, encoded.length, err));
        }
        return new MadeRoute.Index(
                file,
                Digest.sha256Of(encoded),
                encoded.length,
                store,
                Files.size(store),
                forecasts,
                indexUri,
                storeUri);
    }
}
