// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.cose;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.twinbank.core.RejectReason;
import io.twinbank.core.RejectedException;
import io.twinbank.core.cbor.CborWriter;
import io.twinbank.core.cbor.Slice;
import io.twinbank.hal.HalException;
import io.twinbank.hal.contract.FakeDeviceKeys;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class CoseEncryptTest {
    private static final SecretKeySpec KEK = new SecretKeySpec(new byte[16], "AES");
    private static final SecretKeySpec CONTENT_KEY = new SecretKeySpec(bytes(16, 7), "AES");
    private static final byte[] IV = bytes(12, 1);
    private static final byte[] PROTECTED = {(byte) 0xa1, 1, 1};
    private static final byte[] X =
            HexFormat.of().parseHex("ecdbcec636cc1408a503bbf6b7311b900c9aed9c5b71503848c89a07d0ef6f5b");
    private static final byte[] Y =
            HexFormat.of().parseHex("d6d1586710c02203e4e53b20dc7b233ca4c8b6853467b9fb8244a3840accd602");

    /** A message of four parts, each to be replaced by a defect. */
    private static final class Draft {
        private long tag = 96;
        private byte[] header = PROTECTED;
        private Consumer<CborWriter.MapWriter> unprotected = m -> m.entry(5).bytes(IV);
        private Consumer<CborWriter> ciphertext = CborWriter::nil;
        private Consumer<CborWriter> recipients = list -> recipient(list, new byte[0], Draft::aesKw, 24);
        private Consumer<CborWriter> more = w -> {};

        static void aesKw(CborWriter.MapWriter m) {
            m.entry(1).integer(-3);
            m.entry(4).bytes("kid-1".getBytes());
        }

        static void recipient(CborWriter list, byte[] header, Consumer<CborWriter.MapWriter> unprotected, int wrapped) {
            list.array(r -> r.bytes(header).map(unprotected).bytes(new byte[wrapped]));
        }

        Draft header(String hex) {
            header = HexFormat.of().parseHex(hex);
            return this;
        }

        Draft unprotected(Consumer<CborWriter.MapWriter> entries) {
            unprotected = entries;
            return this;
        }

        Draft recipients(Consumer<CborWriter> list) {
            recipients = list;
            return this;
        }

        Draft ecdh(String header, Consumer<CborWriter.MapWriter> unprotected) {
            recipients = list -> recipient(list, HexFormat.of().parseHex(header), unprotected, 24);
            return this;
        }

        Draft ephemeral(Consumer<CborWriter.MapWriter> key) {
            return ecdh("a101381c", m -> m.entry(-1).map(key));
        }

        byte[] encode() {
            return new CborWriter()
                    .tag(tag)
                    .array(a -> {
                        a.bytes(header).map(unprotected);
                        ciphertext.accept(a);
                        a.array(recipients);
                        more.accept(a);
                    })
                    .toByteArray();
        }
    }

    static Stream<Arguments> defects() {
        return Stream.of(
                defect(d -> d.tag = 98, "MALFORMED: COSE_Encrypt at byte 0 (found tag 98, expected tag 96)"),
                defect(
                        d -> d.more = CborWriter::nil,
                        "MALFORMED: COSE_Encrypt at byte 0 (found 5 items, expected 4 items: protected, unprotected,"
                                + " ciphertext, recipients)"),
                defect(
                        d -> d.ciphertext = w -> w.bytes(new byte[1]),
                        "MALFORMED: COSE_Encrypt at byte 0 (found a ciphertext in the message, expected null: it is"
                                + " fetched)"),
                defect(
                        d -> d.header("").unprotected(m -> {
                            m.entry(1).integer(1);
                            m.entry(5).bytes(IV);
                        }),
                        "MALFORMED: COSE_Encrypt at byte 0 (found A128GCM (1) in the unprotected header, expected it in"
                                + " the protected one)"),
                defect(
                        d -> d.unprotected(m -> {
                            m.entry(1).integer(1);
                            m.entry(5).bytes(IV);
                        }),
                        "MALFORMED: COSE_Encrypt at byte 0 (found header 1 twice, expected it once)"),
                defect(
                        d -> d.unprotected(m -> m.entry(5).bytes(new byte[16])),
                        "MALFORMED: nonce of COSE_Encrypt at byte 0 (found 16 bytes, expected 12 bytes with A128GCM"
                                + " (1))"),
                defect(
                        d -> d.unprotected(m -> {}),
                        "MALFORMED: nonce of COSE_Encrypt at byte 0 (found 0 bytes, expected 12 bytes with A128GCM"
                                + " (1))"),
                defect(
                        d -> d.header("a10139fffd").unprotected(m -> m.entry(5).bytes(new byte[16])),
                        "MALFORMED: COSE_Encrypt at byte 0 (found 5 bytes of protected header, expected none with"
                                + " A128CTR (-65534))"),
                defect(
                        d -> d.header("").unprotected(m -> {
                            m.entry(1).integer(-65532);
                            m.entry(5).bytes(IV);
                        }),
                        "MALFORMED: nonce of COSE_Encrypt at byte 0 (found 12 bytes, expected 16 bytes with A256CTR"
                                + " (-65532))"),
                defect(
                        d -> d.header("a1010a"),
                        "UNSUPPORTED_ALGORITHM: content algorithm of COSE_Encrypt at byte 0 (found 10, expected"
                                + " [A128GCM (1), A256GCM (3), CHACHA20_POLY1305 (24), A128CTR (-65534), A256CTR"
                                + " (-65532)])"),
                defect(
                        d -> d.unprotected(m -> m.entry(6).bytes(IV)),
                        "UNSUPPORTED: COSE header 6 of COSE_Encrypt at byte 0"),
                defect(d -> d.header("a2010102811863"), "UNSUPPORTED: COSE header 2 of COSE_Encrypt at byte 0"),
                defect(
                        d -> d.recipients(list -> {}),
                        "MALFORMED: COSE_Encrypt at byte 0 (found no recipients, expected at least one)"),
                defect(
                        d -> d.recipients(list -> {
                            for (int i = 0; i < 65; i++) {
                                Draft.recipient(list, new byte[0], Draft::aesKw, 24);
                            }
                        }),
                        "LIMIT_EXCEEDED: recipients of COSE_Encrypt at byte 0 (found 65, expected at most 64)"),
                defect(
                        d -> d.recipients(list -> Draft.recipient(
                                list, new byte[0], m -> m.entry(1).integer(-6), 0)),
                        "UNSUPPORTED_ALGORITHM: recipients of COSE_Encrypt at byte 0 (found [algorithm -6], expected one"
                                + " of A128KW (-3), A256KW (-5), ECDH-ES+A128KW (-29), ECDH-ES+A256KW (-31))"),
                defect(
                        d -> d.recipients(list -> list.array(r -> r.bytes(new byte[0])
                                .map(Draft::aesKw)
                                .bytes(new byte[24])
                                .array(nested -> {}))),
                        "MALFORMED: COSE_recipient at byte 24 (found 4 items, expected 3 items: protected, unprotected,"
                                + " wrapped key)"),
                defect(
                        d -> d.recipients(list -> Draft.recipient(
                                list, new byte[0], m -> m.entry(1).integer(-3), 24)),
                        "MALFORMED: COSE_recipient at byte 24 (found no key id, expected the name of the key-encryption"
                                + " key)"),
                defect(
                        d -> d.recipients(list -> Draft.recipient(list, new byte[] {(byte) 0xa0}, Draft::aesKw, 24)),
                        "MALFORMED: COSE_recipient at byte 24 (found 1 bytes of protected header, expected none with"
                                + " A128KW)"),
                defect(
                        d -> d.recipients(list -> Draft.recipient(list, new byte[0], Draft::aesKw, 40)),
                        "MALFORMED: wrapped key of COSE_recipient at byte 24 (found 40 bytes, expected 24 bytes with"
                                + " A128GCM (1))"),
                defect(
                        d -> d.ecdh("", m -> {
                            m.entry(1).integer(-29);
                            m.entry(-1).map(CoseEncryptTest::p256);
                        }),
                        "MALFORMED: COSE_recipient at byte 24 (found ECDH_ES_A128KW in the unprotected header, expected"
                                + " it in the protected one)"),
                defect(
                        d -> d.ecdh("a101381c", m -> {}),
                        "MALFORMED: COSE_recipient at byte 24 (found no ephemeral key (-1), expected one)"),
                defect(
                        d -> d.ecdh("a201381c0440", m -> m.entry(-1).map(CoseEncryptTest::p256)),
                        "MALFORMED: COSE_recipient at byte 24 (found other protected headers, expected the algorithm"
                                + " alone)"),
                defect(
                        d -> d.ecdh("a101381c", m -> {
                            m.entry(-1).map(CoseEncryptTest::p256);
                            m.entry(-20).bytes(new byte[1]);
                        }),
                        "UNSUPPORTED: COSE header -20 of COSE_recipient at byte 24"),
                defect(
                        d -> d.ephemeral(k -> {
                            p256(k);
                            k.entry(9).integer(0);
                        }),
                        ""),
                defect(
                        d -> d.recipients(
                                list -> list.encoded(HexFormat.of().parseHex("8344a101381ca120a2010101014100"))),
                        "MALFORMED: ephemeral key at byte 32 (found label 1 twice, expected it once)"),
                defect(
                        d -> d.ephemeral(k -> {
                            k.entry(1).integer(2);
                            k.entry(-1).integer(2);
                        }),
                        "UNSUPPORTED_ALGORITHM: ephemeral key at byte 32 (found key type 2, curve 2, expected P-256 (2,"
                                + " 1) or X25519 (1, 4))"),
                defect(
                        d -> d.ephemeral(k -> {
                            k.entry(1).integer(2);
                            k.entry(-1).integer(1);
                            k.entry(-2).bytes(X);
                            k.entry(-3).bool(true);
                        }),
                        "UNSUPPORTED: ephemeral key at byte 32 (found a compressed point, expected both coordinates)"),
                defect(
                        d -> d.ephemeral(k -> {
                            k.entry(1).integer(2);
                            k.entry(-1).integer(1);
                            k.entry(-2).bytes(new byte[31]);
                        }),
                        "MALFORMED: ephemeral key at byte 32 (found coordinate of 31 bytes, expected 32 bytes)"),
                defect(
                        d -> d.ephemeral(k -> {
                            k.entry(1).integer(1);
                            k.entry(-1).integer(4);
                        }),
                        "MALFORMED: ephemeral key at byte 32 (found 0 bytes of coordinates, expected 32 bytes)"),
                defect(
                        d -> d.ephemeral(k -> {
                            k.entry(1).integer(2);
                            k.entry(-1).integer(1);
                            k.entry(-2).bytes(new byte[32]);
                            k.entry(-3).bytes(new byte[32]);
                        }),
                        "MALFORMED: ephemeral key at byte 32 (found a point that isn't on P-256, expected one that"
                                + " is)"));
    }

    private static Arguments defect(Consumer<Draft> defect, String refusal) {
        Draft draft = new Draft();
        defect.accept(draft);
        return Arguments.of(refusal, draft.encode());
    }

    private static void p256(CborWriter.MapWriter key) {
        key.entry(1).integer(2);
        key.entry(-1).integer(1);
        key.entry(-2).bytes(X);
        key.entry(-3).bytes(Y);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("defects")
    void decode_aDefect_isRefusedWithItsNumbers(String refusal, byte[] message) throws Exception {
        if (refusal.isEmpty()) {
            assertEquals(1, decode(message).recipients().size(), "other entries of a COSE_Key mean nothing here");
            return;
        }
        RejectedException e = assertThrows(RejectedException.class, () -> decode(message));

        assertEquals(refusal, e.getMessage());
    }

    @Test
    void decode_noTag_isMalformed() {
        byte[] message = new Draft().encode();

        RejectedException e =
                assertThrows(RejectedException.class, () -> decode(Arrays.copyOfRange(message, 2, message.length)));

        assertEquals(RejectReason.MALFORMED, e.reason());
    }

    @Test
    void decode_aByteBehindIt_isMalformed() {
        byte[] message = new Draft().encode();

        RejectedException e =
                assertThrows(RejectedException.class, () -> decode(Arrays.copyOf(message, message.length + 1)));

        assertEquals(RejectReason.MALFORMED, e.reason());
    }

    @ParameterizedTest
    @EnumSource(ContentAlgorithm.class)
    void decode_whatEncodeMade_isTheSame(ContentAlgorithm algorithm) throws Exception {
        SecretKeySpec key = new SecretKeySpec(bytes(algorithm.keyBytes(), 9), "AES");
        CoseEncrypt made = CoseEncrypt.of(
                algorithm,
                bytes(algorithm.ivBytes(), 3),
                List.of(Recipient.of("fleet", KEK, key), Recipient.of("fleet-256", aes(32), key)));

        CoseEncrypt decoded = decode(made.encode());

        assertArrayEquals(made.encode(), decoded.encode());
        assertEquals(made.toString(), decoded.toString());
    }

    @ParameterizedTest
    @CsvSource({"secp256r1", "X25519"})
    void contentKey_severalRecipients_eachDeviceFindsItsOwn(String curve) throws Exception {
        KeyPair first = pair(curve);
        KeyPair second = pair(curve);
        CoseEncrypt message = decode(CoseEncrypt.of(
                        ContentAlgorithm.A128GCM,
                        IV,
                        List.of(
                                Recipient.of(AgreementKey.of(first.getPublic().getEncoded()), CONTENT_KEY),
                                Recipient.of("fleet", KEK, CONTENT_KEY),
                                Recipient.by256(
                                        AgreementKey.of(second.getPublic().getEncoded()), CONTENT_KEY),
                                Recipient.of("fleet-256", aes(32), CONTENT_KEY)))
                .encode());

        for (FakeDeviceKeys keys : List.of(
                new FakeDeviceKeys().agreementKey(first.getPrivate()),
                new FakeDeviceKeys().agreementKey(second.getPrivate()),
                new FakeDeviceKeys().kek("fleet", new byte[16]),
                new FakeDeviceKeys().kek("fleet-256", new byte[32]))) {
            assertEquals(CONTENT_KEY, message.contentKey(Optional.of(keys)));
        }
    }

    @Test
    void contentKey_forOthers_isRefusedByNames() throws Exception {
        CoseEncrypt message =
                CoseEncrypt.of(ContentAlgorithm.A128GCM, IV, List.of(Recipient.of("fleet", KEK, CONTENT_KEY)));
        FakeDeviceKeys wrong = new FakeDeviceKeys().kek("fleet", bytes(16, 5));

        RejectedException e = assertThrows(RejectedException.class, () -> message.contentKey(Optional.of(wrong)));
        RejectedException none = assertThrows(RejectedException.class, () -> message.contentKey(Optional.empty()));

        assertEquals(
                "DECRYPTION_FAILED: recipients of the content key (found [fleet by A128KW], expected one whose key this"
                        + " device holds)",
                e.getMessage());
        assertEquals(
                "DECRYPTION_FAILED: keys of this device (found none, expected one of [fleet by A128KW])",
                none.getMessage());
    }

    @Test
    void contentKey_keyStoreInTrouble_isNoRefusal() throws Exception {
        CoseEncrypt message =
                CoseEncrypt.of(ContentAlgorithm.A128GCM, IV, List.of(Recipient.of("fleet", KEK, CONTENT_KEY)));
        FakeDeviceKeys keys = new FakeDeviceKeys().kek("fleet", new byte[16]);
        keys.fail(Optional.of(new HalException(HalException.Kind.TIMEOUT, "token is busy")));

        assertThrows(HalException.class, () -> message.contentKey(Optional.of(keys)));
    }

    @Test
    void toString_aMessageWithItsKey_neverShowsTheKey() throws Exception {
        CoseEncrypt message =
                CoseEncrypt.of(ContentAlgorithm.A128GCM, IV, List.of(Recipient.of("fleet", KEK, CONTENT_KEY)));

        String shown = new ContentCipher(message, CONTENT_KEY).toString();

        assertEquals("A128GCM (1) for [fleet by A128KW]", shown);
        assertFalse(shown.contains(HexFormat.of().formatHex(CONTENT_KEY.getEncoded())));
    }

    @Test
    void kdfContext_always_isTheDrafts() {
        assertEquals(
                "842283f6f6f683f6f6f683188044a101381c57"
                        + HexFormat.of().formatHex("SUIT Payload Encryption".getBytes()),
                HexFormat.of().formatHex(Recipient.Wrapping.ECDH_ES_A128KW.kdfContext()));
        assertEquals(
                "842483f6f6f683f6f6f68319010044a101381e57"
                        + HexFormat.of().formatHex("SUIT Payload Encryption".getBytes()),
                HexFormat.of().formatHex(Recipient.Wrapping.ECDH_ES_A256KW.kdfContext()));
    }

    @Test
    void toString_ofEachRecipient_saysHow() throws Exception {
        AgreementKey device = AgreementKey.of(pair("X25519").getPublic().getEncoded());

        assertEquals(
                device + " by ECDH_ES_A128KW", Recipient.of(device, CONTENT_KEY).toString());
        assertEquals(
                device + " by ECDH_ES_A256KW",
                Recipient.by256(device, CONTENT_KEY).toString());
    }

    private static CoseEncrypt decode(byte[] message) throws RejectedException {
        return CoseEncrypt.decode(Slice.of(message));
    }

    private static SecretKeySpec aes(int bytes) {
        return new SecretKeySpec(new byte[bytes], "AES");
    }

    private static KeyPair pair(String curve) throws Exception {
        if (curve.equals("X25519")) {
            return KeyPairGenerator.getInstance("X25519").generateKeyPair();
        }
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec(curve));
        return generator.generateKeyPair();
    }

    private static byte[] bytes(int length, int fill) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) fill);
        return bytes;
    }
}
