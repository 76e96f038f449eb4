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
import java.util.Arrays;
import java.util.HexFormat;
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

    private static SigningKey signingKey(CoseAlgorithm algorithm) {
        KeyPair pair = algorithm.keyType() == CoseKey.Type.P256 ? P256 : ED25519;
        return new SigningKey(
                algorithm, pair.getPrivate(), CoseKey.of(pair.getPublic().getEncoded()));
    }

    private static CoseSign1 decode(byte[] message) throws RejectedException {
        CborReader reader = new CborReader(message, 8);
        CoseSign1 decoded = CoseSign1.decode(reader);
        reader.end();
        return decoded;
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
    @EnumSource
    void verify_ownSignature_passes(CoseAlgorithm algorithm) throws Exception {
        SigningKey key = signingKey(algorithm);

        CoseSign1 detached = decode(CoseSign1.signDetached(key, PAYLOAD));
        CoseSign1 attached = decode(CoseSign1.signAttached(key, PAYLOAD, new byte[0]));

        assertEquals(algorithm, detached.algorithm().orElseThrow());
        assertTrue(detached.payload().isEmpty());
        assertArrayEquals(PAYLOAD, attached.payload().orElseThrow().toByteArray());
        assertArrayEquals(
                key.publicKey().thumbprint(), detached.keyId().orElseThrow().toByteArray());
        assertDoesNotThrow(() -> detached.verify(key.publicKey(), PAYLOAD, NO_AAD));
        assertDoesNotThrow(() -> attached.verify(key.publicKey(), PAYLOAD, NO_AAD));
    }

    @ParameterizedTest
    @EnumSource
    void verify_changedPayloadAadOrSignature_isBadSignature(CoseAlgorithm algorithm) throws Exception {
        SigningKey key = signingKey(algorithm);
        byte[] message = CoseSign1.signDetached(key, PAYLOAD);
        byte[] flipped = message.clone();
        flipped[message.length - 1] ^= 1;

        CoseSign1 good = decode(message);
        CoseSign1 bad = decode(flipped);

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
        CoseSign1 message = decode(CoseSign1.signDetached(signingKey(CoseAlgorithm.ESP256), PAYLOAD));
        CoseKey other = signingKey(CoseAlgorithm.ED25519).publicKey();

        Rejection rejection = refusal(() -> message.verify(other, PAYLOAD, NO_AAD));

        assertEquals(RejectReason.UNSUPPORTED_ALGORITHM, rejection.reason());
        assertEquals("ED25519", rejection.found());
        assertEquals("P256", rejection.expected());
    }

    @ParameterizedTest
    @CsvSource({"63", "65", "0", "71"})
    void verify_signatureOfWrongLength_saysBoth(int length) throws Exception {
        CoseKey key = signingKey(CoseAlgorithm.ES256).publicKey();
        byte[] encoded = new CborWriter()
                .tag(18)
                .array(a -> a.embedded(p -> p.map(m -> m.entry(1).integer(-7)))
                        .map(m -> {})
                        .nil()
                        .bytes(new byte[length]))
                .toByteArray();
        CoseSign1 message = decode(encoded);

        Rejection rejection = refusal(() -> message.verify(key, PAYLOAD, NO_AAD));

        assertEquals(RejectReason.BAD_SIGNATURE, rejection.reason());
        assertEquals(length + " bytes", rejection.found());
        assertEquals("64 bytes", rejection.expected());
    }

    @ParameterizedTest
    @CsvSource({
        "-46, HSS-LMS (-46)",
        "-35, ES384 (-35)",
        "-49, ML-DSA-65 (-49)",
        "5, HMAC 256/256 (5)",
        "-999, algorithm (-999)"
    })
    void verify_unknownAlgorithm_isNamed(long id, String name) throws Exception {
        CoseSign1 message = decode(message(m -> m.entry(1).integer(id), m -> {}));

        Rejection rejection =
                refusal(() -> message.verify(signingKey(CoseAlgorithm.ES256).publicKey(), PAYLOAD, NO_AAD));

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
    void thumbprint_ofRfc9679Example_matches() {
        byte[] der = HexFormat.of()
                .parseHex("3059301306072a8648ce3d020106082a8648ce3d03010703420004"
                        + "65eda5a12577c2bae829437fe338701a10aaa375e1bb5b5de108de439c08551d"
                        + "1e52ed75701163f7f9e40ddf9f341b3dc9ba860af7e0ca7ca7e9eecd0084d19c");

        assertEquals(
                "496bd8afadf307e5b08c64b0421bf9dc01528a344a43bda88fadd1669da253ec",
                CoseKey.of(der).toString());
    }

    @Test
    void of_pointOffTheCurve_isRefused() {
        byte[] der = P256.getPublic().getEncoded();
        der[der.length - 1] ^= 1;

        assertThrows(IllegalArgumentException.class, () -> CoseKey.of(der));
    }

    @Test
    void of_keyOfAnotherKind_isRefused() {
        byte[] rsa = generate("RSA", 2048).getPublic().getEncoded();

        assertThrows(IllegalArgumentException.class, () -> CoseKey.of(rsa));
    }

    @Test
    void signingKey_toString_doesNotPrintTheSecret() {
        String text = signingKey(CoseAlgorithm.ED25519).toString();
        byte[] secret = ED25519.getPrivate().getEncoded();

        assertFalse(
                text.contains(HexFormat.of().formatHex(Arrays.copyOfRange(secret, secret.length - 32, secret.length))));
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
