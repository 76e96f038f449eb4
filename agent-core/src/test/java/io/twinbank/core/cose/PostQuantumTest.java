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
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** HSS-LMS and ML-DSA: the forms of their signatures, and that others agree. */
class PostQuantumTest {
    private static final byte[] MESSAGE = "message".getBytes(StandardCharsets.UTF_8);
    private static final int LEVEL_BYTES = 44 + 32 * (34 + 5); // W8, H5

    private static byte[] sign(SigningKey key) throws Exception {
        return key.operation().sign(MESSAGE);
    }

    private static Rejection refusal(CoseKey key, byte[] signature) {
        RejectedException e = assertThrows(RejectedException.class, () -> key.verify(MESSAGE, signature));
        assertEquals(RejectReason.BAD_SIGNATURE, e.reason());
        return e.rejection();
    }

    private static void assertLength(int found, int expected, Rejection rejection) {
        assertEquals(found + " bytes", rejection.found());
        assertEquals(expected + " bytes", rejection.expected());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void hssLms_signatureOfAnotherLength_saysBoth(int levels) throws Exception {
        SigningKey key = TestKeys.hssLms(levels);
        byte[] signature = sign(key);
        int length = 4 + levels * LEVEL_BYTES + (levels - 1) * 56;

        assertEquals(length, signature.length);
        assertDoesNotThrow(() -> key.publicKey().verify(MESSAGE, signature));
        for (int other : new int[] {length + 1, length - 1, length + 1024}) {
            assertLength(other, length, refusal(key.publicKey(), Arrays.copyOf(signature, other)));
        }
    }

    @ParameterizedTest
    @CsvSource({"0", "3", "4", "1000", "1295", "1296", "1351", "1352"})
    void hssLms_signatureThatEndsBeforeItsSecondLevel_isRefusedByLength(int length) throws Exception {
        SigningKey key = TestKeys.of(CoseKey.Type.HSS_LMS);
        byte[] signature = sign(key);

        assertLength(length, 4 + 2 * LEVEL_BYTES + 56, refusal(key.publicKey(), Arrays.copyOf(signature, length)));
    }

    @Test
    void hssLms_signatureOfOtherLevels_saysBoth() throws Exception {
        SigningKey key = TestKeys.of(CoseKey.Type.HSS_LMS);
        byte[] signature = sign(key);
        byte[] none = signature.clone();
        ByteBuffer.wrap(none).putInt(0);
        byte[] many = signature.clone();
        ByteBuffer.wrap(many).putInt(-1);

        assertTrue(refusal(key.publicKey(), none).detail().endsWith(": 1 levels, not 2"));
        assertTrue(refusal(key.publicKey(), many).detail().endsWith(": 0 levels, not 2"));
    }

    @Test
    void hssLms_unknownTypesAtTheSecondLevel_saysWhich() throws Exception {
        SigningKey key = TestKeys.of(CoseKey.Type.HSS_LMS);
        byte[] signature = sign(key);
        ByteBuffer.wrap(signature).putInt(4 + LEVEL_BYTES, 99);

        assertTrue(refusal(key.publicKey(), signature).detail().endsWith(": types 99, 4 at level 1"));
    }

    /** What the types inside the signature claim decides how long it has to be, and nothing is allocated for it. */
    @Test
    void hssLms_largerTypesAtTheSecondLevel_isRefusedByLength() throws Exception {
        SigningKey key = TestKeys.of(CoseKey.Type.HSS_LMS);
        byte[] signature = sign(key);
        ByteBuffer.wrap(signature).putInt(4 + LEVEL_BYTES, 9).putInt(8 + LEVEL_BYTES, 1);

        assertLength(
                signature.length, 4 + LEVEL_BYTES + 56 + 44 + 32 * (265 + 25), refusal(key.publicKey(), signature));
    }

    @ParameterizedTest
    @EnumSource(names = {"HSS_LMS", "ML_DSA_44", "ML_DSA_65", "ML_DSA_87"})
    void verify_aFlippedBit_isRefused(CoseKey.Type type) throws Exception {
        SigningKey key = TestKeys.of(type);
        byte[] signature = sign(key);
        CoseKey open = key.publicKey();

        for (int i = 0; i < signature.length; i += 97) {
            byte[] bad = signature.clone();
            bad[i] ^= 4;
            refusal(open, bad);
        }
        assertThrows(RejectedException.class, () -> open.verify(new byte[7], signature));
    }

    @Test
    @EnabledForJreRange(minVersion = 24, disabledReason = "no ML-DSA in this JDK; run with -Djvm=JDK25/bin/java")
    void mlDsa_madeHere_theJdkVerifies() throws Exception {
        for (CoseKey.Type type :
                new CoseKey.Type[] {CoseKey.Type.ML_DSA_44, CoseKey.Type.ML_DSA_65, CoseKey.Type.ML_DSA_87}) {
            SigningKey key = TestKeys.of(type);
            CBORObject message = CBORObject.DecodeFromBytes(CoseSign1.signDetached(key, MESSAGE));
            Signature signature = Signature.getInstance("ML-DSA");
            signature.initVerify(KeyFactory.getInstance("ML-DSA")
                    .generatePublic(new X509EncodedKeySpec(key.publicKey().subjectPublicKeyInfo())));
            signature.update(CBORObject.NewArray()
                    .Add("Signature1")
                    .Add(message.get(0))
                    .Add(new byte[0])
                    .Add(MESSAGE)
                    .EncodeToBytes());
            assertTrue(signature.verify(message.get(3).GetByteString()), type.name());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {44, 65, 87})
    @EnabledForJreRange(minVersion = 24, disabledReason = "no ML-DSA in this JDK; run with -Djvm=JDK25/bin/java")
    void mlDsa_madeByTheJdk_verifiesHere(int strength) throws Exception {
        KeyPair pair = KeyPairGenerator.getInstance("ML-DSA-" + strength).generateKeyPair();
        Signature signature = Signature.getInstance("ML-DSA");
        signature.initSign(pair.getPrivate());
        signature.update(MESSAGE);
        byte[] value = signature.sign();
        CoseKey key = CoseKey.of(pair.getPublic().getEncoded());

        assertEquals("ML_DSA_" + strength, key.type().name());
        assertDoesNotThrow(() -> key.verify(MESSAGE, value));
        value[7] ^= 1;
        refusal(key, value);
    }
}
