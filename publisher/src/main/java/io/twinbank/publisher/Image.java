// SPDX-License-Identifier: Apache-2.0
package io.twinbank.publisher;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.function.LongConsumer;

/**
 * What a manifest says of an image.
 *
 * @param sizeBytes its size
 * @param sha256 its SHA-256, 32 bytes; copied in and out
 */
public record Image(long sizeBytes, byte[] sha256) {
    private static final int CHUNK_BYTES = 1 << 20;

    public Image {
        sha256 = sha256.clone();
        if (sizeBytes < 1) {
            throw new IllegalArgumentException("sizeBytes must be at least 1, not " + sizeBytes);
        }
        if (sha256.length != 32) {
            throw new IllegalArgumentException("sha256 must have 32 bytes, not " + sha256.length);
        }
    }

    /**
     * Measures an image of any size in constant memory.
     *
     * @param file the image
     * @param progress told how many bytes are done, after each mebibyte
     * @return its size and digest
     * @throws IOException if the file can't be read, or is empty
     */
    public static Image of(Path file, LongConsumer progress) throws IOException {
        MessageDigest digest = digest();
        byte[] chunk = new byte[CHUNK_BYTES];
        long done = 0;
        try (InputStream in = Files.newInputStream(file)) {
            for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
                digest.update(chunk, 0, n);
                done += n;
                progress.accept(done);
            }
        }
        if (done == 0) {
            throw new IOException(file + " is empty: an image has at least one byte");
        }
        return new Image(done, digest.digest());
    }

    /**
     * Measures an image in memory.
     *
     * @param bytes the image
     * @return its size and digest
     */
    public static Image of(byte[] bytes) {
        return new Image(bytes.length, digest().digest(bytes));
    }

    private static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA-256", e);
        }
    }

    @Override
    public byte[] sha256() {
        return sha256.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Image that && sizeBytes == that.sizeBytes && Arrays.equals(sha256, that.sha256);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(sha256);
    }

    @Override
    public String toString() {
        return "Image[" + sizeBytes + " bytes, sha256 " + HexFormat.of().formatHex(sha256) + "]";
    }
}
