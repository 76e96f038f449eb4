// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.cose;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.upokecenter.cbor.CBORObject;
import io.twinbank.core.RejectReason;
import io.twinbank.core.RejectedException;
import io.twinbank.core.cbor.CborReader;
import io.twinbank.hal.contract.Needs;
import io.twinbank.hal.contract.Part;
import io.twinbank.hal.contract.Vectors;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Signatures that others made: of the COSE working group, and Wycheproof's nasty ones. */
@Needs(Part.VECTORS)
class CoseVectorsTest {
    private static final HexFormat HEX = HexFormat.of();

    private static CBORObject json(String name) {
        return CBORObject.FromJSONString(new String(Vectors.bytes(name), StandardCharsets.UTF_8));
    }

    /** Verifies all signatures of a message, and returns its payload. */
    private static String verify(String name, boolean addTag) throws RejectedException {
        CBORObject vector = json("suit-cose/cose/" + name);
        CBORObject input = vector.get("input");
        boolean one = input.ContainsKey("sign0");
        List<CBORObject> signers = one
                ? List.of(input.get("sign0"))
                : List.copyOf(input.get("sign").get("signers").getValues());
        byte[] message =
                HEX.parseHex(vector.get("output").get("cbor").AsString().toLowerCase());
        if (addTag) {
            byte[] tagged = new byte[message.length + 1];
            tagged[0] = (byte) 0xd2;
            System.arraycopy(message, 0, tagged, 1, message.length);
            message = tagged;
        }
        CborReader reader = new CborReader(message, 8);
        CoseSign decoded = CoseSign.decode(reader, 8);
        reader.end();
        byte[] payload = decoded.payload().orElseThrow().toByteArray();
        assertEquals(signers.size(), decoded.signatures().size());
        for (int i = 0; i < signers.size(); i++) {
            CoseSignature signature = decoded.signatures().get(i);
            CBORObject key = signers.get(i).get("key");
            CBORObject external = signers.get(i).get("external");
            assertArrayEquals(
                    key.get("kid").AsString().getBytes(StandardCharsets.UTF_8),
                    signature.keyId().orElseThrow().toByteArray());
            signature.verify(key(key), payload, external == null ? new byte[0] : HEX.parseHex(external.AsString()));
        }
        return new String(payload, StandardCharsets.UTF_8);
    }

    private static CoseKey key(CBORObject key) {
        if (key.get("kty").AsString().equals("HSS-LMS")) {
            return CoseKey.of(HEX.parseHex("304e300d060b2a864886f70d0109100311033d00"
                    + key.get("public").AsString()));
        }
        if (key.get("kty").AsString().equals("OKP")) {
            return CoseKey.of(
                    HEX.parseHex("302a300506032b6570032100" + key.get("x_hex").AsString()));
        }
        Base64.Decoder base64 = Base64.getUrlDecoder();
        String x = HEX.formatHex(base64.decode(key.get("x").AsString()));
        String y = HEX.formatHex(base64.decode(key.get("y").AsString()));
        String prefix = key.get("crv").AsString().equals("P-256")
                ? "3059301306072a8648ce3d020106082a8648ce3d03010703420004"
                : "3076301006072a8648ce3d020106052b8104002203620004";
        return CoseKey.of(HEX.parseHex(prefix + x + y));
    }

    @ParameterizedTest
    @CsvSource({
        "sign1-tests/sign-pass-02.json, false",
        "sign1-tests/sign-pass-03.json, true",
        "ecdsa-examples/ecdsa-sig-01.json, false",
        "ecdsa-examples/ecdsa-sig-02.json, false",
        "eddsa-examples/eddsa-sig-01.json, false",
        "RFC8152/Appendix_C_2_1.json, false",
        "hashsig/hsssig-sig-01.json, false",
        "sign-tests/sign-pass-01.json, false",
        "ecdsa-examples/ecdsa-01.json, false",
        "ecdsa-examples/ecdsa-02.json, false",
        "RFC8152/Appendix_C_1_1.json, false"
    })
    void verify_aVectorThatMustPass_passes(String name, boolean addTag) throws Exception {
        assertEquals("This is the content.", verify(name, addTag));
    }

