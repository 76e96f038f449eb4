// SPDX-License-Identifier: Apache-2.0
package io.twinbank.publisher;

import io.twinbank.core.cose.AgreementKey;
import io.twinbank.core.cose.SigningKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.NamedParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import org.bouncycastle.asn1.x9.ECNamedCurveTable;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.util.PrivateKeyFactory;
import org.bouncycastle.crypto.util.SubjectPublicKeyInfoFactory;

/**
 * Signing keys in PEM files (RFC 7468): private ones as PKCS #8 (RFC 5958), public ones as SubjectPublicKeyInfo (RFC 5280).
 * Ed25519 and P-256 are known.
 */
public final class Keys {
    private static final String PRIVATE = "PRIVATE KEY";
    private static final String PUBLIC = "PUBLIC KEY";
    private static final int MAX_PEM_BYTES = 64 << 10;
    private static final Base64.Encoder BASE64 = Base64.getMimeEncoder(64, new byte[] {'\n'});

    /** What a key signs with. */
    public enum Algorithm {
        /** Ed25519 (RFC 8032). */
        ED25519,
        /** ECDSA with SHA-256 on the curve P-256. */
        P256
    }

    private Keys() {}

    /**
     * Makes a fresh key pair.
     *
     * @param algorithm what it signs with
     * @return the key pair
     */
    public static KeyPair generate(Algorithm algorithm) {
        try {
            if (algorithm == Algorithm.ED25519) {
                return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
            }
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no " + algorithm, e);
        }
    }

    /**
     * Tells what a key signs with.
     *
     * @param key a public key
     * @return the algorithm
     * @throws IllegalArgumentException if it is neither Ed25519 nor P-256
     */
    public static Algorithm algorithm(PublicKey key) {
        if (key instanceof EdECPublicKey ed && ed.getParams().getName().equals(NamedParameterSpec.ED25519.getName())) {
            return Algorithm.ED25519;
        }
        if (key instanceof ECPublicKey ec && ec.getParams().toString().contains("secp256r1")) {
            return Algorithm.P256;
        }
        throw new IllegalArgumentException("the key is " + key.getAlgorithm() + "; only Ed25519 and P-256 are known");
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
        Path publicFile = publicFile(privateFile);
        for (Path file : List.of(privateFile, publicFile)) {
            if (overwrite) {
                Files.deleteIfExists(file);
            } else if (Files.exists(file)) {
                throw new FileAlreadyExistsException(file.toString());
            }
        }
        byte[] secret = pair.getPrivate().getEncoded();
        write(privateFile, pem(PRIVATE, secret), ownerOnly());
        Arrays.fill(secret, (byte) 0);
        write(publicFile, pem(PUBLIC, pair.getPublic().getEncoded()));
    }

    /**
     * Finds what signs: a file, or a key in a token, whose PIN may be asked for.
     *
     * @param where a PKCS #8 PEM file, or a PKCS #11 URI such as {@code pkcs11:token=release;object=maker}
     * @return the signing key
     * @throws IOException if there is no such key, or it can't be used
     */
    public static SigningKey signingKey(String where) throws IOException {
        if (where.startsWith(Pkcs11Uri.SCHEME)) {
            return Pkcs11Token.key(Pkcs11Uri.parse(where));
        }
        KeyPair pair = readPrivate(Path.of(where));
        return SigningKey.of(pair.getPrivate(), pair.getPublic());
    }

