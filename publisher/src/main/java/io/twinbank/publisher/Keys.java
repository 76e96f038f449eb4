// SPDX-License-Identifier: Apache-2.0
package io.twinbank.publisher;

import io.twinbank.core.cose.AgreementKey;
import io.twinbank.core.cose.CoseKey;
import io.twinbank.core.cose.SigningKey;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Signing keys in PEM files (RFC 7468): private ones as PKCS #8 (RFC 5958), public ones as SubjectPublicKeyInfo (RFC 5280); and
 * shared ones, for MACs, as COSE_Key (RFC 9052, section 7). What is done with public keys of the classic algorithms, and with shared
 * keys, takes no library beyond the JDK.
 */
public final class Keys {
    /** What a key signs with. */
    public enum Algorithm {
        /** Ed25519 (RFC 8032). */
        ED25519("ed25519", "Ed25519", null),
        /** ECDSA with SHA-256 on the curve P-256. */
        P256("es256", "EC", "secp256r1"),
        /** ECDSA with SHA-384 on the curve P-384. */
        P384("es384", "EC", "secp384r1"),
        /** HSS-LMS (RFC 8554): a key is good for so many signatures and no more, and its file changes with each. */
        HSS_LMS("hss-lms", null, null),
        /** ML-DSA-44 (FIPS 204). */
        ML_DSA_44("ml-dsa-44", null, null),
        /** ML-DSA-65 (FIPS 204). */
        ML_DSA_65("ml-dsa-65", null, null),
        /** ML-DSA-87 (FIPS 204). */
        ML_DSA_87("ml-dsa-87", null, null),
        /** HMAC with SHA-256: no signature, but a MAC by a key that the device has as well. */
        HMAC_256("hmac-256", null, null);

        private final String label;
        private final @Nullable String factory;
        private final @Nullable String curve;

        Algorithm(String label, @Nullable String factory, @Nullable String curve) {
            this.label = label;
            this.factory = factory;
            this.curve = curve;
        }

        /** Returns the name on the command line. */
        @Override
        public String toString() {
            return label;
        }

        private String factory() {
            if (factory == null) {
                throw new IllegalArgumentException("the JDK has no " + this + " keys");
            }
            return factory;
        }
    }

    private Keys() {}

    /**
     * Makes a fresh key pair.
     *
     * @param algorithm what it signs with, one of the classic ones
     * @return the key pair
     * @throws IllegalArgumentException if Java 17 has no such keys
     */
    public static KeyPair generate(Algorithm algorithm) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm.factory());
            if (algorithm.curve != null) {
                generator.initialize(new ECGenParameterSpec(algorithm.curve));
            }
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no " + algorithm, e);
        }
    }

    /**
     * Returns where the public key of a private key's file lies.
     *
     * @param privateFile such as {@code fw.pem}
     * @return such as {@code fw.pub.pem}
     */
    public static Path publicFile(Path privateFile) {
        String name = String.valueOf(privateFile.getFileName());
        String stem = name.endsWith(".pem") ? name.substring(0, name.length() - ".pem".length()) : name;
        return privateFile.resolveSibling(stem + ".pub.pem");
    }

    /**
     * Writes a key pair into two files: the private key, readable by its owner only, and the public key beside it.
     *
     * @param pair the key pair
     * @param privateFile the private key's file; {@link #publicFile} names the other
     * @param overwrite whether files that exist are replaced; a lost signing key can't be had again
     * @throws FileAlreadyExistsException if one exists and {@code overwrite} is false; nothing was written
     * @throws IOException if a file can't be written
     */
    public static void write(KeyPair pair, Path privateFile, boolean overwrite) throws IOException {
        byte[] secret = pair.getPrivate().getEncoded();
        write(secret, pair.getPublic().getEncoded(), privateFile, overwrite);
    }

    /** Writes both halves as DER, and wipes the private one. */
    static void write(byte[] secret, byte[] open, Path privateFile, boolean overwrite) throws IOException {
        Path publicFile = publicFile(privateFile);
        for (Path file : List.of(privateFile, publicFile)) {
            if (overwrite) {
                Files.deleteIfExists(file);
            } else if (Files.exists(file)) {
                throw new FileAlreadyExistsException(file.toString());
            }
        }
        Pem.write(privateFile, Pem.PRIVATE, secret);
        Arrays.fill(secret, (byte) 0);
        Pem.write(publicFile, Pem.PUBLIC, open);
    }

    /**
     * Finds what signs: a file, or a key in a token, whose PIN may be asked for.
     *
     * @param where a PKCS #8 PEM file, a PKCS #11 URI such as {@code pkcs11:token=release;object=maker}, or a shared key's file
     * @return the signing key; of a shared key, what makes MACs
     * @throws IOException if there is no such key, or it can't be used
     */
    public static SigningKey signingKey(String where) throws IOException {
        if (where.startsWith(Pkcs11Uri.SCHEME)) {
            return Pkcs11Token.key(Pkcs11Uri.parse(where));
        }
        Path file = Path.of(where);
        return SharedKeyFile.is(file) ? SigningKey.of(SharedKeyFile.read(file)) : PrivateKeys.signingKey(file);
    }

    /** Finds what signs anything but firmware: devices take MACs for nothing else. */
    static SigningKey privateKey(String where) throws IOException {
        SigningKey key = signingKey(where);
        if (key.algorithm().mac()) {
            throw new IOException(where + " is a shared key: devices take MACs for firmware only");
        }
        return key;
    }

    /**
     * Reads a private key of a classic algorithm and derives its public key.
     *
     * @param file a PKCS #8 PEM file
     * @return the key pair
     * @throws IOException if the file can't be read, or holds no such key
     */
    public static KeyPair readPrivate(Path file) throws IOException {
        return PrivateKeys.pair(file);
    }

    /**
     * Reads a public key that signatures are checked with.
     *
     * @param file a SubjectPublicKeyInfo PEM file
     * @return the public key
     * @throws IOException if the file can't be read, or holds no such key
     */
    public static CoseKey readPublic(Path file) throws IOException {
        try {
            return CoseKey.of(Pem.read(file, Pem.PUBLIC));
        } catch (IllegalArgumentException e) {
            throw new IOException(
                    file + " holds no public key for signatures, one of " + names() + ": " + e.getMessage(), e);
        }
    }

    /**
     * Reads a key that signatures or MACs are checked with.
     *
     * @param file a SubjectPublicKeyInfo PEM file, or a shared key's
     * @return the key
     * @throws IOException if the file can't be read, or holds no such key
     */
    static CoseKey readTrusted(Path file) throws IOException {
        return SharedKeyFile.is(file) ? SharedKeyFile.read(file) : readPublic(file);
    }

    /** The algorithms of key pairs, for people. */
    static String names() {
        return Arrays.stream(Algorithm.values())
                .filter(algorithm -> algorithm != Algorithm.HMAC_256)
                .map(Algorithm::toString)
                .collect(Collectors.joining(", "));
    }

    /**
     * Reads a device's public key, for which payloads are encrypted.
     *
     * @param file a SubjectPublicKeyInfo PEM file
     * @return the public key
     * @throws IOException if the file can't be read, or holds neither a P-256 nor an X25519 key
     */
    public static AgreementKey readAgreement(Path file) throws IOException {
        try {
            return AgreementKey.of(Pem.read(file, Pem.PUBLIC));
        } catch (IllegalArgumentException e) {
            throw new IOException(file + " holds neither a P-256 nor an X25519 public key", e);
        }
    }
}
