// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.cose;

import io.twinbank.core.RejectReason;
import io.twinbank.core.RejectedException;
import io.twinbank.core.cbor.CborReader;
import io.twinbank.core.cbor.CborWriter;
import io.twinbank.core.cbor.Slice;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A payload and its signers: a COSE_Sign (RFC 9052, section 4.1), tagged, or a {@link CoseSign1}, which has one; where that is
 * asked for, also a {@link CoseMac0}. Immutable.
 */
public final class CoseSign {
    private static final long TAG = 98;
    private static final String NAMES = CoseSign1.NAME + " or COSE_Sign (tag 98)";
    private static final String NAMES_WITH_MAC = CoseSign1.NAME + ", COSE_Sign (tag 98) or " + CoseMac0.NAME;
    private static final Map<Long, String> OTHERS =
            Map.of(CoseMac0.TAG, "COSE_Mac0", 97L, "COSE_Mac", TAG, "COSE_Sign");

    private final Optional<Slice> payload;
    private final List<CoseSignature> signatures;

    private CoseSign(Optional<Slice> payload, List<CoseSignature> signatures) {
        this.payload = payload;
        this.signatures = List.copyOf(signatures);
    }

    /**
     * Decodes a message, without checking its signatures.
     *
     * @param reader stands at the tag; afterwards behind the message
     * @param most how many signatures it may have
     * @return the message
     * @throws RejectedException {@link RejectReason#MALFORMED} if it is neither a COSE_Sign nor a COSE_Sign1; {@link
     *     RejectReason#LIMIT_EXCEEDED}; {@link RejectReason#UNSUPPORTED_ALGORITHM} for the other COSE messages that
     *     authenticate, by name; {@link RejectReason#UNSUPPORTED} if it has a critical header
     */
    public static CoseSign decode(CborReader reader, int most) throws RejectedException {
        return decode(reader, most, false);
    }

    /**
     * Decodes a message that may also be a {@link CoseMac0}, whose MAC then is its only signature. Only shared keys check it, and
     * they check nothing else.
     *
     * @param reader stands at the tag; afterwards behind the message
     * @param most how many signatures it may have
     * @return the message
     * @throws RejectedException as {@link #decode} says
     */
    public static CoseSign decodeOrMac0(CborReader reader, int most) throws RejectedException {
        return decode(reader, most, true);
    }

    private static CoseSign decode(CborReader reader, int most, boolean macs) throws RejectedException {
        int at = reader.position();
        long tag = reader.readTag();
        if (tag == CoseSign1.TAG) {
            return CoseSign1.decode(at, reader).message();
        }
        if (tag == CoseMac0.TAG && macs) {
            return CoseMac0.decode(at, reader);
        }
        if (tag != TAG) {
            throw wrongTag(at, tag, macs ? NAMES_WITH_MAC : NAMES);
        }
        return decode("COSE_Sign at byte " + at, reader, most);
    }

    /** Decodes a message of one signature or MAC, behind its tag. */
    static CoseSign one(String where, CoseSignature.Context context, CborReader reader) throws RejectedException {
        require(where, reader.readArray(), "4 items: protected, unprotected, payload, " + context.what(), 4);
        CoseHeaders headers = new CoseHeaders(where, reader).requireAlgorithm();
        Optional<Slice> payload = payload(reader);
        return new CoseSign(payload, List.of(new CoseSignature(headers, context, reader.readBytes())));
    }

    private static CoseSign decode(String where, CborReader reader, int most) throws RejectedException {
        require(where, reader.readArray(), "4 items: protected, unprotected, payload, signatures", 4);
        CoseHeaders body = new CoseHeaders(where, reader);
        Optional<Slice> payload = payload(reader);
        CoseSignature.Context context = context(body.protectedBytes());
        int count = reader.readArray();
        if (count > most) {
            throw new RejectedException(
                    RejectReason.LIMIT_EXCEEDED, "number of signatures of " + where, count, "at most " + most);
        }
        if (count == 0) {
            throw new RejectedException(RejectReason.MALFORMED, where, "no signature", "at least one");
        }
        List<CoseSignature> signatures = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String signer = "COSE_Signature at byte " + reader.position();
            require(signer, reader.readArray(), "3 items: protected, unprotected, signature", 3);
            CoseHeaders headers = new CoseHeaders(signer, reader).requireAlgorithm();
            signatures.add(new CoseSignature(headers, context, reader.readBytes()));
        }
        return new CoseSign(payload, signatures);
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
     * Returns the signatures.
     *
     * @return at least one, in the message's order, not checked
     */
    public List<CoseSignature> signatures() {
        return signatures;
    }

    /**
     * Signs by several keys, with the payload left out of the message.
     *
     * @param keys to sign with, at least one
     * @param payload what is signed
     * @return an encoded COSE_Sign with its tag, the payload null
     * @throws GeneralSecurityException if a key can't sign
     */
    public static byte[] signDetached(List<SigningKey> keys, byte[] payload) throws GeneralSecurityException {
        return sign(keys, payload, new byte[0], CborWriter::nil);
    }

    /**
     * Signs by several keys, with the payload in the message.
     *
     * @param keys to sign with, at least one
     * @param payload what is signed
     * @param externalAad what is signed besides, mostly empty
     * @return an encoded COSE_Sign with its tag and the payload
     * @throws GeneralSecurityException if a key can't sign
     */
    public static byte[] signAttached(List<SigningKey> keys, byte[] payload, byte[] externalAad)
            throws GeneralSecurityException {
        return sign(keys, payload, externalAad, items -> items.bytes(payload));
    }

    private static byte[] sign(
            List<SigningKey> keys, byte[] payload, byte[] externalAad, Consumer<CborWriter> payloadItem)
            throws GeneralSecurityException {
        if (keys.isEmpty()) {
            throw new IllegalArgumentException("keys must not be empty");
        }
        List<Consumer<CborWriter>> signers = new ArrayList<>();
        for (SigningKey key : keys) {
            signers.add(CoseSignature.sign(key, context(Slice.of(new byte[0])), payload, externalAad, items -> {}));
        }
        return new CborWriter()
                .tag(TAG)
                .array(message -> {
                    message.bytes(new byte[0]).map(m -> {});
                    payloadItem.accept(message);
                    message.array(all -> signers.forEach(all::array));
                })
                .toByteArray();
    }

    private static CoseSignature.Context context(Slice body) {
        return CoseSignature.Context.signature("Signature", Optional.of(body));
    }

    private static Optional<Slice> payload(CborReader reader) throws RejectedException {
        if (reader.peek() == CborReader.Type.NULL) {
            reader.readNull();
            return Optional.empty();
        }
        return Optional.of(reader.readBytes());
    }

    static RejectedException wrongTag(int at, long tag, String expected) {
        String other = OTHERS.get(tag);
        return new RejectedException(
                other == null ? RejectReason.MALFORMED : RejectReason.UNSUPPORTED_ALGORITHM,
                "COSE message at byte " + at,
                (other == null ? "" : other + " (") + "tag " + Long.toUnsignedString(tag) + (other == null ? "" : ")"),
                expected);
    }

    private static void require(String where, int items, String expected, int count) throws RejectedException {
        if (items != count) {
            throw new RejectedException(RejectReason.MALFORMED, where, items + " items", expected);
        }
    }
}
