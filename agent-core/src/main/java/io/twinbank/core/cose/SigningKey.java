// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.cose;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;

/**
 * What signs: a private key, which may lie in a token, and its public half.
 *
 * @param algorithm what the signature is labelled with
 * @param privateKey a key that the JDK's signature providers take
 * @param publicKey its public half, whose thumbprint becomes the key id
 */
public record SigningKey(CoseAlgorithm algorithm, PrivateKey privateKey, CoseKey publicKey) {
    /** Checks that the key is of the algorithm's type. */
    public SigningKey {
        if (algorithm.keyType() != publicKey.type()) {
            throw new IllegalArgumentException("algorithm " + algorithm.label() + " takes a " + algorithm.keyType()
                    + " key, not a " + publicKey.type() + " key");
        }
    }

    /**
     * Makes a signing key with the fully specified algorithm of its type (RFC 9864).
     *
     * @param privateKey the private half
     * @param publicKey the public half, P-256 or Ed25519
     * @return the signing key
     */
    public static SigningKey of(PrivateKey privateKey, PublicKey publicKey) {
        CoseKey key = CoseKey.of(publicKey.getEncoded());
        CoseAlgorithm algorithm = key.type() == CoseKey.Type.P256 ? CoseAlgorithm.ESP256 : CoseAlgorithm.ED25519;
        return new SigningKey(algorithm, privateKey, key);
    }

    byte[] sign(byte[] message) throws GeneralSecurityException {
        Signature signer = publicKey.type().newSignature();
        signer.initSign(privateKey);
        signer.update(message);
        return signer.sign();
    }

    /** Names the algorithm and the public half. */
    @Override
    public String toString() {
        return algorithm.label() + " key " + publicKey;
    }
}
