// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.cose;

import io.twinbank.core.RejectReason;
import io.twinbank.core.RejectedException;
import io.twinbank.core.cbor.CborWriter;
import io.twinbank.core.cbor.Slice;
import java.security.GeneralSecurityException;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One signer's signature in a COSE message. The algorithm counts only where it is signed, in the protected header, and
 * must be one of the key's type. Immutable.
 */
public final class CoseSignature {
    private final CoseHeaders headers;
    private final Context context;
    private final Slice value;

    /**
     * What a signature is over besides its own header and the payload (RFC 9052, section 4.4): so that one of a COSE_Sign
     * isn't one of a COSE_Sign1.
     *
     * @param name begins the Sig_structure
     * @param body the protected header of all signers, where there is one
     */
    record Context(String name, Optional<Slice> body) {
        byte[] signedBytes(byte[] signer, byte[] externalAad, byte[] payload) {
            return new CborWriter()
                    .array(a -> {
                        a.text(name);
                        body.map(Slice::toByteArray).ifPresent(a::bytes);
                        a.bytes(signer).bytes(externalAad).bytes(payload);
                    })
                    .toByteArray();
        }
    }

    CoseSignature(CoseHeaders headers, Context context, Slice value) {
        this.headers = headers;
        this.context = context;
        this.value = value;
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
     * @return such as {@code ES512 (-36)}
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
     * Checks the signature; returns nothing when it is good.
     *
     * @param key to check with
     * @param payload what is signed
     * @param externalAad what is signed besides, mostly empty
     * @throws RejectedException {@link RejectReason#BAD_SIGNATURE} when it isn't good; {@link
     *     RejectReason#UNSUPPORTED_ALGORITHM} when the algorithm isn't done here, or not with this type of key; {@link
     *     RejectReason#UNSUPPORTED} where it takes a library that isn't there
     */
    public void verify(CoseKey key, byte[] payload, byte[] externalAad) throws RejectedException {
        CoseAlgorithm wanted = requireAlgorithm();
        if (wanted.keyType() != key.type()) {
            throw new RejectedException(
                    RejectReason.UNSUPPORTED_ALGORITHM,
                    "type of key " + key + " for " + headers.algorithmName(),
                    key.type(),
                    wanted.keyType());
        }
        key.verify(
                context.signedBytes(headers.protectedBytes().toByteArray(), externalAad, payload), value.toByteArray());
    }

    /** Returns the protected header of a signature that is made here. */
    static byte[] header(CoseAlgorithm algorithm) {
        return new CborWriter()
                .map(m -> m.entry(CoseHeaders.ALGORITHM).integer(algorithm.id()))
                .toByteArray();
    }

    /** Signs, and returns what writes the items of it: both headers, what goes between, the signature. */
    static Consumer<CborWriter> sign(
            SigningKey key, Context context, byte[] payload, byte[] externalAad, Consumer<CborWriter> between)
            throws GeneralSecurityException {
        byte[] header = header(key.algorithm());
        byte[] keyId = key.publicKey().thumbprint();
        byte[] value = key.sign(context.signedBytes(header, externalAad, payload));
        return items -> {
            items.bytes(header).map(m -> m.entry(CoseHeaders.KEY_ID).bytes(keyId));
            between.accept(items);
            items.bytes(value);
        };
    }
}
