// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal;

import javax.crypto.SecretKey;

/** What the device can prove. Private keys never leave it. */
public interface DeviceKeys {
    /**
     * Returns the public half of the device key: whoever has it knows whose signature {@link #sign} makes, and by which
     * algorithm.
     *
     * @return DER SubjectPublicKeyInfo of a key on P-256, P-384 or Ed25519
     * @throws HalException {@code IO}, or {@code UNSUPPORTED} if the board has no key that signs
     */
    byte[] publicKey() throws HalException;

    /**
     * Signs with the device key, by the fully specified algorithm of its type (RFC 9864). Called on the agent thread, which it
     * holds up as long as it takes.
     *
     * @param data what to sign, unhashed
     * @return the signature, as the key's COSE algorithm has it (P-256: r and s, 64 bytes)
     * @throws HalException {@code IO} or {@code UNSUPPORTED}
     */
    byte[] sign(byte[] data) throws HalException;

    /**
     * Agrees on a key by ECDH and HKDF-SHA-256 without salt (RFC 9053, section 6.3; {@link Hkdf}), for encrypted payloads.
     * Neither this key nor the content key that it unwraps has to have an encoded form: the agent only hands them to ciphers.
     *
     * @param peerPublicKey DER SubjectPublicKeyInfo of the ephemeral key, on P-256 or X25519
     * @param kdfInfo the encoded COSE KDF context
     * @param bytes how long the key is to be, 16 or 32
     * @return the key-encryption key
     * @throws HalException {@code IO}, or {@code UNSUPPORTED} if the device has no key on that curve
     */
    SecretKey agree(byte[] peerPublicKey, byte[] kdfInfo, int bytes) throws HalException;

    /**
     * Unwraps a content key by AES key wrap (RFC 3394).
     *
     * @param kek the name of the key-encryption key; a key id that isn't text comes in hexadecimal
     * @param wrapped the wrapped key
     * @return the content key
     * @throws HalException {@code IO}, or {@code UNSUPPORTED} if there is no such key, or it isn't the one that wrapped
     */
    SecretKey unwrap(String kek, byte[] wrapped) throws HalException;

    /**
     * Erases every key, at the end of the device's life. Idempotent, and verified by reading back. A power cut leaves some
     * keys erased; call it again.
     *
     * @throws HalException {@code IO} if a key may still be there
     */
    void zeroize() throws HalException;
}
