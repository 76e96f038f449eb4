// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.boot;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.DigestInputStream;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.util.Arrays;
import java.util.Optional;

/**
 * The simulated firmware format. As with MCUboot and FIT images, the boot loader verifies it by itself: a header that the
 * image's maker signed with Ed25519, and a body whose SHA-256 is in it. All integers are big-endian.
 *
 * <pre>
 *   0    8  magic "TWBSIMG1"
 *   8    8  security version
 *   16   8  body length in bytes
 *   24   4  age of the agent in it, from 0
 *   28   4  behaviour, from 1: works, not yet three times, fails, hangs, never starts
 *   32  32  SHA-256 of the body
 *   64  64  version, UTF-8, filled with zeros
 *   128 64  Ed25519 signature of bytes 0 to 127
 *   192  n  body
 * </pre>
 */
public final class SimImage {
    /** The length of the header with its signature, in bytes. */
    public static final int HEADER_BYTES = 192;

    private static final byte[] MAGIC = "TWBSIMG1".getBytes(StandardCharsets.US_ASCII);
    private static final int SIGNED_BYTES = 128;
    private static final int VERSION_BYTES = 64;

    private SimImage() {}

    /**
     * What an image says of itself.
     *
     * @param version for people; at most 64 bytes of UTF-8
     * @param securityVersion the anti-rollback number, at least 0
     * @param behaviour what the firmware does once it is booted
     * @param agentAge which agent is in it: a higher one is newer, and may write records that an older one can't read
     */
    public record Spec(String version, long securityVersion, Behaviour behaviour, int agentAge) {
        public Spec {
            if (agentAge < 0) {
                throw new IllegalArgumentException("agentAge must be at least 0, not " + agentAge);
            }
            int length = version.getBytes(StandardCharsets.UTF_8).length;
            if (length > VERSION_BYTES) {
                throw new IllegalArgumentException("version must have at most 64 bytes, not " + length);
            }
            if (securityVersion < 0) {
                throw new IllegalArgumentException("securityVersion must be at least 0, not " + securityVersion);
            }
        }

        /**
         * Makes the values of an image with an agent of age 0.
         *
         * @param version for people; at most 64 bytes of UTF-8
         * @param securityVersion the anti-rollback number, at least 0
         * @param behaviour what the firmware does once it is booted
         */
        public Spec(String version, long securityVersion, Behaviour behaviour) {
            this(version, securityVersion, behaviour, 0);
        }
    }

    /**
     * A header as it was read: well-formed, not yet believed.
     *
     * @param spec what the image says of itself
     * @param bodyBytes the body's length
     * @param bodySha256 the body's SHA-256; copied in and out
     * @param encoded the header as it lies in the bank; copied in and out
     */
    public record Header(Spec spec, long bodyBytes, byte[] bodySha256, byte[] encoded) {
        public Header {
            bodySha256 = bodySha256.clone();
            encoded = encoded.clone();
        }

        @Override
        public byte[] bodySha256() {
            return bodySha256.clone();
        }

        @Override
        public byte[] encoded() {
            return encoded.clone();
        }

        /**
         * Returns the length of the whole image.
         *
         * @return in bytes
         */
        public long imageBytes() {
            return HEADER_BYTES + bodyBytes;
        }

        /**
         * Verifies the signature.
         *
         * @param key the image maker's Ed25519 key
         * @return whether it made this header
         */
        public boolean isSignedBy(PublicKey key) {
            try {
                Signature signature = Signature.getInstance("Ed25519");
                signature.initVerify(key);
                signature.update(encoded, 0, SIGNED_BYTES);
                return signature.verify(encoded, SIGNED_BYTES, HEADER_BYTES - SIGNED_BYTES);
            } catch (GeneralSecurityException e) {
                return false; // a signature that isn't even well-formed
            }
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Header that && Arrays.equals(encoded, that.encoded);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(encoded);
        }

        @Override
        public String toString() {
            return spec + ", " + bodyBytes + " bytes";
        }
    }

    /** A body of any size, read twice: for the digest in the header, and to copy it. */
    @FunctionalInterface
    public interface Body {
        /**
         * Opens the body from its beginning.
         *
         * @return a fresh stream
         * @throws IOException if it can't be opened
         */
        InputStream open() throws IOException;
    }

    /**
     * Writes an image; the body goes through in small pieces.
     *
     * @param out where to; not closed
     * @param spec what the image says of itself
     * @param body the body
     * @param key the image maker's Ed25519 key
     * @return the header that was written
     * @throws IOException if the body can't be read or the image can't be written, or the body changed meanwhile
     * @throws GeneralSecurityException if the key isn't an Ed25519 key
     */
    public static Header write(OutputStream out, Spec spec, Body body, PrivateKey key)
            throws IOException, GeneralSecurityException {
        MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
        long length;
        try (InputStream in = new DigestInputStream(body.open(), sha256)) {
            length = in.transferTo(OutputStream.nullOutputStream());
        }
        byte[] digest = sha256.digest();
        ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES)
                .put(MAGIC)
                .putLong(spec.securityVersion())
                .putLong(length)
                .putInt(spec.agentAge())
                .putInt(spec.behaviour().code())
                .put(digest)
                .put(spec.version().getBytes(StandardCharsets.UTF_8));
        Signature signature = Signature.getInstance("Ed25519");
        signature.initSign(key);
        signature.update(header.array(), 0, SIGNED_BYTES);
        header.position(SIGNED_BYTES).put(signature.sign());
        out.write(header.array());
        try (InputStream in = new DigestInputStream(body.open(), sha256)) {
            in.transferTo(out);
        }
        if (!MessageDigest.isEqual(digest, sha256.digest())) {
            throw new IOException("the body changed while it was read");
        }
        return new Header(spec, length, digest, header.array());
    }

    /**
     * Reads a header, which is then still to be verified.
     *
     * @param bytes at least {@link #HEADER_BYTES} from its position on
     * @return the header; empty if this isn't one
     */
    public static Optional<Header> readHeader(ByteBuffer bytes) {
        if (bytes.remaining() < HEADER_BYTES) {
            return Optional.empty();
        }
        byte[] encoded = new byte[HEADER_BYTES];
        bytes.get(encoded);
        ByteBuffer fields = ByteBuffer.wrap(encoded, MAGIC.length, HEADER_BYTES - MAGIC.length);
        long securityVersion = fields.getLong();
        long bodyBytes = fields.getLong();
        int agentAge = fields.getInt();
        Optional<Behaviour> behaviour = Behaviour.ofCode(fields.getInt());
        if (!Arrays.equals(encoded, 0, MAGIC.length, MAGIC, 0, MAGIC.length)
                || securityVersion < 0
                || agentAge < 0
                || bodyBytes < 0
                || bodyBytes > Long.MAX_VALUE - HEADER_BYTES
                || behaviour.isEmpty()) {
            return Optional.empty();
        }
        byte[] digest = new byte[32];
        fields.get(digest);
        int length = VERSION_BYTES;
        while (length > 0 && encoded[64 + length - 1] == 0) {
            length--;
        }
        String version = new String(encoded, 64, length, StandardCharsets.UTF_8);
        if (version.getBytes(StandardCharsets.UTF_8).length > VERSION_BYTES) {
            return Optional.empty(); // bytes that aren't UTF-8
        }
        Spec spec = new Spec(version, securityVersion, behaviour.get(), agentAge);
        return Optional.of(new Header(spec, bodyBytes, digest, encoded));
    }
}
