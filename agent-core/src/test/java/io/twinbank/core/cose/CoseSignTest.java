// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.cose;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.upokecenter.cbor.CBORObject;
import io.twinbank.core.RejectReason;
import io.twinbank.core.RejectedException;
import io.twinbank.core.Rejection;
import io.twinbank.core.cbor.CborReader;
import io.twinbank.core.cbor.CborWriter;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Messages with several signers. */
class CoseSignTest {
    private static final byte[] PAYLOAD = "payload".getBytes(StandardCharsets.UTF_8);
    private static final byte[] NO_AAD = new byte[0];
    private static final KeyPair P384 = generate("EC", 384);
    private static final SigningKey FIRST = SigningKey.of(P384.getPrivate(), P384.getPublic());
    private static final SigningKey SECOND = signingKey(generate("Ed25519", 255));

    private static KeyPair generate(String algorithm, int size) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
            generator.initialize(size);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static SigningKey signingKey(KeyPair pair) {
        return SigningKey.of(pair.getPrivate(), pair.getPublic());
    }

    private static CoseSign decode(byte[] encoded) throws RejectedException {
        CborReader reader = new CborReader(encoded, 8);
        CoseSign decoded = CoseSign.decode(reader, 3);
        reader.end();
        return decoded;
    }

    private static Rejection refusal(Executable action) {
        return assertThrows(RejectedException.class, action).rejection();
    }

    private static byte[] message(Consumer<CborWriter> items) {
        return new CborWriter().tag(98).array(items).toByteArray();
    }

    private static void signer(CborWriter signatures) {
        signatures.array(a ->
                a.embedded(p -> p.map(m -> m.entry(1).integer(-9))).map(m -> {}).bytes(new byte[64]));
    }

    @Test
    void verify_twoSigners_eachByItsKeyOnly() throws Exception {
        CoseSign message = decode(CoseSign.signDetached(List.of(FIRST, SECOND), PAYLOAD));

        CoseSignature first = message.signatures().get(0);
        CoseSignature second = message.signatures().get(1);

        assertEquals(2, message.signatures().size());
        assertTrue(message.payload().isEmpty());
        assertEquals(CoseAlgorithm.ESP384, first.requireAlgorithm());
        assertEquals(FIRST.publicKey().toString(), first.keyId().orElseThrow().toString());
        assertDoesNotThrow(() -> first.verify(FIRST.publicKey(), PAYLOAD, NO_AAD));
        assertDoesNotThrow(() -> second.verify(SECOND.publicKey(), PAYLOAD, NO_AAD));
        assertEquals(
                RejectReason.UNSUPPORTED_ALGORITHM,
                refusal(() -> second.verify(FIRST.publicKey(), PAYLOAD, NO_AAD)).reason());
        assertEquals(
                RejectReason.BAD_SIGNATURE,
                refusal(() -> first.verify(FIRST.publicKey(), new byte[7], NO_AAD))
                        .reason());
    }

    /** Read and checked without any of our code: another CBOR library, and the JDK. */
    @Test
    void signDetached_twoSigners_isWhatOthersRead() throws Exception {
        CBORObject message = CBORObject.DecodeFromBytes(CoseSign.signDetached(List.of(FIRST, SECOND), PAYLOAD));

        assertTrue(message.HasMostOuterTag(98));
        assertEquals(4, message.size());
        assertEquals(0, message.get(0).GetByteString().length);
        assertEquals(0, message.get(1).size());
        assertTrue(message.get(2).isNull());
        CBORObject signer = message.get(3).get(0);
        byte[] header = signer.get(0).GetByteString();
        assertEquals(-51, CBORObject.DecodeFromBytes(header).get(1).AsInt32());
        Signature signature = Signature.getInstance("SHA384withECDSAinP1363Format");
        signature.initVerify(P384.getPublic());
        signature.update(CBORObject.NewArray()
                .Add("Signature")
                .Add(new byte[0])
                .Add(header)
                .Add(new byte[0])
                .Add(PAYLOAD)
                .EncodeToBytes());
        assertTrue(signature.verify(signer.get(2).GetByteString()));
    }

