// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.cose;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.spec.ECFieldFp;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which keys are taken, and that one key is one, whatever form it has. */
class CoseKeyTest {
    private static final HexFormat HEX = HexFormat.of();
    private static final String RFC9679_X = "65eda5a12577c2bae829437fe338701a10aaa375e1bb5b5de108de439c08551d";
    private static final String RFC9679_Y = "1e52ed75701163f7f9e40ddf9f341b3dc9ba860af7e0ca7ca7e9eecd0084d19c";
    private static final String UNCOMPRESSED_P256 = "3059301306072a8648ce3d020106082a8648ce3d03010703420004";
    private static final String COMPRESSED_P256 = "3039301306072a8648ce3d020106082a8648ce3d030107032200";
    private static final String COMPRESSED_P384 = "3046301006072a8648ce3d020106052b81040022033200";
    private static final String ED25519 = "302a300506032b6570032100";

    private static byte[] publicKey(String algorithm, int size) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
        generator.initialize(size);
        return generator.generateKeyPair().getPublic().getEncoded();
    }

    private static CoseKey key(String hex) {
        return CoseKey.of(HEX.parseHex(hex));
    }

    private static String message(byte[] der) {
        return assertThrows(IllegalArgumentException.class, () -> CoseKey.of(der))
                .getMessage();
    }

    /** The same point with y left out: what says which of its two signs it has. */
    private static String compressed(String prefix, byte[] point) {
        int half = point.length / 2;
        String sign = point[point.length - 1] % 2 == 0 ? "02" : "03";
        return prefix + sign + HEX.formatHex(Arrays.copyOf(point, half));
    }

    @Test
    void thumbprint_ofRfc9679Example_matches() {
        assertEquals(
                "496bd8afadf307e5b08c64b0421bf9dc01528a344a43bda88fadd1669da253ec",
                key(UNCOMPRESSED_P256 + RFC9679_X + RFC9679_Y).toString());
    }

    @Test
    void of_bothFormsOfAPoint_isOneKey() throws Exception {
        for (int i = 0; i < 16; i++) { // both signs, in all likelihood
            byte[] p256 = publicKey("EC", 256);
            byte[] p384 = publicKey("EC", 384);
            byte[] point256 = Arrays.copyOfRange(p256, p256.length - 64, p256.length);
            byte[] point384 = Arrays.copyOfRange(p384, p384.length - 96, p384.length);

            assertOneKey(CoseKey.of(p256), key(compressed(COMPRESSED_P256, point256)), p256);
            assertOneKey(CoseKey.of(p384), key(compressed(COMPRESSED_P384, point384)), p384);
        }
    }

    private static void assertOneKey(CoseKey first, CoseKey second, byte[] der) {
        assertEquals(first, second);
        assertEquals(first.toString(), second.toString());
        assertArrayEquals(der, first.subjectPublicKeyInfo());
        assertArrayEquals(der, second.subjectPublicKeyInfo());
    }

    @Test
    void of_thePointWithTheOtherSign_isAnotherKey() {
        CoseKey even = key(COMPRESSED_P256 + "02" + RFC9679_X);
        CoseKey odd = key(COMPRESSED_P256 + "03" + RFC9679_X);

        assertEquals(key(UNCOMPRESSED_P256 + RFC9679_X + RFC9679_Y), even);
        assertNotEquals(even, odd);
        assertNotEquals(even.toString(), odd.toString());
    }

    @ParameterizedTest
    @CsvSource({
        COMPRESSED_P256 + "02,0000000000000000000000000000000000000000000000000000000000000001", // no such x
        COMPRESSED_P256 + "04," + RFC9679_X, // no such form
        COMPRESSED_P256 + "00," + RFC9679_X,
        COMPRESSED_P256 + "02,ffffffff00000001000000000000000000000000fffffffffffffffffffffffe" // x + the prime
    })
    void of_compressedPointThatIsNone_isRefused(String prefix, String x) {
        assertEquals("public key: the point isn't on P-256", message(HEX.parseHex(prefix + x)));
    }

    @ParameterizedTest
    @CsvSource({"256, P-256", "384, P-384"})
    void of_pointOffTheCurve_isRefused(int size, String curve) throws Exception {
        byte[] der = publicKey("EC", size);
        der[der.length - 1] ^= 1;

        assertEquals("public key: the point isn't on " + curve, message(der));
    }

    @ParameterizedTest
    @CsvSource({
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", // the prime: 0 again
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"
    })
    void of_secondFormOfAnEd25519Key_isRefused(String y) {
        assertEquals("public key: the point isn't on Ed25519", message(HEX.parseHex(ED25519 + y)));
    }

    @Test
    void of_keyOfAnotherKind_isRefused() throws Exception {
        for (byte[] other : List.of(publicKey("RSA", 2048), publicKey("EC", 521), publicKey("X25519", 255))) {
            assertEquals(
                    "public key: a SubjectPublicKeyInfo of none of the types P256, P384, ED25519, HSS_LMS,"
                            + " ML_DSA_44, ML_DSA_65, ML_DSA_87, but " + other.length
                            + " other bytes",
                    message(other));
        }
    }

    @Test
    void of_bothFormsOfAnHssLmsKey_isOneKey() {
        CoseKey bare = TestKeys.of(CoseKey.Type.HSS_LMS).publicKey();
        byte[] der = bare.subjectPublicKeyInfo();
        String key = HEX.formatHex(Arrays.copyOfRange(der, der.length - 60, der.length));

        CoseKey wrapped = key("3050300d060b2a864886f70d0109100311033f00043c" + key);

        assertOneKey(bare, wrapped, der);
    }

    @ParameterizedTest
    @CsvSource({
        "00000000, 00000005, 00000001, '0 levels and types 5, 1'",
        "00000009, 00000005, 00000001, '9 levels and types 5, 1'",
        "ffffffff, 00000005, 00000001, '4294967295 levels and types 5, 1'",
        "00000001, 00000004, 00000001, '1 levels and types 4, 1'",
        "00000001, 0000000a, 00000001, '1 levels and types 10, 1'",
        "00000001, 00000005, 00000000, '1 levels and types 5, 0'",
        "00000001, 00000005, 00000005, '1 levels and types 5, 5'"
    })
    void of_hssLmsKeyOfAnotherKind_saysWhich(String levels, String lms, String lmOts, String found) {
        String key = levels + lms + lmOts + "00".repeat(48);

        assertEquals(
                "public key: HSS-LMS with " + found + "; known are 1 to 8 levels and types 5 to 9, 1 to 4",
                message(HEX.parseHex("304e300d060b2a864886f70d0109100311033d00" + key)));
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "HMAC_256")
    void of_aKeysOwnDer_isTheKey(CoseKey.Type type) {
        CoseKey key = TestKeys.of(type).publicKey();

        assertEquals(key, CoseKey.of(key.subjectPublicKeyInfo()));
        assertEquals(type, CoseKey.of(key.subjectPublicKeyInfo()).type());
        assertEquals(type.name().startsWith("ML_DSA") || type == CoseKey.Type.HSS_LMS, type.postQuantum());
    }

    @ParameterizedTest
    @ValueSource(ints = {256, 384})
    void curve_numbers_areThoseOfTheJdk(int bits) throws Exception {
        PrimeCurve curve = bits == 256 ? PrimeCurve.P256 : PrimeCurve.P384;
        AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
        parameters.init(new ECGenParameterSpec("secp" + bits + "r1"));
        ECParameterSpec spec = parameters.getParameterSpec(ECParameterSpec.class);
        BigInteger prime = ((ECFieldFp) spec.getCurve().getField()).getP();
        BigInteger order = spec.getOrder();

        assertEquals(prime, curve.prime());
        assertEquals(prime.subtract(BigInteger.valueOf(3)), spec.getCurve().getA());
        assertEquals(spec.getCurve().getB(), curve.b());
        assertEquals(order, curve.order());
        assertEquals(bits, order.bitLength());
        assertEquals(bits, curve.coordinateBytes() * Byte.SIZE);
    }
}
