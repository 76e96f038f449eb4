// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.cose;

import io.twinbank.core.RejectReason;
import io.twinbank.core.RejectedException;
import io.twinbank.core.cbor.CborReader;
import io.twinbank.core.cbor.CborWriter;
import io.twinbank.core.cbor.Slice;
import java.security.GeneralSecurityException;
import java.util.Optional;
import java.util.function.Consumer;

/** A COSE_Sign1 (RFC 9052, section 4.2), tagged: a payload and one signature. Immutable. */
public final class CoseSign1 {
    static final long TAG = 18;

    /** What a message of this kind is called where another was expected. */
    static final String NAME = "COSE_Sign1 (tag 18)";

    private static final CoseSignature.Context CONTEXT =
            CoseSignature.Context.signature("Signature1", Optional.empty());

    private final CoseSign message;

    private CoseSign1(CoseSign message) {
        this.message = message;
    }

    /**
     * Decodes a message, without checking the signature.
     *
     * @param reader stands at the tag; afterwards behind the message
     * @return the message
     * @throws RejectedException {@link RejectReason#MALFORMED} if it isn't a COSE_Sign1; {@link
     *     RejectReason#UNSUPPORTED_ALGORITHM} for the other COSE messages that authenticate, by name; {@link
     *     RejectReason#UNSUPPORTED} if it has a critical header
     */
    public static CoseSign1 decode(CborReader reader) throws RejectedException {
        int at = reader.position();
        long tag = reader.readTag();
        if (tag != TAG) {
            throw CoseSign.wrongTag(at, tag, NAME);
        }
        return decode(at, reader);
    }

    /** Decodes a message whose tag was read. */
    static CoseSign1 decode(int at, CborReader reader) throws RejectedException {
        return new CoseSign1(CoseSign.one("COSE_Sign1 at byte " + at, CONTEXT, reader));
    }

    CoseSign message() {
        return message;
    }

    /**
     * Returns the payload.
     *
     * @return empty if it is detached
     */
    public Optional<Slice> payload() {
        return message.payload();
    }

    /**
     * Returns the signature.
     *
     * @return the signature, not checked
     */
    public CoseSignature signature() {
        return message.signatures().get(0);
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
        return encode(CoseSignature.sign(key, CONTEXT, payload, new byte[0], CborWriter::nil));
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
        return encode(CoseSignature.sign(key, CONTEXT, payload, externalAad, items -> items.bytes(payload)));
    }

    /**
     * Returns what a signature covers, for a key that signs elsewhere.
     *
     * @param algorithm of that key
     * @param payload what is signed
     * @return the encoded Sig_structure (RFC 9052, section 4.4), unhashed
     */
    public static byte[] toBeSigned(CoseAlgorithm algorithm, byte[] payload) {
        return CONTEXT.signedBytes(CONTEXT.header(algorithm), new byte[0], payload);
    }

    private static byte[] encode(Consumer<CborWriter> items) {
        return new CborWriter().tag(TAG).array(items).toByteArray();
    }
}
