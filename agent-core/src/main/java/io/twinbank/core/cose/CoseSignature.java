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
 * One signer's signature in a COSE message, or its MAC. The algorithm counts only where it is signed, in the protected header, and
 * must be one of the key's type, and of the message's kind. Immutable.
 */
public final class CoseSignature {
    private final CoseHeaders headers;
    private final Context context;
    private final Slice value;

    /**
     * What a signature or MAC is over besides its own header and the payload (RFC 9052, sections 4.4 and 6.3): so that one of a
     * COSE_Sign isn't one of a COSE_Sign1, and a MAC isn't a signature.
     *
     * @param name begins the Sig_structure or MAC_structure
     * @param body the protected header of all signers, where there is one
     * @param macs whether it is one of MACs, made by their algorithms and no others
     */
    record Context(String name, Optional<Slice> body, boolean macs) {
        static Context signature(String name, Optional<Slice> body) {
            return new Context(name, body, false);
        }

        static Context mac(String name) {
            return new Context(name, Optional.empty(), true);
        }

        String what() {
            return macs ? "MAC" : "signature";
        }

        boolean takes(CoseAlgorithm algorithm) {
            return algorithm.mac() == macs;
        }

        /** Returns the protected header of what is made here. */
        byte[] header(CoseAlgorithm algorithm) {
            if (!takes(algorithm)) {
                throw new IllegalArgumentException(algorithm.label() + " makes no " + what());
            }
            return new CborWriter()
                    .map(m -> m.entry(CoseHeaders.ALGORITHM).integer(algorithm.id()))
                    .toByteArray();
        }

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
     * @return empty if the agent doesn't do it, or not in a message of this kind
     */
    public Optional<CoseAlgorithm> algorithm() {
        return headers.algorithm().filter(context::takes);
    }

    /**
     * Returns the algorithm, or refuses.
     *
     * @return the algorithm
     * @throws RejectedException {@link RejectReason#UNSUPPORTED_ALGORITHM}, by name
     */
    public CoseAlgorithm requireAlgorithm() throws RejectedException {
        return algorithm()
                .orElseThrow(() -> new RejectedException(
                        RejectReason.UNSUPPORTED_ALGORITHM, context.what() + " algorithm " + headers.algorithmName()));
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

    /** Signs, and returns what writes the items of it: both headers, what goes between, the signature. */
    static Consumer<CborWriter> sign(
            SigningKey key, Context context, byte[] payload, byte[] externalAad, Consumer<CborWriter> between)
            throws GeneralSecurityException {
        byte[] header = context.header(key.algorithm());
        byte[] keyId = key.publicKey().thumbprint();
        byte[] value = key.sign(context.signedBytes(header, externalAad, payload));
        return items -> {
            items.bytes(header).map(m -> m.entry(CoseHeaders.KEY_ID).bytes(keyId));
            between.accept(items);
            items.bytes(value);
        };
    }
}
