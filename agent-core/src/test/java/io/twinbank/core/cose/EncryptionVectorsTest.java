// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.cose;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.upokecenter.cbor.CBORObject;
import io.twinbank.core.RejectReason;
import io.twinbank.core.RejectedException;
import io.twinbank.core.cbor.Slice;
import io.twinbank.hal.Hkdf;
import io.twinbank.hal.contract.FakeDeviceKeys;
import io.twinbank.hal.contract.Needs;
import io.twinbank.hal.contract.Part;
import io.twinbank.hal.contract.Vectors;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPrivateKeySpec;
import java.security.spec.NamedParameterSpec;
import java.security.spec.XECPrivateKeySpec;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Encrypted payloads that others made, and Wycheproof's nasty cases of the parts. */
@Needs(Part.VECTORS)
class EncryptionVectorsTest {
    private static final HexFormat HEX = HexFormat.of();
    private static final String IMAGE = "36921488fe6680712f734e11f58d87eeb66d4b21a8a1ad3441060814da16d50f";
    private static final String CONFIG = "8273468fb64bd84bb04825f8371744d952b751c73a60f455af681e167726f116";

    private static CBORObject json(String name) {
        return CBORObject.FromJSONString(new String(Vectors.bytes(name), StandardCharsets.UTF_8));
    }

    private static byte[] hex(CBORObject map, String key) {
        return HEX.parseHex(map.get(key).AsString().toLowerCase());
    }

    private static FakeDeviceKeys device(CoseEncrypt message) throws GeneralSecurityException {
        CBORObject pair = json("suit-cose/keys/device-ecdh-p256-private.json");
        byte[] kek = hex(json("suit-cose/keys/symmetric-test-keys.json").get("kek_a128kw"), "k_hex");
        return new FakeDeviceKeys()
                .agreementKey(p256(new BigInteger(1, hex(pair, "d"))))
                .kek(message.recipients().get(0).keyName(), kek);
    }

    private static PrivateKey p256(BigInteger d) throws GeneralSecurityException {
        AlgorithmParameters curve = AlgorithmParameters.getInstance("EC");
        curve.init(new ECGenParameterSpec("secp256r1"));
        return KeyFactory.getInstance("EC")
                .generatePrivate(new ECPrivateKeySpec(d, curve.getParameterSpec(ECParameterSpec.class)));
    }

    @ParameterizedTest
    @CsvSource({
        "firmware-encryption/aes-kw-aes-gcm, " + IMAGE + ", 15f785b5c931414411b4b71373a9c0f7",
        "firmware-encryption/es-ecdh-aes-gcm, " + IMAGE + ", 15f785b5c931414411b4b71373a9c0f7",
        "firmware-encryption/aes-kw-aes-ctr, " + IMAGE + ", 261de6165070fb8951ec5d7b92a065fe",
        "libcsuit/image_aes, " + IMAGE + ", 5bad20020a35db461cf7e25b384ed396",
        "libcsuit/image_esdh, " + IMAGE + ", 558cd620716ec75bdbe3d0bba83569cc",
        "libcsuit/config_aes, " + CONFIG + ", 806218a39a087b6ddfddfea4efaf77d2"
    })
    void decrypt_aSuitExample_givesItsPlaintext(String name, String sha256, String contentKey) throws Exception {
        CoseEncrypt message =
                CoseEncrypt.decode(Slice.of(Vectors.bytes("suit-cose/suit/" + name + ".encryption-info.cbor")));
        byte[] ciphertext = Vectors.bytes("suit-cose/suit/" + name + ".ciphertext.bin");

        SecretKey key = message.contentKey(Optional.of(device(message)));
        byte[] plaintext = decrypt(message, key, ciphertext);

        assertEquals(contentKey, HEX.formatHex(key.getEncoded()));
        assertEquals(sha256, HEX.formatHex(MessageDigest.getInstance("SHA-256").digest(plaintext)));
    }

    @Test
    void decode_aNonceOf16BytesWithGcm_isRefused() {
        byte[] message = Vectors.bytes("suit-cose/suit/generator/image_aeskw_gcm.IV16.encryption-info.cbor");

        RejectedException e = assertThrows(RejectedException.class, () -> CoseEncrypt.decode(Slice.of(message)));

        assertEquals(RejectReason.MALFORMED, e.reason());
        assertEquals("16 bytes", e.rejection().found());
    }

    private static byte[] decrypt(CoseEncrypt message, SecretKey key, byte[] ciphertext)
            throws GeneralSecurityException {
        ContentCipher cipher = new ContentCipher(message, key);
        return message.algorithm().authenticates()
                ? cipher.authenticating(Cipher.DECRYPT_MODE, message.iv(), message.additionalData(new byte[0]))
                        .doFinal(ciphertext)
                : cipher.stream(0).doFinal(ciphertext);
    }

    /** The working group's examples have their ciphertext inside: it is taken out first. */
    @ParameterizedTest
    @CsvSource({"aes-wrap-examples/aes-wrap-128-04.json", "aes-wrap-examples/aes-wrap-256-04.json"})
    void decrypt_aCoseExampleOfKeyWrap_givesItsPlaintext(String name) throws Exception {
        CBORObject vector = json("suit-cose/cose/" + name);
        CBORObject message = CBORObject.DecodeFromBytes(hex(vector.get("output"), "cbor"));
        byte[] ciphertext = message.get(2).GetByteString();
        message.Set(2, CBORObject.Null);
        String kek = vector.get("input")
                .get("enveloped")
                .get("recipients")
                .get(0)
                .get("key")
                .get("k")
                .AsString();
        CoseEncrypt decoded = CoseEncrypt.decode(Slice.of(message.EncodeToBytes()));
        FakeDeviceKeys keys = new FakeDeviceKeys()
                .kek(
                        decoded.recipients().get(0).keyName(),
                        Base64.getUrlDecoder().decode(kek));

        byte[] plaintext = decrypt(decoded, decoded.contentKey(Optional.of(keys)), ciphertext);

        assertEquals("This is the content.", new String(plaintext, StandardCharsets.US_ASCII));
    }