    /**
     * Reads a private key and derives its public key.
     *
     * @param file a PKCS #8 PEM file
     * @return the key pair
     * @throws IOException if the file can't be read, or holds no such key
     */
    public static KeyPair readPrivate(Path file) throws IOException {
        byte[] der = der(file, PRIVATE);
        try {
            AsymmetricKeyParameter secret = PrivateKeyFactory.createKey(der);
            AsymmetricKeyParameter open;
            String factory;
            if (secret instanceof Ed25519PrivateKeyParameters ed) {
                open = ed.generatePublicKey();
                factory = "Ed25519";
            } else if (secret instanceof ECPrivateKeyParameters ec && isP256(ec.getParameters())) {
                open = new ECPublicKeyParameters(
                        ec.getParameters().getG().multiply(ec.getD()).normalize(), ec.getParameters());
                factory = "EC";
            } else {
                throw new InvalidKeySpecException("neither Ed25519 nor P-256");
            }
            KeyFactory keys = KeyFactory.getInstance(factory);
            PrivateKey privateKey = keys.generatePrivate(new PKCS8EncodedKeySpec(der));
            byte[] spki =
                    SubjectPublicKeyInfoFactory.createSubjectPublicKeyInfo(open).getEncoded();
            return new KeyPair(keys.generatePublic(new X509EncodedKeySpec(spki)), privateKey);
        } catch (GeneralSecurityException | IOException | RuntimeException e) {
            throw new IOException(file + " holds no private key that can be used: " + e.getMessage(), e);
        } finally {
            Arrays.fill(der, (byte) 0);
        }
    }

    /**
     * Reads a public key.
     *
     * @param file a SubjectPublicKeyInfo PEM file
     * @return the public key
     * @throws IOException if the file can't be read, or holds no such key
     */
    public static PublicKey readPublic(Path file) throws IOException {
        X509EncodedKeySpec spki = new X509EncodedKeySpec(der(file, PUBLIC));
        for (String factory : List.of("Ed25519", "EC")) {
            try {
                PublicKey key = KeyFactory.getInstance(factory).generatePublic(spki);
                algorithm(key);
                return key;
            } catch (InvalidKeySpecException | IllegalArgumentException e) {
                // another algorithm's key: the next one, or the words below
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("this Java has no " + factory, e);
            }
        }
        throw new IOException(file + " holds neither an Ed25519 nor a P-256 public key");
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
            return AgreementKey.of(der(file, PUBLIC));
        } catch (IllegalArgumentException e) {
            throw new IOException(file + " holds neither a P-256 nor an X25519 public key", e);
        }
    }

    private static boolean isP256(ECDomainParameters curve) {
        return ECNamedCurveTable.getByName("P-256").getCurve().equals(curve.getCurve());
    }

    private static String pem(String label, byte[] der) {
        return "-----BEGIN " + label + "-----\n" + BASE64.encodeToString(der) + "\n-----END " + label + "-----\n";
    }

    private static byte[] der(Path file, String label) throws IOException {
        if (Files.size(file) > MAX_PEM_BYTES) {
            throw new IOException(file + " is no PEM file: larger than " + MAX_PEM_BYTES + " bytes");
        }
        String text = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        String begin = "-----BEGIN " + label + "-----";
        int from = text.indexOf(begin);
        int to = text.indexOf("-----END " + label + "-----");
        if (from < 0 || to < from) {
            throw new IOException(file + " holds no '" + begin + "'" + hint(text, label));
        }
        try {
            return Base64.getMimeDecoder().decode(text.substring(from + begin.length(), to));
        } catch (IllegalArgumentException e) {
            throw new IOException(file + " holds bad base64: " + e.getMessage(), e);
        }
    }

    private static String hint(String text, String label) {
        if (label.equals(PUBLIC) && text.contains("-----BEGIN " + PRIVATE + "-----")) {
            return ": it is a private key, its public key is in the file that ends in .pub.pem";
        }
        if (label.equals(PRIVATE) && text.contains("-----BEGIN " + PUBLIC + "-----")) {
            return ": it is a public key, to sign takes the private one";
        }
        if (text.contains("-----BEGIN EC PRIVATE KEY-----")) {
            return ": convert it with 'openssl pkcs8 -topk8 -nocrypt'";
        }
        return "";
    }

    private static FileAttribute<?>[] ownerOnly() {
        return FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
    }

    private static void write(Path file, String text, FileAttribute<?>... attributes) throws IOException {
        try (var out = Files.newByteChannel(
                file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), attributes)) {
            out.write(StandardCharsets.US_ASCII.encode(text));
        }
    }
}
