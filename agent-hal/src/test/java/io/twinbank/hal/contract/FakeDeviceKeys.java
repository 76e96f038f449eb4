// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal.contract;

import io.twinbank.hal.DeviceKeys;
import io.twinbank.hal.HalException;
import io.twinbank.hal.Hkdf;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.interfaces.XECPrivateKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/** A key store in memory; it can be out of order. */
public final class FakeDeviceKeys implements DeviceKeys {
    private final Map<String, SecretKey> keks = new TreeMap<>();
    private Optional<KeyPair> signingKey = Optional.empty();
    private Optional<PrivateKey> agreementKey = Optional.empty();
    private Optional<HalException> trouble = Optional.empty();

    /** Makes an empty one. */
    public FakeDeviceKeys() {}

    /**
     * Sets the key that agrees.
     *
     * @param key on P-256 or X25519
     * @return this
     */
    public FakeDeviceKeys agreementKey(PrivateKey key) {
        agreementKey = Optional.of(key);
        return this;
    }

    /**
     * Adds a key-encryption key.
     *
     * @param name its name
     * @param key 16 or 32 bytes
     * @return this
     */
    public FakeDeviceKeys kek(String name, byte[] key) {
        keks.put(name, new SecretKeySpec(key, "AES"));
        return this;
    }

    /**
     * Makes every call fail from now on.
     *
     * @param how what is thrown; empty to work again
     */
    public void fail(Optional<HalException> how) {
        trouble = how;
    }

    /**
     * Sets the key that signs.
     *
     * @param pair on P-256
     * @return this
     */
    public FakeDeviceKeys signingKey(KeyPair pair) {
        signingKey = Optional.of(pair);
        return this;
    }

    @Override
    public byte[] publicKey() throws HalException {
        return signingKey().getPublic().getEncoded();
    }

    @Override
    public byte[] sign(byte[] data) throws HalException {
        try {
            Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format");
            signature.initSign(signingKey().getPrivate());
            signature.update(data);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new HalException(HalException.Kind.UNSUPPORTED, "sign: " + e.getMessage(), e);
        }
    }

    private KeyPair signingKey() throws HalException {
        work();
        return signingKey.orElseThrow(() -> new HalException(HalException.Kind.UNSUPPORTED, "no key that could sign"));
    }

    @Override
    public SecretKey agree(byte[] peerPublicKey, byte[] kdfInfo, int bytes) throws HalException {
        work();
        PrivateKey own = agreementKey.orElseThrow(
                () -> new HalException(HalException.Kind.UNSUPPORTED, "no key that could agree"));
        boolean x25519 = own instanceof XECPrivateKey;
        try {
            KeyAgreement agreement = KeyAgreement.getInstance(x25519 ? "XDH" : "ECDH");
            agreement.init(own);
            agreement.doPhase(
                    KeyFactory.getInstance(x25519 ? "XDH" : "EC").generatePublic(new X509EncodedKeySpec(peerPublicKey)),
                    true);
            return new SecretKeySpec(Hkdf.sha256(agreement.generateSecret(), new byte[0], kdfInfo, bytes), "AES");
        } catch (GeneralSecurityException e) {
            throw new HalException(HalException.Kind.UNSUPPORTED, "agree: " + e.getMessage(), e);
        }
    }

    @Override
    public SecretKey unwrap(String kek, byte[] wrapped) throws HalException {
        work();
        SecretKey key = keks.get(kek);
        if (key == null) {
            throw new HalException(HalException.Kind.UNSUPPORTED, "no key '" + kek + "'");
        }
        try {
            Cipher cipher = Cipher.getInstance("AESWrap");
            cipher.init(Cipher.UNWRAP_MODE, key);
            return (SecretKey) cipher.unwrap(wrapped, "AES", Cipher.SECRET_KEY);
        } catch (GeneralSecurityException e) {
            throw new HalException(HalException.Kind.UNSUPPORTED, "unwrap: " + e.getMessage(), e);
        }
    }

    @Override
    public void zeroize() {
        keks.clear();
        agreementKey = Optional.empty();
        signingKey = Optional.empty();
    }

    private void work() throws HalException {
        if (trouble.isPresent()) {
            throw trouble.get();
        }
    }
}
