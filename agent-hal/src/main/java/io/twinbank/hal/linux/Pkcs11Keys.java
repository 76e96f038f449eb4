// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal.linux;

import io.twinbank.hal.DeviceKeys;
import io.twinbank.hal.HalException;
import io.twinbank.hal.Hkdf;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.ProviderException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/**
 * Device keys on a PKCS#11 token. No private key and no key-encryption key leaves it.
 *
 * <p>What does leave it, for as long as it takes, is the secret that ECDH agrees on: HKDF is done here, since few tokens can. And the
 * content key that a key-encryption key unwraps: the token deciphers the blocks of RFC 3394, and the rest is done here.
 *
 * <p>The JDK sees a private key only if its certificate is on the token, too. Threads may share it.
 */
public final class Pkcs11Keys implements DeviceKeys {
    private static final String ECDSA = "SHA256withECDSAinP1363Format";
    private static final String READABLE_SECRETS = "attributes(generate, CKO_SECRET_KEY, CKK_GENERIC_SECRET) ="
            + " { CKA_SENSITIVE = false CKA_EXTRACTABLE = true }";

    private final Pkcs11Token token;
    private final Provider provider;
    private final ECPublicKey publicKey;
    private volatile Optional<PrivateKey> deviceKey;

    private Pkcs11Keys(Pkcs11Token token, PrivateKey deviceKey, ECPublicKey publicKey) {
        this.token = token;
        this.provider = token.provider();
        this.publicKey = publicKey;
        this.deviceKey = Optional.of(deviceKey);
    }

    static Pkcs11Keys of(Pkcs11Token token, String alias) throws HalException {
        try {
            token.reload();
            Certificate certificate = token.keyStore().getCertificate(alias);
            if (certificate != null
                    && token.keyStore().getKey(alias, null) instanceof PrivateKey key
                    && certificate.getPublicKey() instanceof ECPublicKey publicKey
                    && P256.isCurveOf(publicKey.getParams())) {
                Pkcs11Keys keys = new Pkcs11Keys(token, key, publicKey);
                keys.requireOwnCertificate(alias);
                return keys;
            }
            throw new HalException(
                    HalException.Kind.UNSUPPORTED,
                    token + " has no P-256 key '" + alias + "' with its certificate: found " + token.aliases()
                            + "; make one with 'keytool -genkeypair -alias " + alias
                            + " -keyalg EC -groupname secp256r1'");
        } catch (IOException | GeneralSecurityException | ProviderException e) {
            throw e instanceof HalException already ? already : fault("key '" + alias + "' of " + token, e);
        }
    }

    private void requireOwnCertificate(String alias) throws GeneralSecurityException, HalException {
        byte[] data = alias.getBytes(StandardCharsets.UTF_8);
        Signature verifier = Signature.getInstance(ECDSA);
        verifier.initVerify(publicKey);
        verifier.update(data);
        if (!verifier.verify(sign(data))) {
            throw new HalException(
                    HalException.Kind.UNSUPPORTED,
                    "key '" + alias + "' of " + token
                            + " isn't the key of its certificate: its signature doesn't verify;"
                            + " put its own certificate beside it");
        }
    }

    /** {@inheritDoc} It is that of the certificate beside the key. */
    @Override
    public byte[] publicKey() throws HalException {
        deviceKey();
        return publicKey.getEncoded();
    }

    @Override
    public byte[] sign(byte[] data) throws HalException {
        PrivateKey key = deviceKey();
        try {
            Signature signature = Signature.getInstance(ECDSA, provider);
            signature.initSign(key);
            signature.update(data);
            return signature.sign();
        } catch (GeneralSecurityException | ProviderException e) {
            throw fault("sign with " + token, e);
        }
    }