    @Test
    void verify_aSignatureTakenOutOfItsMessage_isBad() throws Exception {
        CBORObject both = CBORObject.DecodeFromBytes(CoseSign.signDetached(List.of(FIRST), PAYLOAD));
        CBORObject signer = both.get(3).get(0);
        byte[] alone = CBORObject.FromObjectAndTag(
                        CBORObject.NewArray()
                                .Add(signer.get(0))
                                .Add(signer.get(1))
                                .Add(CBORObject.Null)
                                .Add(signer.get(2)),
                        18)
                .EncodeToBytes();

        CoseSignature signature = decode(alone).signatures().get(0);

        assertEquals(
                RejectReason.BAD_SIGNATURE,
                refusal(() -> signature.verify(FIRST.publicKey(), PAYLOAD, NO_AAD))
                        .reason());
    }

    @Test
    void decode_aSign1_isAMessageWithOneSignature() throws Exception {
        CoseSign message = decode(CoseSign1.signAttached(SECOND, PAYLOAD, NO_AAD));

        assertEquals(1, message.signatures().size());
        assertDoesNotThrow(() -> message.signatures()
                .get(0)
                .verify(SECOND.publicKey(), message.payload().orElseThrow().toByteArray(), NO_AAD));
    }

    @Test
    void decode_asManySignaturesAsAllowedAndOneMore_saysBoth() throws Exception {
        byte[] three = CoseSign.signDetached(Collections.nCopies(3, SECOND), PAYLOAD);
        byte[] four = CoseSign.signDetached(Collections.nCopies(4, SECOND), PAYLOAD);

        assertEquals(3, decode(three).signatures().size());
        Rejection rejection = refusal(() -> decode(four));
        assertEquals(RejectReason.LIMIT_EXCEEDED, rejection.reason());
        assertEquals("4", rejection.found());
        assertEquals("at most 3", rejection.expected());
    }

    @Test
    void decode_otherStructures_areMalformed() {
        Consumer<CborWriter> header = a -> a.bytes(new byte[0]).map(m -> {}).nil();

        assertMalformed("3 items", message(header));
        assertMalformed(
                "no signature",
                message(a -> header.andThen(b -> b.array(none -> {})).accept(a)));
        assertMalformed(
                "2 items",
                message(a -> header.andThen(
                                b -> b.array(all -> all.array(s -> s.nil().nil())))
                        .accept(a)));
        assertMalformed(
                "no algorithm",
                message(a -> header.andThen(b -> b.array(all ->
                                all.array(s -> s.bytes(new byte[0]).map(m -> {}).bytes(new byte[64]))))
                        .accept(a)));
        assertMalformed(
                "the algorithm in the unprotected header",
                message(a -> a.bytes(new byte[0])
                        .map(m -> m.entry(1).integer(-9))
                        .nil()
                        .array(CoseSignTest::signer)));
    }

    private static void assertMalformed(String found, byte[] message) {
        Rejection rejection = refusal(() -> decode(message));

        assertEquals(RejectReason.MALFORMED, rejection.reason());
        assertEquals(found, rejection.found());
    }

    @Test
    void decode_criticalHeaderOfTheBody_isUnsupported() {
        Rejection rejection = refusal(() ->
                decode(message(a -> a.embedded(p -> p.map(m -> m.entry(2).array(c -> c.integer(-70001))))
                        .map(m -> {})
                        .nil()
                        .array(CoseSignTest::signer))));

        assertEquals(RejectReason.UNSUPPORTED, rejection.reason());
        assertEquals("COSE header crit (2) of COSE_Sign at byte 0", rejection.detail());
    }

    @Test
    void signDetached_byNobody_isTheCallersBug() {
        assertThrows(IllegalArgumentException.class, () -> CoseSign.signDetached(List.of(), PAYLOAD));
    }
}
