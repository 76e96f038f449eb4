// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.cose;

import io.twinbank.core.RejectReason;
import io.twinbank.core.RejectedException;
import io.twinbank.core.cbor.CborWriter;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * A public key that signatures are checked with. It is checked when it is made: only keys on P-256 (uncompressed) and
 * Ed25519, in the one DER form that they have. Immutable.
 */
public final class CoseKey {
    private static final HexFormat HEX = HexFormat.of();
    private static final int COORDINATE_BYTES = 32;
    private static final BigInteger P256_PRIME =
            new BigInteger("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff", 16);
    private static final BigInteger P256_B =
            new BigInteger("5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b", 16);
    private static final BigInteger P256_ORDER =
            new BigInteger("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", 16);

    /** What kind of key it is. */
    public enum Type {
        /** An elliptic curve key on P-256. */
        P256(
                "EC",
                "SHA256withECDSAinP1363Format",
                "3059301306072a8648ce3d020106082a8648ce3d03010703420004",
                2 * COORDINATE_BYTES),
        /** An Edwards curve key on Ed25519. */
        ED25519("Ed25519", "Ed25519", "302a300506032b6570032100", COORDINATE_BYTES);

        private final String keyFactory;
        private final String signature;
        private final String prefixHex;
        private final int rawBytes;

        Type(String keyFactory, String signature, String prefixHex, int rawBytes) {
            this.keyFactory = keyFactory;
            this.signature = signature;
            this.prefixHex = prefixHex;
            this.rawBytes = rawBytes;
        }

        /**
         * Tells whether its signatures are meant to withstand a quantum computer: what a hybrid rule asks.
         *
         * @return whether it is a post-quantum key
         */
        public boolean postQuantum() {
            return switch (this) {
                case P256, ED25519 -> false;
            };
        }

        Signature newSignature() {
            try {
                return Signature.getInstance(signature);
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("this Java has no " + signature, e);
            }
        }

        private boolean fits(byte[] der) {
            return der.length == prefixHex.length() / 2 + rawBytes
                    && HEX.formatHex(der).startsWith(prefixHex);
        }
    }

    private final Type type;
    private final PublicKey key;
    private final byte[] thumbprint;

    private CoseKey(Type type, PublicKey key, byte[] raw) {
        this.type = type;
        this.key = key;
        this.thumbprint = sha256(type == Type.P256 ? encodeEc2(raw) : encodeOkp(raw));
    }

    /**
     * Makes a key of its DER form.
     *
     * @param subjectPublicKeyInfo as of RFC 5280
     * @return the key
     * @throws IllegalArgumentException if it isn't a P-256 or Ed25519 key
     */
    public static CoseKey of(byte[] subjectPublicKeyInfo) {
        for (Type type : Type.values()) {
            if (type.fits(subjectPublicKeyInfo)) {
                int end = subjectPublicKeyInfo.length;
                byte[] raw = Arrays.copyOfRange(subjectPublicKeyInfo, end - type.rawBytes, end);
                if (type == Type.P256) {
                    requireOnCurve(raw);
                }
                try {
                    PublicKey key = KeyFactory.getInstance(type.keyFactory)
                            .generatePublic(new X509EncodedKeySpec(subjectPublicKeyInfo));
                    return new CoseKey(type, key, raw);
                } catch (GeneralSecurityException e) {
                    throw new IllegalArgumentException("public key: not a usable " + type + " key", e);
                }
            }
        }
        throw new IllegalArgumentException("public key: neither P-256 (uncompressed) nor Ed25519 as"
                + " SubjectPublicKeyInfo, but " + subjectPublicKeyInfo.length + " other bytes");
    }

    /**
     * Returns what kind of key it is.
     *
     * @return the type
     */
    public Type type() {
        return type;
    }

    /**
     * Returns the COSE key thumbprint (RFC 9679): one key has one thumbprint, whatever algorithm number it is used with.
     *
     * @return 32 bytes, SHA-256
     */
    public byte[] thumbprint() {
        return thumbprint.clone();
    }

    /**
     * Checks a signature; returns nothing when it is good.
     *
     * @param message what was signed
     * @param signature 64 bytes, as COSE has it
     * @throws RejectedException {@link RejectReason#BAD_SIGNATURE} when it isn't good
     */
    void verify(byte[] message, byte[] signature) throws RejectedException {
        if (signature.length != 2 * COORDINATE_BYTES) {
            throw new RejectedException(
                    RejectReason.BAD_SIGNATURE,
                    "length of the signature by key " + this,
                    signature.length + " bytes",
                    2 * COORDINATE_BYTES + " bytes");
        }
        if (type == Type.P256 && !(inRange(signature, 0) && inRange(signature, COORDINATE_BYTES))) {
            throw new RejectedException(
                    RejectReason.BAD_SIGNATURE, "r or s of the signature by key " + this + " is out of range");
        }
        if (!holds(message, signature)) {
            throw new RejectedException(RejectReason.BAD_SIGNATURE, "the signature doesn't verify with key " + this);
        }
    }

    /** Returns the thumbprint in hexadecimal. */
    @Override
    public String toString() {
        return HEX.formatHex(thumbprint);
    }

    private boolean holds(byte[] message, byte[] signature) {
        Signature verifier = type.newSignature();
        try {
            verifier.initVerify(key);
            verifier.update(message);
            return verifier.verify(signature);
        } catch (SignatureException e) {
            return false; // the JDK's way to say that it isn't even the form of a signature
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("key " + this + " was accepted, but can't be used", e);
        }
    }

    private static boolean inRange(byte[] signature, int offset) {
        BigInteger value = coordinate(signature, offset);
        return value.signum() > 0 && value.compareTo(P256_ORDER) < 0;
    }

    private static void requireOnCurve(byte[] raw) {
        BigInteger x = coordinate(raw, 0);
        BigInteger y = coordinate(raw, COORDINATE_BYTES);
        BigInteger right = x.pow(3).subtract(x.multiply(BigInteger.valueOf(3))).add(P256_B);
        boolean reduced = x.compareTo(P256_PRIME) < 0 && y.compareTo(P256_PRIME) < 0;
        if (!reduced || y.pow(2).subtract(right).mod(P256_PRIME).signum() != 0) {
            throw new IllegalArgumentException("public key: the point isn't on P-256");
        }
    }

    private static BigInteger coordinate(byte[] raw, int offset) {
        return new BigInteger(1, raw, offset, COORDINATE_BYTES);
    }

    private static byte[] encodeEc2(byte[] raw) {
        return new CborWriter()
                .map(m -> {
                    m.entry(1).integer(2);
                    m.entry(-1).integer(1);
                    m.entry(-2).bytes(Arrays.copyOfRange(raw, 0, COORDINATE_BYTES));
                    m.entry(-3).bytes(Arrays.copyOfRange(raw, COORDINATE_BYTES, raw.length));
                })
                .toByteArray();
    }

    private static byte[] encodeOkp(byte[] raw) {
        return new CborWriter()
                .map(m -> {
                    m.entry(1).integer(1);
                    m.entry(-1).integer(6);
                    m.entry(-2).bytes(raw);
                })
                .toByteArray();
    }

    private static byte[] sha256(byte[] data) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(data);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
