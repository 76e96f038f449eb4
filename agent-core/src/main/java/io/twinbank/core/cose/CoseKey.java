// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.cose;

import io.twinbank.core.RejectReason;
import io.twinbank.core.RejectedException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.stream.Collectors;

/**
 * A public key that signatures are checked with. It is checked when it is made, and is the same key, with the same
 * thumbprint, whichever of its DER forms it was made of. Immutable.
 */
public final class CoseKey {
    /** What kind of key it is. */
    public enum Type {
        /** An elliptic curve key on P-256. */
        P256(JdkScheme.ecdsa(PrimeCurve.P256, "SHA256")),
        /** An elliptic curve key on P-384. */
        P384(JdkScheme.ecdsa(PrimeCurve.P384, "SHA384")),
        /** An Edwards curve key on Ed25519. */
        ED25519(JdkScheme.ed25519()),
        /** A stateful hash-based key (RFC 8554), by SHA-256 with 32 bytes. */
        HSS_LMS(new HssLms()),
        /** A lattice key (FIPS 204) of category 2. */
        ML_DSA_44(MlDsa.ML_DSA_44),
        /** A lattice key (FIPS 204) of category 3. */
        ML_DSA_65(MlDsa.ML_DSA_65),
        /** A lattice key (FIPS 204) of category 5. */
        ML_DSA_87(MlDsa.ML_DSA_87);

        @SuppressWarnings("ImmutableEnumChecker") // a scheme holds nothing that changes
        private final SignatureScheme scheme;

        Type(SignatureScheme scheme) {
            this.scheme = scheme;
        }

        /**
         * Tells whether its signatures are meant to withstand a quantum computer: what a hybrid rule asks.
         *
         * @return whether it is a post-quantum key
         */
        public boolean postQuantum() {
            return scheme instanceof PostQuantumScheme;
        }

        /**
         * Tells whether its signatures can be checked here: those of a post-quantum key take a library.
         *
         * @return whether the library is there, or none is needed
         */
        public boolean checkable() {
            try {
                scheme.requireLibrary();
                return true;
            } catch (RejectedException e) {
                return false;
            }
        }

        SignatureScheme scheme() {
            return scheme;
        }
    }

    private final Type type;
    private final byte[] key;
    private final SignatureScheme.Check check;
    private final byte[] thumbprint;

    private CoseKey(Type type, byte[] key) throws GeneralSecurityException {
        this.type = type;
        this.key = key;
        this.check = type.scheme.check(key);
        this.thumbprint = sha256(type.scheme.coseKey(key));
    }

    /**
     * Makes a key of its DER form.
     *
     * @param subjectPublicKeyInfo as of RFC 5280; points on P-256 and P-384 uncompressed or compressed, HSS-LMS keys
     *     bare or in an OCTET STRING
     * @return the key
     * @throws IllegalArgumentException if it isn't a key of one of the types
     */
    public static CoseKey of(byte[] subjectPublicKeyInfo) {
        for (Type type : Type.values()) {
            if (type.scheme.fits(subjectPublicKeyInfo)) {
                try {
                    return new CoseKey(type, type.scheme.key(subjectPublicKeyInfo));
                } catch (GeneralSecurityException e) {
                    throw new IllegalArgumentException("public key: not a usable " + type + " key", e);
                }
            }
        }
        throw new IllegalArgumentException("public key: a SubjectPublicKeyInfo of none of the types "
                + Arrays.stream(Type.values()).map(Type::name).collect(Collectors.joining(", ")) + ", but "
                + subjectPublicKeyInfo.length + " other bytes");
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
     * Returns the DER form, the same for the same key: a point is uncompressed, an HSS-LMS key bare.
     *
     * @return a SubjectPublicKeyInfo (RFC 5280)
     */
    public byte[] subjectPublicKeyInfo() {
        return type.scheme.encode(key);
    }

    /**
     * Returns the COSE key thumbprint (RFC 9679): one key has one thumbprint, whatever form it came in and whatever
     * algorithm number it is used with.
     *
     * @return 32 bytes, SHA-256
     */
    public byte[] thumbprint() {
        return thumbprint.clone();
    }

    /**
     * Returns nothing where signatures of this key can be checked: those of a post-quantum key take a library.
     *
     * @throws RejectedException {@link RejectReason#UNSUPPORTED}, which names what to add
     */
    public void requireCheckable() throws RejectedException {
        type.scheme.requireLibrary();
    }

    /**
     * Checks a signature; returns nothing when it is good.
     *
     * @param message what was signed
     * @param signature as COSE has it
     * @throws RejectedException {@link RejectReason#BAD_SIGNATURE} when it isn't good; {@link RejectReason#UNSUPPORTED}
     *     where it can't be checked, see {@link #requireCheckable}
     */
    void verify(byte[] message, byte[] signature) throws RejectedException {
        int expected = type.scheme.signatureBytes(key, signature);
        if (signature.length != expected) {
            throw new RejectedException(
                    RejectReason.BAD_SIGNATURE,
                    "length of the signature by key " + this,
                    signature.length + " bytes",
                    expected + " bytes");
        }
        String flaw = type.scheme.flaw(key, signature).orElse("");
        if (!flaw.isEmpty()) {
            throw new RejectedException(RejectReason.BAD_SIGNATURE, "the signature by key " + this + ": " + flaw);
        }
        if (!check.holds(message, signature)) {
            throw new RejectedException(RejectReason.BAD_SIGNATURE, "the signature doesn't verify with key " + this);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CoseKey that && type == that.type && Arrays.equals(key, that.key);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(key);
    }

    /** Returns the thumbprint in hexadecimal. */
    @Override
    public String toString() {
        return HexFormat.of().formatHex(thumbprint);
    }

    private static byte[] sha256(byte[] data) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(data);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
