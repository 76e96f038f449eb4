// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.cose;

import io.twinbank.core.RejectReason;
import io.twinbank.core.RejectedException;
import io.twinbank.hal.Role;
import io.twinbank.hal.TrustAnchor;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A key that signatures are checked with, a public one, or that MACs are checked with, a shared one. It is checked when it is made,
 * and is the same key, with the same thumbprint, whichever of its DER forms it was made of. Immutable.
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
        ML_DSA_87(MlDsa.ML_DSA_87),
        /** A shared key for HMAC with SHA-256 (RFC 9053, section 3.1), 32 bytes. */
        HMAC_256(new Hmac());

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
         * Tells whether it is a secret that both sides have: it checks MACs, and whoever has it can make them.
         *
         * @return whether it is no public key
         */
        public boolean shared() {
            return scheme instanceof Hmac;
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
                + Arrays.stream(Type.values())
                        .filter(type -> !type.shared())
                        .map(Type::name)
                        .collect(Collectors.joining(", "))
                + ", but "
                + (TrustAnchor.isShared(subjectPublicKeyInfo)
                        ? "a COSE_Key, as shared keys are, which only a device's factory may give it"
                        : subjectPublicKeyInfo.length + " other bytes"));
    }

    /**
     * Makes a shared key.
     *
     * @param coseKey a COSE_Key (RFC 9052, section 7) in deterministic CBOR with nothing but kty (1) 4, alg (3) 5 and k (-1) of 32
     *     bytes; the caller wipes it
     * @return the key
     * @throws IllegalArgumentException if it isn't such a key
     */
    public static CoseKey shared(byte[] coseKey) {
        try {
            return new CoseKey(Type.HMAC_256, Type.HMAC_256.scheme.key(coseKey));
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("shared key: can't be used", e);
        }
    }

    /**
     * Makes up a shared key.
     *
     * @param random where the secret comes from
     * @return the COSE_Key that {@link #shared} takes; the caller wipes it
     */
    public static byte[] newShared(SecureRandom random) {
        byte[] secret = new byte[Hmac.BYTES];
        random.nextBytes(secret);
        try {
            return Type.HMAC_256.scheme.encode(secret);
        } finally {
            Arrays.fill(secret, (byte) 0);
        }
    }

    /**
     * Makes the key of a trust anchor, public or shared.
     *
     * @param anchor whom a device believes
     * @return the key
     * @throws IllegalArgumentException if it isn't a key of one of the types
     */
    public static CoseKey of(TrustAnchor anchor) {
        byte[] key = anchor.key();
        if (!anchor.shared()) {
            return of(key);
        }
        try {
            return shared(key);
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }

    /**
     * Makes a trust anchor of it, for any component.
     *
     * @param name for people
     * @param roles what it may vouch for; a shared key only for firmware
     * @return the anchor
     */
    public TrustAnchor anchor(String name, Role... roles) {
        byte[] encoded = type.scheme.encode(key);
        try {
            return new TrustAnchor(name, encoded, Set.of(roles));
        } finally {
            Arrays.fill(encoded, (byte) 0);
        }
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
     * @throws IllegalStateException if the key is shared, and so has no public form
     */
    public byte[] subjectPublicKeyInfo() {
        if (type.shared()) {
            throw new IllegalStateException("key " + this + " is shared: it has no public form");
        }
        return type.scheme.encode(key);
    }

    /**
     * Returns the COSE key thumbprint (RFC 9679): one key has one thumbprint, whatever form it came in and whatever
     * algorithm number it is used with. That of a shared key is a hash of the secret, which must be one that nobody can guess.
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
     * Checks a signature or a MAC; returns nothing when it is good.
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
                    "length of the " + what() + " by key " + this,
                    signature.length + " bytes",
                    expected + " bytes");
        }
        String flaw = type.scheme.flaw(key, signature).orElse("");
        if (!flaw.isEmpty()) {
            throw new RejectedException(RejectReason.BAD_SIGNATURE, "the " + what() + " by key " + this + ": " + flaw);
        }
        if (!check.holds(message, signature)) {
            throw new RejectedException(
                    RejectReason.BAD_SIGNATURE, "the " + what() + " doesn't verify with key " + this);
        }
    }

    private String what() {
        return type.shared() ? "MAC" : "signature";
    }

    /** Makes a MAC, which takes a shared key. */
    byte[] mac(byte[] message) {
        return Hmac.mac(key, message);
    }

    /** One key has one thumbprint, so no secret is compared. */
    @Override
    public boolean equals(Object other) {
        return other instanceof CoseKey that && type == that.type && Arrays.equals(thumbprint, that.thumbprint);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(thumbprint);
    }

    /** Returns the thumbprint in hexadecimal; never a secret. */
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
