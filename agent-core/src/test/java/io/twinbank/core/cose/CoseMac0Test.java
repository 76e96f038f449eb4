// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.cose;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.upokecenter.cbor.CBORObject;
import io.twinbank.core.RejectReason;
import io.twinbank.core.RejectedException;
import io.twinbank.core.Rejection;
import io.twinbank.core.cbor.CborReader;
import io.twinbank.core.cbor.CborWriter;
import io.twinbank.hal.Role;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** MACs: by shared keys only, over what no signature is over. */
class CoseMac0Test {
    private static final HexFormat HEX = HexFormat.of();
    private static final byte[] PAYLOAD = "payload".getBytes(StandardCharsets.UTF_8);
    private static final byte[] NO_AAD = new byte[0];
    private static final byte[] SECRET = "a secret of exactly 32 bytes ...".getBytes(StandardCharsets.US_ASCII);
    private static final CoseKey KEY = CoseKey.shared(coseKey(4, 5, SECRET));
    private static final CoseKey PUBLIC = TestKeys.of(CoseAlgorithm.ESP256).publicKey();

    private static byte[] coseKey(long kty, long alg, byte[] k) {
        return new CborWriter()
                .map(m -> {
                    m.entry(1).integer(kty);
                    m.entry(3).integer(alg);
                    m.entry(-1).bytes(k);
                })
                .toByteArray();
    }

    private static CoseSign message(byte[] encoded) throws RejectedException {
        CborReader reader = new CborReader(encoded, 8);
        CoseSign decoded = CoseSign.decodeOrMac0(reader, 8);
        reader.end();
        return decoded;
    }

    private static CoseSignature decode(byte[] encoded) throws RejectedException {
        return message(encoded).signatures().get(0);
    }

    private static byte[] message(
            int tag, Consumer<CborWriter.MapWriter> signed, Consumer<CborWriter.MapWriter> unsigned, byte[] value) {
        return new CborWriter()
                .tag(tag)
                .array(a -> a.embedded(p -> p.map(signed)).map(unsigned).nil().bytes(value))
                .toByteArray();
    }

    private static Consumer<CborWriter.MapWriter> algorithm(long id) {
        return m -> m.entry(1).integer(id);
    }

    private static Rejection refusal(Executable action) {
        return assertThrows(RejectedException.class, action).rejection();
    }

    private static void assertRefused(Rejection rejection, RejectReason reason, String found, String expected) {
        assertEquals(reason, rejection.reason(), rejection.toString());
        assertEquals(found, rejection.found(), rejection.toString());
        assertEquals(expected, rejection.expected(), rejection.toString());
    }

