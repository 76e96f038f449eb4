// SPDX-License-Identifier: Apache-2.0
package io.twinbank.publisher;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.upokecenter.cbor.CBOREncodeOptions;
import com.upokecenter.cbor.CBORObject;
import io.twinbank.core.cose.CoseKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Envelopes by every algorithm, of one signer and several, in one block and several: made and judged by otapub, and read by
 * another CBOR library, which recomputes the digest, the key ids, and what was signed.
 */
class SuitesTest {
    @TempDir
    Path folder;

    private final List<String> names = new ArrayList<>();

    private String key(String algorithm) {
        String name = algorithm + names.size();
        String file = folder.resolve(name + ".pem").toString();
        Run run = Run.otapub("keygen", "--alg", algorithm, "--signatures", "32", "--out", file);
        assertEquals(0, run.exit(), run.err());
        names.add(name);
        return file;
    }

    private CBORObject pack(boolean oneBlock, String... algorithms) throws IOException {
        Path image = Files.writeString(folder.resolve("fw.img"), "firmware");
        Path out = folder.resolve("fw.suit");
        List<String> command = new ArrayList<>(List.of(
                "pack",
                "--image",
                image.toString(),
                "--vendor-domain",
                "acme.example",
                "--model",
                "gw-1",
                "--sequence",
                "7",
                "--security-version",
                "2",
                "--uri",
                "https://acme.example/fw.img",
                "--out",
                out.toString()));
        for (String algorithm : algorithms) {
            command.addAll(List.of("--key", key(algorithm)));
        }
        if (oneBlock) {
            command.add("--one-block");
        }
        Run packed = Run.otapub(command.toArray(String[]::new));
        assertEquals(0, packed.exit(), packed.err());
        assertJudged(out, algorithms.length);
        return CBORObject.DecodeFromBytes(Files.readAllBytes(out));
    }

    private void assertJudged(Path envelope, int signers) throws IOException {
        List<String> command = new ArrayList<>(List.of("verify", "--json", envelope.toString(), "--trust"));
        names.forEach(name -> command.add(folder.resolve(name + ".pub.pem").toString()));
        Run run = Run.otapub(command.toArray(String[]::new));
        assertEquals(0, run.exit(), run.out());
        Map<String, Object> line = Json.object(run.out());
        assertEquals(true, line.get("accepted"));
        List<?> found = (List<?>) line.get("signers");
        assertEquals(signers, found.size());
        found.forEach(each -> assertEquals(true, ((Map<?, ?>) each).get("valid")));
    }

    private CoseKey open(int index) throws IOException {
        return Keys.readPublic(folder.resolve(names.get(index) + ".pub.pem"));
    }

    /** Checks the digest, and returns the parts of the wrapper: the signed digest and the blocks. */
    private static List<byte[]> wrapper(CBORObject envelope) throws Exception {
        assertTrue(envelope.HasMostOuterTag(107));
        CBORObject wrapper = CBORObject.DecodeFromBytes(envelope.get(2).GetByteString());
        List<byte[]> parts = new ArrayList<>();
        wrapper.getValues().forEach(part -> parts.add(part.GetByteString()));
        CBORObject digest = CBORObject.DecodeFromBytes(parts.get(0));
        assertEquals(-16, digest.get(0).AsInt32());
        assertArrayEquals(
                MessageDigest.getInstance("SHA-256").digest(envelope.get(3).EncodeToBytes()),
                digest.get(1).GetByteString());
        return parts;
    }

    /** RFC 9679, from the DER form and without our encoder. */
    private static byte[] thumbprint(String algorithm, byte[] der) throws Exception {
        CBORObject key = CBORObject.NewMap();
        int size = switch (algorithm) {
            case "es256" -> 64;
            case "es384" -> 96;
            case "ed25519" -> 32;
            case "hss-lms" -> 60;
            case "ml-dsa-44" -> 1312;
            case "ml-dsa-65" -> 1952;
            default -> 2592;
        };
        byte[] raw = Arrays.copyOfRange(der, der.length - size, der.length);
        if (algorithm.startsWith("es")) {
            key.Add(1, 2).Add(-1, algorithm.equals("es256") ? 1 : 2);
            key.Add(-2, Arrays.copyOf(raw, size / 2));
            key.Add(-3, Arrays.copyOfRange(raw, size / 2, size));
        } else if (algorithm.equals("ed25519")) {
            key.Add(1, 1).Add(-1, 6).Add(-2, raw);
        } else if (algorithm.equals("hss-lms")) {
            key.Add(1, 5).Add(-1, raw);
        } else {
            key.Add(1, 7).Add(3, number(algorithm)).Add(-1, raw);
        }
        byte[] encoded = key.EncodeToBytes(new CBOREncodeOptions("ctap2canonical=true"));
        return MessageDigest.getInstance("SHA-256").digest(encoded);
    }