    @Test
    void stream_everyWycheproofCaseOfGcm_isWhatLiesBelowTheTag() throws Exception {
        int seen = 0;
        for (CBORObject group :
                json("wycheproof/aes_gcm_test.json").get("testGroups").getValues()) {
            if (group.get("ivSize").AsInt32() != 96 || group.get("keySize").AsInt32() == 192) {
                continue; // no such nonce and no such key in COSE
            }
            for (CBORObject test : group.get("tests").getValues()) {
                SecretKey key = new SecretKeySpec(hex(test, "key"), "AES");
                ContentAlgorithm algorithm =
                        key.getEncoded().length == 16 ? ContentAlgorithm.A128GCM : ContentAlgorithm.A256GCM;
                ContentCipher cipher = new ContentCipher(
                        CoseEncrypt.of(algorithm, hex(test, "iv"), List.of(Recipient.of("x", key, key))), key);
                boolean valid = test.get("result").AsString().equals("valid");
                byte[] plaintext = hex(test, "msg");

                if (valid) {
                    assertArrayEquals(plaintext, cipher.stream(0).doFinal(hex(test, "ct")), "" + test.get("tcId"));
                }
                byte[] sealed = cipher.authenticating(Cipher.ENCRYPT_MODE, hex(test, "iv"), hex(test, "aad"))
                        .doFinal(plaintext);
                String expected = test.get("ct").AsString() + test.get("tag").AsString();
                assertEquals(valid, HEX.formatHex(sealed).equals(expected), "" + test.get("tcId"));
                seen++;
            }
        }
        assertEquals(133, seen);
    }

    @Test
    void unwrap_everyWycheproofCase_asItsResultSays() throws Exception {
        int seen = 0;
        for (CBORObject group :
                json("wycheproof/aes_wrap_test.json").get("testGroups").getValues()) {
            for (CBORObject test : group.get("tests").getValues()) {
                int wrapped = test.get("ct").AsString().length() / 2;
                if (group.get("keySize").AsInt32() == 192 || (wrapped != 24 && wrapped != 40)) {
                    continue; // the decoder refuses other lengths
                }
                FakeDeviceKeys keys = new FakeDeviceKeys().kek("x", hex(test, "key"));
                Recipient recipient =
                        new Recipient(Recipient.Wrapping.A128KW, Optional.empty(), new byte[] {'x'}, hex(test, "ct"));

                Optional<SecretKey> unwrapped = recipient.unwrap(keys);

                boolean valid = !test.get("result").AsString().equals("invalid");
                assertEquals(valid, unwrapped.isPresent(), test.toString());
                if (valid) {
                    assertArrayEquals(hex(test, "msg"), unwrapped.get().getEncoded());
                }
                seen++;
            }
        }
        assertEquals(51, seen);
    }

    @Test
    void hkdf_everyWycheproofCase_asItsResultSays() {
        int seen = 0;
        for (CBORObject group :
                json("wycheproof/hkdf_sha256_test.json").get("testGroups").getValues()) {
            for (CBORObject test : group.get("tests").getValues()) {
                byte[] secret = hex(test, "ikm");
                byte[] salt = hex(test, "salt");
                byte[] info = hex(test, "info");
                int size = test.get("size").AsInt32();

                if (test.get("result").AsString().equals("valid")) {
                    assertArrayEquals(hex(test, "okm"), Hkdf.sha256(secret, salt, info, size));
                } else {
                    assertThrows(IllegalArgumentException.class, () -> Hkdf.sha256(secret, salt, info, size));
                }
                seen++;
            }
        }
        assertEquals(86, seen);
    }

    /** Keys that give nothing but zeros are "acceptable" there, and refused here: by the JDK. */
    @Test
    void agree_everyWycheproofCaseOfX25519_givesTheSecretOrRefuses() throws Exception {
        int refused = 0;
        int seen = 0;
        for (CBORObject group :
                json("wycheproof/x25519_test.json").get("testGroups").getValues()) {
            for (CBORObject test : group.get("tests").getValues()) {
                PrivateKey own = KeyFactory.getInstance("XDH")
                        .generatePrivate(new XECPrivateKeySpec(NamedParameterSpec.X25519, hex(test, "private")));
                PublicKey peer = AgreementKey.of(HEX.parseHex(
                                "302a300506032b656e032100" + test.get("public").AsString()))
                        .publicKey();
                byte[] shared = hex(test, "shared");
                boolean zero = new BigInteger(1, shared).signum() == 0;
                KeyAgreement agreement = KeyAgreement.getInstance("XDH");
                agreement.init(own);

                if (zero) {
                    assertThrows(GeneralSecurityException.class, () -> {
                        agreement.doPhase(peer, true);
                        agreement.generateSecret();
                    });
                    refused++;
                } else {
                    agreement.doPhase(peer, true);
                    assertArrayEquals(shared, agreement.generateSecret(), "" + test.get("tcId"));
                }
                seen++;
            }
        }
        assertEquals(518, seen);
        assertEquals(31, refused);
    }
}