    private static byte[] hmac(byte[] secret, byte[] message) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(secret, "HmacSHA256"));
        return mac.doFinal(message);
    }

    @Test
    void verify_ownMac_passes() throws Exception {
        CoseSign message = message(CoseMac0.tagDetached(SigningKey.of(KEY), PAYLOAD));
        CoseSignature mac = message.signatures().get(0);

        assertTrue(message.payload().isEmpty());
        assertEquals(1, message.signatures().size());
        assertEquals(CoseAlgorithm.HMAC_256, mac.requireAlgorithm());
        assertArrayEquals(KEY.thumbprint(), mac.keyId().orElseThrow().toByteArray());
        assertDoesNotThrow(() -> mac.verify(KEY, PAYLOAD, NO_AAD));
    }

    @Test
    void verify_macMadeByAnotherLibrary_passes() throws Exception {
        byte[] header = CBORObject.NewMap().Add(1, 5).EncodeToBytes();
        byte[] external = {1, 2, 3};
        byte[] structure = CBORObject.NewArray()
                .Add("MAC0")
                .Add(header)
                .Add(external)
                .Add(PAYLOAD)
                .EncodeToBytes();
        byte[] message = CBORObject.FromObjectAndTag(
                        CBORObject.NewArray()
                                .Add(header)
                                .Add(CBORObject.NewMap().Add(4, "our-secret".getBytes(StandardCharsets.UTF_8)))
                                .Add(PAYLOAD)
                                .Add(hmac(SECRET, structure)),
                        17)
                .EncodeToBytes();

        CoseSign decoded = message(message);

        assertArrayEquals(PAYLOAD, decoded.payload().orElseThrow().toByteArray());
        assertDoesNotThrow(() -> decoded.signatures().get(0).verify(KEY, PAYLOAD, external));
        assertEquals(
                RejectReason.BAD_SIGNATURE,
                refusal(() -> decoded.signatures().get(0).verify(KEY, PAYLOAD, NO_AAD))
                        .reason());
    }

    @Test
    void tagDetached_read_isWhatAnotherLibraryWouldMake() throws Exception {
        CBORObject message = CBORObject.DecodeFromBytes(CoseMac0.tagDetached(SigningKey.of(KEY), PAYLOAD));
        byte[] structure = CBORObject.NewArray()
                .Add("MAC0")
                .Add(message.get(0))
                .Add(NO_AAD)
                .Add(PAYLOAD)
                .EncodeToBytes();

        assertTrue(message.HasMostOuterTag(17));
        assertEquals(
                CBORObject.NewMap().Add(1, 5),
                CBORObject.DecodeFromBytes(message.get(0).GetByteString()));
        assertTrue(message.get(2).isNull());
        assertArrayEquals(hmac(SECRET, structure), message.get(3).GetByteString());
    }

    @Test
    void verify_aFlippedBitOfTheMacThePayloadOrTheKey_isBadSignature() throws Exception {
        byte[] good = CoseMac0.tagDetached(SigningKey.of(KEY), PAYLOAD);
        for (int bit = 0; bit < 256; bit++) {
            byte[] bad = good.clone();
            bad[good.length - 32 + bit / 8] ^= (byte) (1 << bit % 8);
            byte[] otherSecret = SECRET.clone();
            otherSecret[bit / 8] ^= (byte) (1 << bit % 8);
            CoseKey other = CoseKey.shared(coseKey(4, 5, otherSecret));

            Rejection wrongMac = refusal(() -> decode(bad).verify(KEY, PAYLOAD, NO_AAD));
            Rejection wrongKey = refusal(() -> decode(good).verify(other, PAYLOAD, NO_AAD));

            assertEquals(RejectReason.BAD_SIGNATURE, wrongMac.reason());
            assertEquals("the MAC doesn't verify with key " + KEY, wrongMac.detail());
            assertEquals(RejectReason.BAD_SIGNATURE, wrongKey.reason());
        }
        assertEquals(
                RejectReason.BAD_SIGNATURE,
                refusal(() -> decode(good).verify(KEY, new byte[7], NO_AAD)).reason());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 8, 16, 31, 33, 64})
    void verify_macOfAnotherLength_saysBoth(int length) throws Exception {
        byte[] whole = hmac(
                SECRET,
                new CborWriter()
                        .array(a -> a.text("MAC0")
                                .bytes(HEX.parseHex("a10105"))
                                .bytes(NO_AAD)
                                .bytes(PAYLOAD))
                        .toByteArray());
        CoseSignature mac = decode(message(17, algorithm(5), m -> {}, Arrays.copyOf(whole, length)));

        Rejection rejection = refusal(() -> mac.verify(KEY, PAYLOAD, NO_AAD));

        assertRefused(rejection, RejectReason.BAD_SIGNATURE, length + " bytes", "32 bytes");
        assertEquals("length of the MAC by key " + KEY, rejection.detail());
    }

    @ParameterizedTest
    @CsvSource({
        "4, MAC algorithm HMAC 256/64 (4)",
        "6, MAC algorithm HMAC 384/384 (6)",
        "7, MAC algorithm HMAC 512/512 (7)",
        "-9, MAC algorithm ESP256 (-9)",
        "-19, MAC algorithm Ed25519 (-19)",
        "-999, MAC algorithm algorithm (-999)"
    })
    void verify_anotherAlgorithm_isUnsupportedByName(long id, String detail) throws Exception {
        CoseSignature mac = decode(message(17, algorithm(id), m -> {}, new byte[32]));

        Rejection rejection = refusal(() -> mac.verify(KEY, PAYLOAD, NO_AAD));

        assertEquals(RejectReason.UNSUPPORTED_ALGORITHM, rejection.reason());
        assertEquals(detail, rejection.detail());
        assertTrue(mac.algorithm().isEmpty());
    }

    @Test
    void verify_macWithAPublicKey_isUnsupportedAlgorithm() throws Exception {
        byte[] structure = new CborWriter()
                .array(a -> a.text("MAC0")
                        .bytes(HEX.parseHex("a10105"))
                        .bytes(NO_AAD)
                        .bytes(PAYLOAD))
                .toByteArray();
        byte[] der = PUBLIC.subjectPublicKeyInfo();
        for (byte[] secret : List.of(der, Arrays.copyOfRange(der, der.length - 64, der.length), PUBLIC.thumbprint())) {
            CoseSignature mac = decode(
                    message(17, algorithm(5), m -> m.entry(4).bytes(PUBLIC.thumbprint()), hmac(secret, structure)));

            Rejection rejection = refusal(() -> mac.verify(PUBLIC, PAYLOAD, NO_AAD));

            assertRefused(rejection, RejectReason.UNSUPPORTED_ALGORITHM, "P256", "HMAC_256");
        }
    }

    @Test
    void verify_signatureWithASharedKey_isUnsupportedAlgorithm() throws Exception {
        CoseSignature signature = decode(CoseSign1.signDetached(TestKeys.of(CoseAlgorithm.ESP256), PAYLOAD));
        CoseSignature labelled = decode(message(18, algorithm(5), m -> {}, new byte[32]));

        assertRefused(
                refusal(() -> signature.verify(KEY, PAYLOAD, NO_AAD)),
                RejectReason.UNSUPPORTED_ALGORITHM,
                "HMAC_256",
                "P256");
        assertEquals(
                "signature algorithm HMAC 256/256 (5)",
                refusal(() -> labelled.verify(KEY, PAYLOAD, NO_AAD)).detail());
    }

    @Test
    void verify_signatureStructureInAMac_isBadSignature() throws Exception {
        byte[] structure = new CborWriter()
                .array(a -> a.text("Signature1")
                        .bytes(HEX.parseHex("a10105"))
                        .bytes(NO_AAD)
                        .bytes(PAYLOAD))
                .toByteArray();
        CoseSignature mac = decode(message(17, algorithm(5), m -> {}, hmac(SECRET, structure)));

        assertEquals(
                RejectReason.BAD_SIGNATURE,
                refusal(() -> mac.verify(KEY, PAYLOAD, NO_AAD)).reason());
    }

    @Test
    void decode_headersThatArentStrict_areRefusedAsThoseOfASignature() {
        byte[] mac = new byte[32];
        assertRefused(
                refusal(() -> decode(message(17, m -> {}, algorithm(5), mac))),
                RejectReason.MALFORMED,
                "the algorithm in the unprotected header",
                "it in the protected one");
        assertRefused(
                refusal(() -> decode(message(17, m -> {}, m -> {}, mac))),
                RejectReason.MALFORMED,
                "no algorithm",
                "one in the protected header");
        assertRefused(
                refusal(() -> decode(message(
                        17,
                        m -> {
                            m.entry(1).integer(5);
                            m.entry(4).bytes(new byte[1]);
                        },
                        m -> m.entry(4).bytes(new byte[1]),
                        mac))),
                RejectReason.MALFORMED,
                "header 4 in both maps",
                "it in one");
        assertRefused(
                refusal(() -> decode(HEX.parseHex("d184" + "45" + "a201050105" + "a0f6" + "40"))),
                RejectReason.MALFORMED,
                "key 01 twice",
                "keys in ascending order");
        assertEquals(
                RejectReason.UNSUPPORTED,
                refusal(() -> decode(message(
                                17,
                                m -> {
                                    m.entry(1).integer(5);
                                    m.entry(2).array(a -> a.integer(4));
                                },
                                m -> {},
                                mac)))
                        .reason());
        assertRefused(
                refusal(() -> decode(new CborWriter()
                        .tag(17)
                        .array(a -> a.bytes(new byte[0]).map(m -> {}).nil())
                        .toByteArray())),
                RejectReason.MALFORMED,
                "3 items",
                "4 items: protected, unprotected, payload, MAC");
        assertEquals(
                RejectReason.LIMIT_EXCEEDED,
                refusal(() -> decode(message(17, algorithm(5), m -> m.entry(4).bytes(new byte[65]), mac)))
                        .reason());
    }

    @Test
    void decode_whereOnlySignaturesAreAskedFor_isUnsupportedAlgorithm() throws Exception {
        byte[] mac = CoseMac0.tagDetached(SigningKey.of(KEY), PAYLOAD);

        assertRefused(
                refusal(() -> CoseSign.decode(new CborReader(mac, 8), 8)),
                RejectReason.UNSUPPORTED_ALGORITHM,
                "COSE_Mac0 (tag 17)",
                "COSE_Sign1 (tag 18) or COSE_Sign (tag 98)");
    }

    @Test
    void decode_macWithRecipients_isUnsupportedAlgorithm() {
        assertRefused(
                refusal(() -> decode(message(97, algorithm(5), m -> {}, new byte[32]))),
                RejectReason.UNSUPPORTED_ALGORITHM,
                "COSE_Mac (tag 97)",
                "COSE_Sign1 (tag 18), COSE_Sign (tag 98) or COSE_Mac0 (tag 17)");
    }

    @Test
    void sign_keyOfTheOtherKind_isTheCallersBug() {
        SigningKey shared = SigningKey.of(KEY);
        SigningKey signs = TestKeys.of(CoseAlgorithm.ESP256);

        assertThrows(IllegalArgumentException.class, () -> CoseSign1.signDetached(shared, PAYLOAD));
        assertThrows(IllegalArgumentException.class, () -> CoseSign1.toBeSigned(CoseAlgorithm.HMAC_256, PAYLOAD));
        assertThrows(IllegalArgumentException.class, () -> CoseSign.signAttached(List.of(shared), PAYLOAD, NO_AAD));
        assertThrows(IllegalArgumentException.class, () -> CoseMac0.tagDetached(signs, PAYLOAD));
        assertThrows(IllegalArgumentException.class, () -> SigningKey.of(PUBLIC));
        assertThrows(IllegalArgumentException.class, () -> new SigningKey(CoseAlgorithm.ESP256, m -> m, KEY));
    }

    @ParameterizedTest
    @CsvSource({
        "2, 5, 32, 'kty (1) 2, expected 4, symmetric'",
        "4, 4, 32, 'alg (3) HMAC 256/64 (4), expected HMAC 256/256 (5)'",
        "4, -3, 32, 'alg (3) algorithm (-3), expected HMAC 256/256 (5)'",
        "4, 5, 16, 'k (-1) of 16 bytes, expected 32 bytes'",
        "4, 5, 31, 'k (-1) of 31 bytes, expected 32 bytes'",
        "4, 5, 33, 'k (-1) of 33 bytes, expected 32 bytes'",
        "4, 5, 64, 'k (-1) of 64 bytes, expected 32 bytes'",
        "4, 5, 0, 'k (-1) of 0 bytes, expected 32 bytes'"
    })
    void shared_anotherKey_saysWhatIsExpected(long kty, long alg, int bytes, String words) {
        byte[] encoded = coseKey(kty, alg, new byte[bytes]);

        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> CoseKey.shared(encoded));

        assertEquals("shared key: " + words, e.getMessage());
    }

    @ParameterizedTest
    @CsvSource({
        "a2010420" + "40, 'no alg (3), expected HMAC 256/256 (5)'",
        "a203052040, 'no kty (1), expected 4, symmetric'",
        "a40104024003052040, 'entry 2, expected 1, 3 and -1 only'"
    })
    void shared_moreOrLessThanTheKey_saysWhatIsExpected(String hex, String words) {
        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> CoseKey.shared(HEX.parseHex(hex)));

        assertEquals("shared key: " + words, e.getMessage());
    }

    @Test
    void shared_notDeterministicOrWithSomethingBehind_isNone() {
        byte[] good = coseKey(4, 5, SECRET);
        byte[] longer = Arrays.copyOf(good, good.length + 1);
        byte[] shorter = Arrays.copyOf(good, good.length - 1);
        byte[] otherOrder = HEX.parseHex("a30305" + "0104" + "205820" + HEX.formatHex(SECRET));
        for (byte[] bad : List.of(longer, shorter, otherOrder, new byte[0], PUBLIC.subjectPublicKeyInfo())) {
            String words = assertThrows(IllegalArgumentException.class, () -> CoseKey.shared(bad))
                    .getMessage();

            assertTrue(words.startsWith("shared key: no COSE_Key: MALFORMED"), words);
            assertFalse(words.contains(HEX.formatHex(Arrays.copyOf(SECRET, 8))), words);
        }
    }

    @Test
    void thumbprint_ofASharedKey_isOverItsKindAndTheSecret() throws Exception {
        byte[] encoded = CBORObject.NewMap().Add(1, 4).Add(-1, SECRET).EncodeToBytes();

        assertEquals(HEX.formatHex(MessageDigest.getInstance("SHA-256").digest(encoded)), KEY.toString());
    }

    @Test
    void sharedKey_printed_isItsThumbprint() {
        String secret = HEX.formatHex(SECRET);

        assertEquals(HEX.formatHex(KEY.thumbprint()), KEY.toString());
        assertEquals("HMAC 256/256 key " + KEY, SigningKey.of(KEY).toString());
        assertFalse((KEY + " " + SigningKey.of(KEY) + KEY.anchor("mac", Role.FIRMWARE)).contains(secret));
        assertThrows(IllegalStateException.class, KEY::subjectPublicKeyInfo);
    }

    @Test
    void sharedKey_equals_onlyTheSame() {
        byte[] other = SECRET.clone();
        other[31] ^= 1;

        assertEquals(KEY, CoseKey.shared(coseKey(4, 5, SECRET)));
        assertEquals(KEY.hashCode(), CoseKey.shared(coseKey(4, 5, SECRET)).hashCode());
        assertFalse(KEY.equals(CoseKey.shared(coseKey(4, 5, other))));
        assertFalse(KEY.equals(PUBLIC));
    }

    /** A public key is never made of a secret's bytes, nor a secret of a public key's. */
    @Test
    void of_theOtherForm_isRefused() {
        String words = assertThrows(IllegalArgumentException.class, () -> CoseKey.of(coseKey(4, 5, SECRET)))
                .getMessage();

        assertTrue(
                words.endsWith("but a COSE_Key, as shared keys are, which only a device's factory may give it"), words);
    }
}