    @ParameterizedTest
    @CsvSource({
        "sign1-tests/sign-fail-01.json, MALFORMED",
        "sign1-tests/sign-fail-02.json, BAD_SIGNATURE",
        "sign1-tests/sign-fail-03.json, UNSUPPORTED_ALGORITHM",
        "sign1-tests/sign-fail-04.json, UNSUPPORTED_ALGORITHM",
        "sign-tests/sign-fail-01.json, MALFORMED",
        "sign-tests/sign-fail-02.json, BAD_SIGNATURE",
        // good COSE, but stricter here: the algorithm isn't signed, the tag is missing, a map isn't deterministic
        "sign1-tests/sign-pass-01.json, MALFORMED",
        "sign1-tests/sign-pass-03.json, MALFORMED",
        "RFC8152/Appendix_C_1_4.json, MALFORMED"
    })
    void verify_aVectorThatMustFailHere_saysWhy(String name, RejectReason reason) {
        RejectedException e = assertThrows(RejectedException.class, () -> verify(name, false));

        assertEquals(reason, e.reason(), e.getMessage());
    }

    private static CBORObject sharedKey(CBORObject vector) {
        return vector.get("input").get("mac0").get("recipients").get(0).get("key");
    }

    private static CoseKey shared(CBORObject key) {
        byte[] secret = Base64.getUrlDecoder().decode(key.get("k").AsString());
        return CoseKey.shared(HEX.parseHex("a3010403052058" + "20" + HEX.formatHex(secret)));
    }

    /** Verifies a COSE_Mac0, and returns its payload. */
    private static String verifyMac(CBORObject vector) throws RejectedException {
        CborReader reader = new CborReader(
                HEX.parseHex(vector.get("output").get("cbor").AsString().toLowerCase()), 8);
        CoseSign message = CoseSign.decodeOrMac0(reader, 8);
        reader.end();
        byte[] payload = message.payload().orElseThrow().toByteArray();
        message.signatures().get(0).verify(shared(sharedKey(vector)), payload, new byte[0]);
        return new String(payload, StandardCharsets.UTF_8);
    }

    @Test
    void verify_aMacThatMustPass_passes() throws Exception {
        assertEquals("This is the content.", verifyMac(json("suit-cose/cose/mac0-tests/HMac-01.json")));
    }

    @ParameterizedTest
    @CsvSource({
        "mac-fail-01.json, MALFORMED, 'COSE message at byte 0'", // another tag
        "mac-fail-02.json, BAD_SIGNATURE, 'the MAC doesn''t verify with key '",
        "mac-fail-03.json, UNSUPPORTED_ALGORITHM, 'MAC algorithm algorithm (-999)'",
        "mac-fail-06.json, BAD_SIGNATURE, 'the MAC doesn''t verify with key '",
        // good COSE, but stricter here: the algorithm isn't authenticated
        "mac-pass-01.json, MALFORMED, 'COSE_Mac0 at byte 0'",
        "mac-pass-02.json, MALFORMED, 'COSE_Mac0 at byte 0'"
    })
    void verify_aMacThatMustFailHere_saysWhy(String name, RejectReason reason, String detail) {
        CBORObject vector = json("suit-cose/cose/mac0-tests/" + name);

        RejectedException e = assertThrows(RejectedException.class, () -> verifyMac(vector));

        assertEquals(reason, e.reason(), e.getMessage());
        assertTrue(e.rejection().detail().startsWith(detail), e.getMessage());
    }

    /** What these two are over is right all the same, the external data of the second included. */
    @ParameterizedTest
    @CsvSource({"HMac-01.json", "mac-pass-01.json", "mac-pass-02.json"})
    void verify_theMacStructureOfOthers_isOurs(String name) throws Exception {
        CBORObject vector = json("suit-cose/cose/mac0-tests/" + name);
        CBORObject message = CBORObject.DecodeFromBytes(
                HEX.parseHex(vector.get("output").get("cbor").AsString()));
        byte[] header = message.get(0).GetByteString();
        CBORObject external = vector.get("input").get("mac0").get("external");

        byte[] structure = CoseSignature.Context.mac("MAC0")
                .signedBytes(
                        header.length == 1 ? new byte[0] : header,
                        external == null ? new byte[0] : HEX.parseHex(external.AsString()),
                        message.get(2).GetByteString());

        assertEquals(vector.get("intermediates").get("ToMac_hex").AsString().toLowerCase(), HEX.formatHex(structure));
        shared(sharedKey(vector)).verify(structure, message.get(3).GetByteString());
    }

