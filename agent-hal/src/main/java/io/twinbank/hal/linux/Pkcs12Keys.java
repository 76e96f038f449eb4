// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal.linux;

import io.twinbank.hal.DeviceKeys;
import io.twinbank.hal.HalException;
import io.twinbank.hal.Hkdf;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.XECPrivateKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/**
 * Device keys in a PKCS#12 file, for development: whoever reads file and password has them. A product has a PKCS#11 token
 * or a TPM.
 *
 * <p>The file holds one P-256 key with its certificate, the device key, which signs and agrees; where payloads are encrypted for an X25519
 * key, that key too, under the device key's name with {@code .x25519} behind it; and any number of AES key-encryption keys
 * under their names. Not thread-safe.
 */
public final class Pkcs12Keys implements DeviceKeys {
    private static final String X25519_SUFFIX = ".x25519";

    private final Path file;
    private final byte[] publicKey;
    private final Map<String, SecretKey> keks;
    private Optional<ECPrivateKey> deviceKey;
    private Optional<XECPrivateKey> x25519Key;

    private Pkcs12Keys(
            Path file,
            ECPrivateKey deviceKey,
            byte[] publicKey,
            Optional<XECPrivateKey> x25519Key,
            Map<String, SecretKey> keks) {
        this.file = file;
        this.publicKey = publicKey;
        this.deviceKey = Optional.of(deviceKey);
        this.x25519Key = x25519Key;
        this.keks = keks;
    }