    private static int number(String algorithm) {
        return switch (algorithm) {
            case "es256" -> -9;
            case "es384" -> -51;
            case "ed25519" -> -19;
            case "hss-lms" -> -46;
            case "ml-dsa-44" -> -48;
            case "ml-dsa-65" -> -49;
            default -> -50;
        };
    }

    private void assertHeaders(String algorithm, int index, CBORObject signer) throws Exception {
        CBORObject header = CBORObject.DecodeFromBytes(signer.get(0).GetByteString());
        assertEquals(1, header.size());
        assertEquals(number(algorithm), header.get(1).AsInt32());
        assertArrayEquals(
                thumbprint(algorithm, open(index).subjectPublicKeyInfo()),
                signer.get(1).get(4).GetByteString());
    }

    private void assertSignature(int index, String factory, String algorithm, CBORObject toBeSigned, byte[] value)
            throws Exception {
        PublicKey key = KeyFactory.getInstance(factory)
                .generatePublic(new X509EncodedKeySpec(open(index).subjectPublicKeyInfo()));
        Signature signature = Signature.getInstance(algorithm);
        signature.initVerify(key);
        signature.update(toBeSigned.EncodeToBytes());
        assertTrue(signature.verify(value));
    }

    private static CBORObject toBeSigned(CBORObject message, byte[] digest) {
        return CBORObject.NewArray()
                .Add("Signature1")
                .Add(message.get(0))
                .Add(new byte[0])
                .Add(digest);
    }

    @ParameterizedTest
    @CsvSource({"hss-lms, 2352", "ml-dsa-44, 2420", "ml-dsa-65, 3309", "ml-dsa-87, 4627"})
    void pack_postQuantumKey_isWhatOthersRead(String algorithm, int bytes) throws Exception {
        List<byte[]> parts = wrapper(pack(false, algorithm));

        CBORObject message = CBORObject.DecodeFromBytes(parts.get(1));

        assertTrue(message.HasMostOuterTag(18));
        assertHeaders(algorithm, 0, message);
        assertTrue(message.get(2).isNull());
        assertEquals(bytes, message.get(3).GetByteString().length);
    }

    @ParameterizedTest
    @CsvSource({
        "es256, EC, SHA256withECDSAinP1363Format",
        "es384, EC, SHA384withECDSAinP1363Format",
        "ed25519, Ed25519, Ed25519"
    })
    void pack_classicKey_isWhatOthersVerify(String algorithm, String factory, String jdk) throws Exception {
        List<byte[]> parts = wrapper(pack(false, algorithm));

        CBORObject message = CBORObject.DecodeFromBytes(parts.get(1));

        assertHeaders(algorithm, 0, message);
        assertSignature(
                0,
                factory,
                jdk,
                toBeSigned(message, parts.get(0)),
                message.get(3).GetByteString());
    }

    @ParameterizedTest
    @CsvSource({"ml-dsa-44", "ml-dsa-65", "ml-dsa-87"})
    @EnabledForJreRange(minVersion = 24, disabledReason = "no ML-DSA in this JDK; run with -Djvm=JDK25/bin/java")
    void pack_mlDsaKey_theJdkVerifies(String algorithm) throws Exception {
        List<byte[]> parts = wrapper(pack(false, algorithm));

        CBORObject message = CBORObject.DecodeFromBytes(parts.get(1));

        assertSignature(
                0,
                "ML-DSA",
                "ML-DSA",
                toBeSigned(message, parts.get(0)),
                message.get(3).GetByteString());
    }

    @Test
    void pack_twoKeys_areTwoBlocks() throws Exception {
        List<byte[]> parts = wrapper(pack(false, "es384", "ml-dsa-65"));

        assertEquals(3, parts.size());
        assertHeaders("es384", 0, CBORObject.DecodeFromBytes(parts.get(1)));
        assertHeaders("ml-dsa-65", 1, CBORObject.DecodeFromBytes(parts.get(2)));
    }

    @Test
    void pack_twoKeysInOneBlock_isACoseSign() throws Exception {
        List<byte[]> parts = wrapper(pack(true, "ed25519", "hss-lms"));

        CBORObject message = CBORObject.DecodeFromBytes(parts.get(1));
        CBORObject first = message.get(3).get(0);

        assertEquals(2, parts.size());
        assertTrue(message.HasMostOuterTag(98));
        assertEquals(2, message.get(3).size());
        assertHeaders("ed25519", 0, first);
        assertHeaders("hss-lms", 1, message.get(3).get(1));
        CBORObject toBeSigned = CBORObject.NewArray()
                .Add("Signature")
                .Add(new byte[0])
                .Add(first.get(0))
                .Add(new byte[0])
                .Add(parts.get(0));
        assertSignature(0, "Ed25519", "Ed25519", toBeSigned, first.get(2).GetByteString());
    }
}