    /** {@inheritDoc} The token does P-256, its device key the agreeing; there is no X25519. */
    @Override
    public SecretKey agree(byte[] peerPublicKey, byte[] kdfInfo, int bytes) throws HalException {
        PrivateKey key = deviceKey();
        PublicKey peer = peer(peerPublicKey);
        byte[] secret = {};
        byte[] derived = {};
        try {
            KeyAgreement agreement = KeyAgreement.getInstance("ECDH", provider);
            agreement.init(key);
            agreement.doPhase(peer, true);
            secret = agreement.generateSecret();
            derived = Hkdf.sha256(secret, new byte[0], kdfInfo, bytes);
            return new SecretKeySpec(derived, "AES");
        } catch (GeneralSecurityException | ProviderException e) {
            throw new HalException(
                    HalException.Kind.UNSUPPORTED,
                    "agree with " + token + ": found " + Pkcs11Token.innermost(e)
                            + ", expected an ECDH secret that can be" + " read; the key needs CKA_DERIVE, and "
                            + token.config() + " needs " + READABLE_SECRETS,
                    e);
        } finally {
            Arrays.fill(secret, (byte) 0);
            Arrays.fill(derived, (byte) 0);
        }
    }

    /** A point beside the curve would make a token that doesn't look give its key away bit by bit. */
    private PublicKey peer(byte[] subjectPublicKeyInfo) throws HalException {
        try {
            PublicKey peer = KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(subjectPublicKeyInfo));
            if (peer instanceof ECPublicKey ec && P256.isCurveOf(ec.getParams()) && P256.has(ec.getW())) {
                return peer;
            }
            throw new InvalidKeyException("another curve, or a point beside it");
        } catch (GeneralSecurityException e) {
            throw new HalException(
                    HalException.Kind.UNSUPPORTED,
                    "agree: found a peer's key that is " + e.getMessage() + ", expected one on P-256",
                    e);
        }
    }

    @Override
    public SecretKey unwrap(String kek, byte[] wrapped) throws HalException {
        deviceKey();
        String what = "unwrap with '" + kek + "' of " + token;
        try {
            if (!(token.keyStore().getKey(kek, null) instanceof SecretKey key)) {
                throw new HalException(
                        HalException.Kind.UNSUPPORTED, what + ": there is no such AES key: found " + token.aliases());
            }
            Cipher cipher = Cipher.getInstance("AES/ECB/NoPadding", provider);
            cipher.init(Cipher.DECRYPT_MODE, key);
            return AesKeyWrap.unwrap(cipher, wrapped);
        } catch (GeneralSecurityException | ProviderException e) {
            throw new HalException(HalException.Kind.UNSUPPORTED, what + ": " + Pkcs11Token.innermost(e), e);
        }
    }

    /**
     * {@inheritDoc} Every private and secret key that the JDK sees on the token is deleted, that of the TLS client too, and then looked
     * for. A private key without a certificate isn't seen: initialising the token is what erases that.
     */
    @Override
    public void zeroize() throws HalException {
        deviceKey = Optional.empty();
        KeyStore keyStore = token.keyStore();
        try {
            token.reload();
            for (String alias : token.aliases()) {
                if (keyStore.isKeyEntry(alias)) {
                    keyStore.deleteEntry(alias);
                }
            }
            token.reload();
            Set<String> left = token.aliases();
            for (String alias : left) {
                if (keyStore.isKeyEntry(alias)) {
                    throw new HalException(
                            HalException.Kind.IO, "zeroize " + token + ": it still has key '" + alias + "'");
                }
            }
        } catch (IOException | GeneralSecurityException | ProviderException e) {
            throw e instanceof HalException already ? already : fault("zeroize " + token, e);
        }
    }

    private PrivateKey deviceKey() throws HalException {
        return deviceKey.orElseThrow(
                () -> new HalException(HalException.Kind.UNSUPPORTED, "the keys of " + token + " were erased"));
    }

    private static HalException fault(String what, Exception e) {
        return new HalException(HalException.Kind.IO, what + ": " + Pkcs11Token.innermost(e), e);
    }
}
