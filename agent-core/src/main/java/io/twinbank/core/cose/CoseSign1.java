// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.cose;

import io.twinbank.core.RejectReason;
import io.twinbank.core.RejectedException;
import io.twinbank.core.cbor.CborReader;
import io.twinbank.core.cbor.CborWriter;
import io.twinbank.core.cbor.Slice;
import java.security.GeneralSecurityException;
import java.util.Optional;

/**
 * A COSE_Sign1 (RFC 9052, section 4.2), tagged. The algorithm counts only where it is signed, in the protected header,
 * and must be one of the key's type. Immutable.
 */
public final class CoseSign1 {
    private static final long TAG = 18;

    private final CoseHeaders headers;
    private final Slice protectedBytes;
    private final Optional<Slice> payload;
    private final Slice signature;

    private CoseSign1(CborReader reader) throws RejectedException {
        int at = reader.position();
        requireTag(at, reader.readTag());
        int items = reader.readArray();
        if (items != 4) {
            throw new RejectedException(
                    RejectReason.MALFORMED,
                    "COSE_Sign1 at byte " + at,
                    items + " items",
                    "4 items: protected, unprotected, payload, signature");
        }
        protectedBytes = reader.readBytes();
        headers = new CoseHeaders(at, protectedBytes, reader);
        if (reader.peek() == CborReader.Type.NULL) {
            reader.readNull();
            payload = Optional.empty();
        } else {
            payload = Optional.of(reader.readBytes());
        }
        signature = reader.readBytes();
    }

    /**
     * Decodes a signature, without checking it.
     *
     * @param reader stands at the tag; afterwards behind the message
     * @return the signature
     * @throws RejectedException {@link RejectReason#MALFORMED} if it isn't a COSE_Sign1; {@link
     *     RejectReason#UNSUPPORTED_ALGORITHM} for the other COSE messages that authenticate, by name; {@link
     *     RejectReason#UNSUPPORTED} if it has a critical header
     */
    public static CoseSign1 decode(CborReader reader) throws RejectedException {
        return new CoseSign1(reader);
    }

    /**
     * Returns the algorithm.
     *
     * @return empty if the agent doesn't do it
     */
    public Optional<CoseAlgorithm> algorithm() {
        return headers.algorithm();
    }

    /**
     * Returns the algorithm, or refuses.
     *
     * @return the algorithm
     * @throws RejectedException {@link RejectReason#UNSUPPORTED_ALGORITHM}, by name
     */
    public CoseAlgorithm requireAlgorithm() throws RejectedException {
        return headers.algorithm()
                .orElseThrow(() -> new RejectedException(
                        RejectReason.UNSUPPORTED_ALGORITHM, "signature algorithm " + headers.algorithmName()));
    }

    /**
     * Names the algorithm, also one that the agent doesn't do.
     *
     * @return such as {@code HSS-LMS (-46)}
     */
    public String algorithmName() {
        return headers.algorithmName();
    }

    /**
     * Returns the key id.
     *
     * @return empty if the signature has none
     */
    public Optional<Slice> keyId() {
        return headers.keyId();
    }

    /**
     * Returns the payload.
     *
     * @return empty if it is detached
     */
    public Optional<Slice> payload() {
        return payload;
    }

    /**
     * Checks the signature; returns nothing when it is good.
     *
     * @param key to check with
     * @param signed the payload
     * @param externalAad what is signed besides, mostly empty
     * @throws RejectedException {@link RejectReason#BAD_SIGNATURE} when it isn't good; {@link
     *     RejectReason#UNSUPPORTED_ALGORITHM} when the algorithm isn't done here, or not with this type of key
     */
    public void verify(CoseKey key, byte[] signed, byte[] externalAad) throws RejectedException {
        CoseAlgorithm wanted = requireAlgorithm();
        if (wanted.keyType() != key.type()) {
            throw new RejectedException(
                    RejectReason.UNSUPPORTED_ALGORITHM,
                    "type of key " + key + " for " + headers.algorithmName(),
                    key.type(),
                    wanted.keyType());
        }
        key.verify(signedBytes(protectedBytes.toByteArray(), signed, externalAad), signature.toByteArray());
    }

    /**
     * Signs with the payload left out of the message.
     *
     * @param key to sign with
     * @param payload what is signed
     * @return an encoded COSE_Sign1 with its tag, the payload null
     * @throws GeneralSecurityException if the key can't sign
     */
    public static byte[] signDetached(SigningKey key, byte[] payload) throws GeneralSecurityException {
        return sign(key, payload, new byte[0], false);
    }

    /**
     * Signs with the payload in the message.
     *
     * @param key to sign with
     * @param payload what is signed
     * @param externalAad what is signed besides, mostly empty
     * @return an encoded COSE_Sign1 with its tag and the payload
     * @throws GeneralSecurityException if the key can't sign
     */
    public static byte[] signAttached(SigningKey key, byte[] payload, byte[] externalAad)
            throws GeneralSecurityException {
        return sign(key, payload, externalAad, true);
    }

    private static byte[] sign(SigningKey key, byte[] payload, byte[] externalAad, boolean attached)
            throws GeneralSecurityException {
        byte[] header = new CborWriter()
                .map(m -> m.entry(CoseHeaders.ALGORITHM).integer(key.algorithm().id()))
                .toByteArray();
        byte[] signature = key.sign(signedBytes(header, payload, externalAad));
        return new CborWriter()
                .tag(TAG)
                .array(a -> {
                    a.bytes(header);
                    a.map(m -> m.entry(CoseHeaders.KEY_ID).bytes(key.publicKey().thumbprint()));
                    if (attached) {
                        a.bytes(payload);
                    } else {
                        a.nil();
                    }
                    a.bytes(signature);
                })
                .toByteArray();
    }

    private static byte[] signedBytes(byte[] protectedBytes, byte[] payload, byte[] externalAad) {
        return new CborWriter()
                .array(a -> a.text("Signature1")
                        .bytes(protectedBytes)
                        .bytes(externalAad)
                        .bytes(payload))
                .toByteArray();
    }

    private static void requireTag(int at, long tag) throws RejectedException {
        if (tag == TAG) {
            return;
        }
        String other = tag == 17 ? "COSE_Mac0" : tag == 97 ? "COSE_Mac" : tag == 98 ? "COSE_Sign" : "";
        if (other.isEmpty()) {
            throw new RejectedException(
                    RejectReason.MALFORMED,
                    "COSE message at byte " + at,
                    "tag " + Long.toUnsignedString(tag),
                    "COSE_Sign1 (tag 18)");
        }
        throw new RejectedException(
                RejectReason.UNSUPPORTED_ALGORITHM,
                "COSE message at byte " + at,
                other + " (tag " + tag + ")",
                "COSE_Sign1 (tag 18)");
    }
}
