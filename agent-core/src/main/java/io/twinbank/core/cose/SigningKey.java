// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.cose;

import io.twinbank.core.RejectedException;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;

/**
 * What signs: a private key, which may lie in a file, a token, or elsewhere, and its public half; or a shared key, which makes MACs.
 *
 * @param algorithm what the signature is labelled with
 * @param operation makes signatures
 * @param publicKey the public half, whose thumbprint becomes the key id; a shared key has no halves
 */
public record SigningKey(CoseAlgorithm algorithm, Operation operation, CoseKey publicKey) {
    /** How a signature is made. */
    @FunctionalInterface
    public interface Operation {
        /**
         * Signs.
         *
         * @param message what is signed, unhashed
         * @return the signature as COSE has it: by ECDSA r and s, each as long as the curve's order
         * @throws GeneralSecurityException if the key can't sign
         */
        byte[] sign(byte[] message) throws GeneralSecurityException;
    }

    /** Checks that the key is of the algorithm's type. */
    public SigningKey {
        if (algorithm.keyType() != publicKey.type()) {
            throw new IllegalArgumentException("algorithm " + algorithm.label() + " takes a " + algorithm.keyType()
                    + " key, not a " + publicKey.type() + " key");
        }
    }

    /**
     * Makes a signing key of a private key.
     *
     * @param algorithm what the signature is labelled with
     * @param privateKey a key that the JDK's signature providers take
     * @param publicKey its public half
     */
    public SigningKey(CoseAlgorithm algorithm, PrivateKey privateKey, CoseKey publicKey) {
        this(algorithm, message -> sign(publicKey, privateKey, message), publicKey);
    }

    /**
     * Makes a signing key with the fully specified algorithm of its type (RFC 9864).
     *
     * @param privateKey the private half, a key that the JDK's signature providers take
     * @param publicKey the public half
     * @return the signing key
     * @throws IllegalArgumentException if it is a key of none of the types
     */
    public static SigningKey of(PrivateKey privateKey, PublicKey publicKey) {
        CoseKey key = CoseKey.of(publicKey.getEncoded());
        return new SigningKey(CoseAlgorithm.of(key.type()), privateKey, key);
    }

    /**
     * Makes of a shared key what MACs are made with.
     *
     * @param shared the key that devices have as well
     * @return the same key
     * @throws IllegalArgumentException if it is a public key
     */
    public static SigningKey of(CoseKey shared) {
        if (!shared.type().shared()) {
            throw new IllegalArgumentException("key " + shared + " is public, and signs nothing");
        }
        return new SigningKey(CoseAlgorithm.of(shared.type()), shared::mac, shared);
    }

    /** Signs, and lets nothing out that the public half doesn't verify: a token may be in trouble, or the halves strangers. */
    byte[] sign(byte[] message) throws GeneralSecurityException {
        byte[] signature = operation.sign(message);
        try {
            publicKey.verify(message, signature);
        } catch (RejectedException e) {
            throw new SignatureException(this + " made a signature that isn't good: " + e.getMessage(), e);
        }
        return signature;
    }

    private static byte[] sign(CoseKey publicKey, PrivateKey privateKey, byte[] message)
            throws GeneralSecurityException {
        if (!(publicKey.type().scheme() instanceof JdkScheme scheme)) {
            throw new SignatureException("a " + publicKey.type() + " key doesn't sign by the JDK");
        }
        Signature signer = scheme.newSignature();
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
