// SPDX-License-Identifier: Apache-2.0
package io.twinbank.publisher;

import io.twinbank.core.suit.Digest;
import io.twinbank.core.suit.EnvelopeBuilder;
import io.twinbank.core.suit.PayloadEncoding;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * What a manifest says of an image, wherever it lies.
 *
 * @param digest SHA-256 of its bytes
 * @param sizeBytes how many there are, at least 1
 */
public record MeasuredImage(Digest digest, long sizeBytes) {
    private static final int CHUNK_BYTES = 1 << 20;

    /** Checks the size. */
    public MeasuredImage {
        if (sizeBytes < 1) {
            throw new IllegalArgumentException("sizeBytes must be at least 1, not " + sizeBytes);
        }
    }

    /**
     * Measures an image of any size in constant memory.
     *
     * @param file the image
     * @param progress told how many bytes are done, after each piece
     * @return its size and digest
     * @throws IOException if the file can't be read, or is empty
     */
    public static MeasuredImage of(Path file, LongConsumer progress) throws IOException {
        MessageDigest sha256 = sha256();
        byte[] chunk = new byte[CHUNK_BYTES];
        long done = 0;
        try (InputStream in = Files.newInputStream(file)) {
            for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
                sha256.update(chunk, 0, n);
                done += n;
                progress.accept(done);
            }
        }
        if (done == 0) {
            throw new IOException(file + ": empty; an image has at least one byte");
        }
        return new MeasuredImage(Digest.sha256(sha256.digest()), done);
    }

    /** Measures an image, and shows on the way how far that has come. */
    static MeasuredImage of(Path file, PrintWriter err) throws IOException {
        Progress progress = new Progress(err, Terminal.isPresent(), "hashing " + file.getFileName(), Files.size(file));
        try {
            return of(file, progress::at);
        } finally {
            progress.close();
        }
    }

    /**
     * Says where the image is.
     *
     * @param uri where devices fetch it, or {@code #name} for a payload in the envelope
     * @return what an envelope is built of
     */
    public EnvelopeBuilder.Image at(String uri) {
        return at(uri, PayloadEncoding.IDENTITY);
    }

    /**
     * Says where an encoded image is.
     *
     * @param uri where devices fetch it, or {@code #name} for a payload in the envelope
     * @param encoding how what they fetch becomes the image
     * @return what an envelope is built of
     */
    public EnvelopeBuilder.Image at(String uri, PayloadEncoding encoding) {
        return new EnvelopeBuilder.Image(digest, sizeBytes, uri, encoding);
    }

    /** Says where an encoded image is, and what lies beside it. */
    EnvelopeBuilder.Image at(String uri, PayloadEncoding encoding, List<MadeRoute> routes) {
        return new EnvelopeBuilder.Image(
                digest,
                sizeBytes,
                uri,
                encoding,
                routes.stream().map(route -> route.beside(URI.create(uri))).toList());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