    /**
     * Reads the keys.
     *
     * @param file as {@code keytool -storetype PKCS12} and others make it
     * @param alias the name of the device key
     * @param password of the file and of its keys; wiped before this returns or throws
     * @return the keys
     * @throws HalException {@code IO} if file or password is wrong; {@code UNSUPPORTED} if there is no P-256 key of that
     *     name
     */
    public static Pkcs12Keys open(Path file, String alias, char[] password) throws HalException {
        try (InputStream in = Files.newInputStream(file)) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(in, password);
            Map<String, SecretKey> keks = new HashMap<>();
            for (String name : Collections.list(store.aliases())) {
                if (store.entryInstanceOf(name, KeyStore.SecretKeyEntry.class)) {
                    keks.put(fold(name), (SecretKey) store.getKey(name, password));
                }
            }
            if (store.getKey(alias, password) instanceof ECPrivateKey key && P256.isCurveOf(key.getParams())) {
                Optional<XECPrivateKey> x25519 =
                        store.getKey(alias + X25519_SUFFIX, password) instanceof XECPrivateKey xec
                                ? Optional.of(xec)
                                : Optional.empty();
                byte[] publicKey = store.getCertificate(alias).getPublicKey().getEncoded();
                return new Pkcs12Keys(file, key, publicKey, x25519, keks);
            }
            throw new HalException(HalException.Kind.UNSUPPORTED, file + " has no P-256 key '" + alias + "'");
        } catch (IOException e) {
            throw Disk.fault("open", file, e);
        } catch (GeneralSecurityException e) {
            throw new HalException(HalException.Kind.IO, "open " + file + ": " + e.getMessage(), e);
        } finally {
            Arrays.fill(password, ' ');
        }
    }

    /** PKCS#12 doesn't tell the case of names apart. */
    private static String fold(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    /** {@inheritDoc} It is that of the certificate beside the key. */
    @Override
    public byte[] publicKey() throws HalException {
        deviceKey();
        return publicKey.clone();
    }

    @Override
    public byte[] sign(byte[] data) throws HalException {
        ECPrivateKey key = deviceKey();
        try {
            Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format");
            signature.initSign(key);
            signature.update(data);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new HalException(HalException.Kind.IO, "sign: " + e.getMessage(), e);
        }
    }

    @Override
    public SecretKey agree(byte[] peerPublicKey, byte[] kdfInfo, int bytes) throws HalException {
        ECPrivateKey key = deviceKey();
        byte[] secret = {};
        byte[] derived = {};
        try {
            Optional<PublicKey> xdh = peer("XDH", peerPublicKey);
            secret = xdh.isPresent()
                    ? secret("XDH", x25519Key(), xdh.get())
                    : secret("ECDH", key, p256Peer(key, peerPublicKey));
            derived = Hkdf.sha256(secret, new byte[0], kdfInfo, bytes);
            return new SecretKeySpec(derived, "AES");
        } catch (GeneralSecurityException e) {
            throw new HalException(HalException.Kind.UNSUPPORTED, "agree: " + e.getMessage(), e);
        } finally {
            Arrays.fill(secret, (byte) 0);
            Arrays.fill(derived, (byte) 0);
        }
    }

    private static Optional<PublicKey> peer(String algorithm, byte[] subjectPublicKeyInfo)
            throws GeneralSecurityException {
        try {
            return Optional.of(
                    KeyFactory.getInstance(algorithm).generatePublic(new X509EncodedKeySpec(subjectPublicKeyInfo)));
        } catch (InvalidKeySpecException e) {
            return Optional.empty(); // a key of another algorithm
        }
    }

    private static PublicKey p256Peer(ECPrivateKey key, byte[] subjectPublicKeyInfo) throws GeneralSecurityException {
        PublicKey peer = peer("EC", subjectPublicKeyInfo).orElse(null);
        if (!(peer instanceof ECPublicKey ec)
                || !ec.getParams().getCurve().equals(key.getParams().getCurve())) {
            throw new InvalidKeyException("the peer's key is neither on P-256 nor on X25519");
        }
        return peer;
    }

    private static byte[] secret(String algorithm, PrivateKey key, PublicKey peer) throws GeneralSecurityException {
        KeyAgreement agreement = KeyAgreement.getInstance(algorithm);
        agreement.init(key);
        agreement.doPhase(peer, true);
        return agreement.generateSecret();
    }

    @Override
    public SecretKey unwrap(String kek, byte[] wrapped) throws HalException {
        SecretKey key = keks.get(fold(kek));
        if (key == null) {
            throw new HalException(HalException.Kind.UNSUPPORTED, "unwrap: there is no key '" + kek + "'");
        }
        try {
            Cipher cipher = Cipher.getInstance("AESWrap");
            cipher.init(Cipher.UNWRAP_MODE, key);
            return (SecretKey) cipher.unwrap(wrapped, "AES", Cipher.SECRET_KEY);
        } catch (GeneralSecurityException e) {
            throw new HalException(HalException.Kind.UNSUPPORTED, "unwrap with '" + kek + "': " + e.getMessage(), e);
        }
    }

    /**
     * {@inheritDoc} The file is overwritten with zeros, read back, and deleted. A flash file system may keep the old blocks
     * for a while.
     */
    @Override
    public void zeroize() throws HalException {
        deviceKey = Optional.empty();
        x25519Key = Optional.empty();
        keks.clear();
        if (!Files.exists(file)) {
            return;
        }
        try {
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                byte[] zeros = new byte[Math.toIntExact(channel.size())];
                Disk.write(channel, ByteBuffer.wrap(zeros), 0);
                channel.force(true);
                ByteBuffer back = ByteBuffer.allocate(zeros.length);
                Disk.read(channel, back, 0);
                if (back.hasRemaining() || !Arrays.equals(zeros, back.array())) {
                    throw new HalException(HalException.Kind.IO, "zeroize " + file + ": it doesn't read back as zeros");
                }
            }
            Files.delete(file);
            Disk.REAL.syncDirectory(Disk.parentOf(file));
        } catch (IOException e) {
            throw Disk.fault("zeroize", file, e);
        }
    }

    private ECPrivateKey deviceKey() throws HalException {
        return deviceKey.orElseThrow(
                () -> new HalException(HalException.Kind.UNSUPPORTED, "the keys of " + file + " were erased"));
    }

    private PrivateKey x25519Key() throws InvalidKeyException {
        return x25519Key.orElseThrow(() -> new InvalidKeyException("there is no X25519 key"));
    }
}
