// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.suit;

import io.twinbank.core.RejectReason;
import io.twinbank.core.RejectedException;
import io.twinbank.core.cbor.CborReader;
import io.twinbank.core.cbor.CborWriter;
import io.twinbank.core.cbor.Slice;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.LongStream;

/**
 * A digest and how it was made (SUIT_Digest).
 *
 * @param algorithm the number in the COSE registry: -16 SHA-256, -43 SHA-384, -44 SHA-512
 * @param bytes the hash, 32, 48 or 64 bytes; copied in and out
 */
public record Digest(int algorithm, byte[] bytes) {
    private static final int SHA256 = -16;
    private static final int SHA384 = -43;
    private static final Map<Integer, String> NAMES = Map.of(SHA256, "SHA-256", SHA384, "SHA-384", -44, "SHA-512");
    private static final Map<Integer, Integer> LENGTHS = Map.of(SHA256, 32, SHA384, 48, -44, 64);
    private static final Map<Long, String> UNSUPPORTED = Map.of(-14L, "SHA-1", -18L, "SHAKE128", -45L, "SHAKE256");

    /** Checks the algorithm and the length. */
    public Digest {
        if (!Objects.equals(LENGTHS.get(algorithm), bytes.length)) {
            throw new IllegalArgumentException("bytes: " + bytes.length + " for algorithm " + algorithm
                    + "; lengths by algorithm are " + new TreeMap<>(LENGTHS));
        }
        bytes = bytes.clone();
    }

    /**
     * Makes a SHA-256 digest of its hash.
     *
     * @param hash 32 bytes, not the data itself
     * @return the digest
     */
    public static Digest sha256(byte[] hash) {
        return new Digest(SHA256, hash);
    }

    /**
     * Hashes data by SHA-256.
     *
     * @param data the data itself
     * @return its digest
     */
    public static Digest sha256Of(byte[] data) {
        return sha256(newMessageDigest(SHA256).digest(data));
    }

    /**
     * Hashes data by SHA-384.
     *
     * @param data the data itself
     * @return its digest
     */
    public static Digest sha384Of(byte[] data) {
        return new Digest(SHA384, newMessageDigest(SHA384).digest(data));
    }

    /**
     * Decodes a SUIT_Digest.
     *
     * @param reader stands at the array; afterwards behind it
     * @return the digest
     * @throws RejectedException {@link RejectReason#MALFORMED}, or {@link RejectReason#UNSUPPORTED_ALGORITHM}
     */
    public static Digest decode(CborReader reader) throws RejectedException {
        int at = reader.position();
        int items = reader.readArray();
        if (items != 2) {
            throw malformed(at, items + " items", "2 items: algorithm, bytes");
        }
        long algorithm = reader.readInteger();
        Slice hash = reader.readBytes();
        Integer length = algorithm == (int) algorithm ? LENGTHS.get((int) algorithm) : null;
        if (length == null) {
            throw new RejectedException(
                    RejectReason.UNSUPPORTED_ALGORITHM,
                    "digest algorithm at byte " + at,
                    UNSUPPORTED.getOrDefault(algorithm, "algorithm") + " (" + algorithm + ")",
                    "SHA-256 (-16), SHA-384 (-43) or SHA-512 (-44)");
        }
        if (hash.length() != length) {
            throw malformed(at, hash.length() + " bytes", length + " bytes");
        }
        return new Digest((int) algorithm, hash.toByteArray());
    }

    /** Makes a digest of its hash: each algorithm's has a length of its own. */
    static Optional<Digest> ofHash(byte[] hash) {
        return LENGTHS.entrySet().stream()
                .filter(known -> known.getValue() == hash.length)
                .findFirst()
                .map(known -> new Digest(known.getKey(), hash));
    }

    /** The numbers of the algorithms. */
    static LongStream algorithms() {
        return LENGTHS.keySet().stream().mapToLong(Integer::longValue);
    }

    /**
     * Encodes it as a SUIT_Digest.
     *
     * @param writer where to
     */
    public void encode(CborWriter writer) {
        writer.array(a -> a.integer(algorithm).bytes(bytes));
    }

    /** Returns the digest, by this algorithm, of a slice. */
    Digest of(Slice data) {
        MessageDigest message = newMessageDigest();
        data.update(message);
        return new Digest(algorithm, message.digest());
    }

    @Override
    public byte[] bytes() {
        return bytes.clone();
    }

    /**
     * Makes what computes such a digest.
     *
     * @return a fresh, empty message digest
     */
    public MessageDigest newMessageDigest() {
        return newMessageDigest(algorithm);
    }

    /**
     * Compares with a hash in constant time.
     *
     * @param hash computed by the same algorithm
     * @return whether they are equal
     */
    public boolean matches(byte[] hash) {
        return MessageDigest.isEqual(bytes, hash);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Digest that && algorithm == that.algorithm && matches(that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** Returns such as {@code sha-256:00ff..}, whole. */
    @Override
    public String toString() {
        return name(algorithm).toLowerCase(Locale.ROOT) + ":" + HexFormat.of().formatHex(bytes);
    }

    private static String name(int algorithm) {
        return NAMES.getOrDefault(algorithm, "");
    }

    private static MessageDigest newMessageDigest(int algorithm) {
        try {
            return MessageDigest.getInstance(name(algorithm));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-2", e);
        }
    }

    private static RejectedException malformed(int at, String found, String expected) {
        return new RejectedException(RejectReason.MALFORMED, "SUIT_Digest at byte " + at, found, expected);
    }
}