    /** Its key id is the thumbprint of the key, as RFC 9964 has it: the algorithm is part of it. */
    @Test
    void verify_mlDsaVector_passesUnderItsThumbprint() throws Exception {
        CBORObject vector = json("suit-cose/cose/ml-dsa/ML_DSA_44.cose.json");
        CBORObject key =
                CBORObject.DecodeFromBytes(HEX.parseHex(vector.get("key").AsString()));
        byte[] open = key.get(-1).GetByteString();
        CoseKey coseKey =
                CoseKey.of(HEX.parseHex("30820532300b06096086480165030403110382052100" + HEX.formatHex(open)));
        CborReader reader = new CborReader(HEX.parseHex(vector.get("sign1").AsString()), 8);

        CoseSign1 message = CoseSign1.decode(reader);
        reader.end();

        assertEquals(CoseAlgorithm.ML_DSA_44, message.signature().requireAlgorithm());
        assertArrayEquals(
                coseKey.thumbprint(), message.signature().keyId().orElseThrow().toByteArray());
        assertArrayEquals(key.get(2).GetByteString(), coseKey.thumbprint());
        message.signature().verify(coseKey, message.payload().orElseThrow().toByteArray(), new byte[0]);
    }

    /** A context isn't COSE's: what was signed with one is no signature here. */
    @Test
    void verify_everyWycheproofCaseOfMlDsa_asItsResultSays() {
        int seen = 0;
        for (CBORObject group :
                json("wycheproof/mldsa_65_verify_test.json").get("testGroups").getValues()) {
            Optional<CoseKey> key = mlDsa65(group.get("publicKey").AsString());
            for (CBORObject test : group.get("tests").getValues()) {
                boolean context =
                        test.ContainsKey("ctx") && !test.get("ctx").AsString().isEmpty();
                String expected = context ? "invalid" : test.get("result").AsString();
                assertEquals(
                        expected,
                        key.map(each -> verdict(each, test)).orElse("invalid"),
                        "mldsa_65 " + test.get("tcId") + ": " + test.get("comment"));
                seen++;
            }
        }
        assertEquals(210, seen);
    }

    /** Empty for what isn't as long as such a key is. */
    private static Optional<CoseKey> mlDsa65(String hex) {
        byte[] der = HEX.parseHex("308207b2300b0609608648016503040312038207a100" + hex);
        return hex.length() == 2 * 1952
                ? Optional.of(CoseKey.of(der))
                : Optional.of(assertThrows(IllegalArgumentException.class, () -> CoseKey.of(der)))
                        .flatMap(e -> Optional.empty());
    }

    @ParameterizedTest
    @CsvSource({"ed25519_test.json, 151", "ecdsa_secp256r1_sha256_p1363_test.json, 262"})
    void verify_everyWycheproofCase_asItsResultSays(String name, int cases) {
        int seen = 0;
        for (CBORObject group : json("wycheproof/" + name).get("testGroups").getValues()) {
            CoseKey key = CoseKey.of(HEX.parseHex(group.get("publicKeyDer").AsString()));
            for (CBORObject test : group.get("tests").getValues()) {
                String text = name + " " + test.get("tcId") + ": " + test.get("comment");

                if (!(name.startsWith("ecdsa") && xMayBeAboveTheOrder(test))) {
                    assertEquals(test.get("result").AsString(), verdict(key, test), text);
                }
                seen++;
            }
        }
        assertEquals(cases, seen);
    }

    /** Good signatures with a tiny r, which Java 17 refuses and Java 25 doesn't; by chance one in 2^128 is such a one. */
    private static boolean xMayBeAboveTheOrder(CBORObject test) {
        return test.get("result").AsString().equals("valid")
                && test.get("sig").AsString().startsWith("0".repeat(32));
    }

    private static String verdict(CoseKey key, CBORObject test) {
        try {
            key.verify(
                    HEX.parseHex(test.get("msg").AsString()),
                    HEX.parseHex(test.get("sig").AsString()));
            return "valid";
        } catch (RejectedException e) {
            assertEquals(RejectReason.BAD_SIGNATURE, e.reason());
            return "invalid";
        }
    }
}
