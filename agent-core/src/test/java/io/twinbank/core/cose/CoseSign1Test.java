// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.cose;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.core.RejectReason;
import io.twinbank.core.RejectedException;
import io.twinbank.core.Rejection;
import io.twinbank.core.cbor.CborReader;
import io.twinbank.core.cbor.CborWriter;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SignatureException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class CoseSign1Test {
    private static final byte[] PAYLOAD = "payload".getBytes(StandardCharsets.UTF_8);
    private static final byte[] NO_AAD = new byte[0];
    private static final KeyPair P256 = generate("EC", 256);
    private static final KeyPair P384 = generate("EC", 384);
    private static final KeyPair ED25519 = generate("Ed25519", 255);

    private static KeyPair generate(String algorithm, int size) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
            generator.initialize(size);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static CoseSign1 message(byte[] encoded) throws RejectedException {
        CborReader reader = new CborReader(encoded, 8);
        CoseSign1 decoded = CoseSign1.decode(reader);
        reader.end();
        return decoded;
    }

    private static CoseSignature decode(byte[] encoded) throws RejectedException {
        return message(encoded).signature();
    }

    private static Rejection refusal(Executable action) {
        return assertThrows(RejectedException.class, action).rejection();
    }

    private static byte[] message(Consumer<CborWriter.MapWriter> signed, Consumer<CborWriter.MapWriter> unsigned) {
        return new CborWriter()
                .tag(18)
                .array(a -> a.embedded(p -> p.map(signed)).map(unsigned).nil().bytes(new byte[64]))
                .toByteArray();
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "HMAC_256")
    void verify_ownSignature_passes(CoseAlgorithm algorithm) throws Exception {
        SigningKey key = TestKeys.of(algorithm);

        CoseSign1 withoutPayload = message(CoseSign1.signDetached(key, PAYLOAD));
        CoseSign1 withPayload = message(CoseSign1.signAttached(key, PAYLOAD, NO_AAD));
        CoseSignature detached = withoutPayload.signature();
        CoseSignature attached = withPayload.signature();

        assertEquals(algorithm, detached.algorithm().orElseThrow());
        assertTrue(withoutPayload.payload().isEmpty());
        assertArrayEquals(PAYLOAD, withPayload.payload().orElseThrow().toByteArray());
        assertArrayEquals(
                key.publicKey().thumbprint(), detached.keyId().orElseThrow().toByteArray());
        assertDoesNotThrow(() -> detached.verify(key.publicKey(), PAYLOAD, NO_AAD));
        assertDoesNotThrow(() -> attached.verify(key.publicKey(), PAYLOAD, NO_AAD));
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "HMAC_256")
    void verify_changedPayloadAadOrSignature_isBadSignature(CoseAlgorithm algorithm) throws Exception {
        SigningKey key = TestKeys.of(algorithm);
        byte[] message = CoseSign1.signDetached(key, PAYLOAD);
        byte[] flipped = message.clone();
        flipped[message.length - 1] ^= 1;

        CoseSignature good = decode(message);
        CoseSignature bad = decode(flipped);

        assertEquals(
                RejectReason.BAD_SIGNATURE,
                refusal(() -> good.verify(key.publicKey(), new byte[7], NO_AAD)).reason());
        assertEquals(
                RejectReason.BAD_SIGNATURE,
                refusal(() -> good.verify(key.publicKey(), PAYLOAD, new byte[1]))
                        .reason());
        assertEquals(
                RejectReason.BAD_SIGNATURE,
                refusal(() -> bad.verify(key.publicKey(), PAYLOAD, NO_AAD)).reason());
    }

    @Test
    void verify_keyOfAnotherType_isUnsupported() throws Exception {
        CoseSignature message = decode(CoseSign1.signDetached(TestKeys.of(CoseAlgorithm.ESP256), PAYLOAD));
        CoseKey other = TestKeys.of(CoseAlgorithm.ED25519).publicKey();

        Rejection rejection = refusal(() -> message.verify(other, PAYLOAD, NO_AAD));

        assertEquals(RejectReason.UNSUPPORTED_ALGORITHM, rejection.reason());
        assertEquals("ED25519", rejection.found());
        assertEquals("P256", rejection.expected());
    }

    @ParameterizedTest
    @CsvSource({
        "ES256, 63, 64",
        "ES256, 65, 64",
        "ES256, 0, 64",
        "ES256, 71, 64", // DER
        "ESP384, 95, 96",
        "ESP384, 97, 96",
        "ESP384, 64, 96",
        "ESP384, 103, 96",
        "EDDSA, 63, 64",
        "ED25519, 65, 64",
        "ML_DSA_44, 2419, 2420",
        "ML_DSA_65, 3310, 3309",
        "ML_DSA_87, 4626, 4627"
    })
    void verify_signatureOfWrongLength_saysBoth(CoseAlgorithm algorithm, int length, int expected) throws Exception {
        CoseKey key = TestKeys.of(algorithm).publicKey();
        byte[] encoded = new CborWriter()
                .tag(18)
                .array(a -> a.embedded(p -> p.map(m -> m.entry(1).integer(algorithm.id())))
                        .map(m -> {})
                        .nil()
                        .bytes(new byte[length]))
                .toByteArray();
        CoseSignature message = decode(encoded);

        Rejection rejection = refusal(() -> message.verify(key, PAYLOAD, NO_AAD));

        assertEquals(RejectReason.BAD_SIGNATURE, rejection.reason());
        assertEquals(length + " bytes", rejection.found());
        assertEquals(expected + " bytes", rejection.expected());
    }

    @ParameterizedTest
    @CsvSource({
        "ES256, 0000000000000000000000000000000000000000000000000000000000000000",
        "ES256, ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", // the order
        "ES384, 000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000",
        "ES384, ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973"
    })
    void verify_rOrSOutOfRange_saysSo(CoseAlgorithm algorithm, String outside) throws Exception {
        CoseKey key = TestKeys.of(algorithm).publicKey();
        String one = "0".repeat(outside.length() - 1) + "1";
        for (String value : List.of(outside + one, one + outside)) {
            CoseSignature message = decode(new CborWriter()
                    .tag(18)
                    .array(a -> a.embedded(p -> p.map(m -> m.entry(1).integer(algorithm.id())))
                            .map(m -> {})
                            .nil()
                            .bytes(HexFormat.of().parseHex(value)))
                    .toByteArray());

            Rejection rejection = refusal(() -> message.verify(key, PAYLOAD, NO_AAD));

            assertEquals(RejectReason.BAD_SIGNATURE, rejection.reason());
            assertEquals("the signature by key " + key + ": r or s is out of range", rejection.detail());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "-47, ES256K (-47)",
        "-36, ES512 (-36)",
        "-53, Ed448 (-53)",
        "5, HMAC 256/256 (5)",
        "-999, algorithm (-999)"
    })
    void verify_unknownAlgorithm_isNamed(long id, String name) throws Exception {
        CoseSignature message = decode(message(m -> m.entry(1).integer(id), m -> {}));

        Rejection rejection =
                refusal(() -> message.verify(TestKeys.of(CoseAlgorithm.ES256).publicKey(), PAYLOAD, NO_AAD));

        assertEquals(RejectReason.UNSUPPORTED_ALGORITHM, rejection.reason());
        assertEquals("signature algorithm " + name, rejection.detail());
    }

    @Test
    void decode_algorithmInUnprotectedHeader_isMalformed() {
        Rejection rejection =
                refusal(() -> decode(message(m -> {}, m -> m.entry(1).integer(-7))));

        assertEquals(RejectReason.MALFORMED, rejection.reason());
        assertEquals("the algorithm in the unprotected header", rejection.found());
    }

    @Test
    void decode_sameHeaderInBothMaps_isMalformed() {
        Rejection rejection = refusal(() -> decode(message(
                m -> {
                    m.entry(1).integer(-7);
                    m.entry(4).bytes(new byte[1]);
                },
                m -> m.entry(4).bytes(new byte[1]))));

        assertEquals(RejectReason.MALFORMED, rejection.reason());
        assertEquals("header 4 in both maps", rejection.found());
    }

    @Test
    void decode_criticalHeader_isUnsupported() {
        Rejection rejection = refusal(() -> decode(message(
                m -> {
                    m.entry(1).integer(-7);
                    m.entry(2).array(a -> a.integer(-70001));
                },
                m -> {})));

        assertEquals(RejectReason.UNSUPPORTED, rejection.reason());
        assertTrue(rejection.detail().contains("crit (2)"), rejection.detail());
    }

    @Test
    void decode_noAlgorithm_isMalformed() {
        assertEquals(
                "no algorithm", refusal(() -> decode(message(m -> {}, m -> {}))).found());
    }

    @ParameterizedTest
    @CsvSource({
        "17, UNSUPPORTED_ALGORITHM, COSE_Mac0 (tag 17)",
        "97, UNSUPPORTED_ALGORITHM, COSE_Mac (tag 97)",
        "98, UNSUPPORTED_ALGORITHM, COSE_Sign (tag 98)",
        "998, MALFORMED, tag 998"
    })
    void decode_anotherTag_isNamed(long tag, RejectReason reason, String found) {
        byte[] message = new CborWriter().tag(tag).array(a -> {}).toByteArray();

        Rejection rejection = refusal(() -> decode(message));

        assertEquals(reason, rejection.reason());
        assertEquals(found, rejection.found());
        assertEquals("COSE_Sign1 (tag 18)", rejection.expected());
    }

    @Test
    void signingKey_toString_doesNotPrintTheSecret() {
        String text = TestKeys.of(CoseAlgorithm.ED25519).toString();
        byte[] secret = ED25519.getPrivate().getEncoded();

        assertFalse(
                text.contains(HexFormat.of().formatHex(Arrays.copyOfRange(secret, secret.length - 32, secret.length))));
    }

    @Test
    void sign_byAnOperation_asksItForTheSignature() throws Exception {
        SigningKey real = TestKeys.of(CoseAlgorithm.ESP384);
        List<String> asked = new ArrayList<>();
        SigningKey key = new SigningKey(
                CoseAlgorithm.ES384,
                message -> {
                    asked.add(HexFormat.of().formatHex(message));
                    return real.operation().sign(message);
                },
                real.publicKey());

        CoseSignature signature = decode(CoseSign1.signDetached(key, PAYLOAD));

        assertDoesNotThrow(() -> signature.verify(key.publicKey(), PAYLOAD, NO_AAD));
        assertEquals(CoseAlgorithm.ES384, signature.requireAlgorithm());
        assertEquals(List.of("846a5369676e61747572653144a1013822" + "40" + "477061796c6f6164"), asked);
    }

    @Test
    void signingKey_algorithmOfAnotherType_isTheCallersBug() {
        CoseKey key = CoseKey.of(P256.getPublic().getEncoded());

        assertThrows(
                IllegalArgumentException.class, () -> new SigningKey(CoseAlgorithm.ED25519, P256.getPrivate(), key));
    }

    @Test
    void sign_halvesDontBelongTogether_givesNoSignatureAway() {
        CoseKey key = CoseKey.of(P256.getPublic().getEncoded());
        SigningKey strangers = SigningKey.of(generate("EC", 256).getPrivate(), P256.getPublic());
        SigningKey broken = new SigningKey(CoseAlgorithm.ESP256, message -> new byte[63], key);

        Exception wrong = assertThrows(SignatureException.class, () -> CoseSign1.signDetached(strangers, new byte[1]));
        Exception tooShort = assertThrows(SignatureException.class, () -> CoseSign1.signDetached(broken, new byte[1]));

        assertTrue(String.valueOf(wrong.getMessage()).contains("doesn't verify with key " + key), wrong.toString());
        assertTrue(String.valueOf(tooShort.getMessage()).contains("63 bytes"), tooShort.toString());
    }
}
