// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal.linux;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.hal.HalException;
import io.twinbank.hal.Hkdf;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPrivateKeySpec;
import java.security.spec.ECPublicKeySpec;
import java.util.Base64;
import java.util.HexFormat;
import javax.crypto.KeyAgreement;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** The keys and results are those of the COSE working group's example p256-wrap-128-01. */
class Pkcs12KeysTest {
    private static final HexFormat HEX = HexFormat.of();
    private static final String PRIVATE = "r_kHyZ-a06rmxM3yESK84r1otSg-aQcVStkRhA-iCM8";
    private static final String PUBLIC_X = "Ze2loSV3wrroKUN_4zhwGhCqo3Xhu1td4QjeQ5wIVR0";
    private static final String PUBLIC_Y = "HlLtdXARY_f55A3fnzQbPcm6hgr34Mp8p-nuzQCE0Zw";
    private static final String EPHEMERAL_X = "ecdbcec636cc1408a503bbf6b7311b900c9aed9c5b71503848c89a07d0ef6f5b";
    private static final String EPHEMERAL_Y = "d6d1586710c02203e4e53b20dc7b233ca4c8b6853467b9fb8244a3840accd602";
    private static final String CONTEXT = "842283f6f6f683f6f6f682188044a101381c";
    private static final String KEK = "7c60cb35a78b24dcf40a394395e9e8cd";
    private static final String WRAPPED = "d23bca11c3f8e35bf6f81412794e159772e946ff4fb31bd1";
    private static final String CONTENT_KEY = "b2353161740aacf1f7163647984b522a";
    /** Of no matter, but PKCS#12 wants one with a private key. */
    private static final String CERTIFICATE =
            "MIIBejCCAR+gAwIBAgIUYMUGZrFM5CXHBpwEwEIkiOfwUKQwCgYIKoZIzj0EAwIwETEPMA0GA1UEAwwGZGV2aWNl"
                    + "MCAXDTI2MTEyNDIyNDEwNloYDzIxMjYxMDMxMjI0MTA2WjARMQ8wDQYDVQQDDAZkZXZpY2UwWTATBgcqhkjOPQIB"
                    + "BggqhkjOPQMBBwNCAATTpB/xeG6BsaRn5yEoa6nxoFYcfpfjzQQMzrSsqMWP//MlC7UXIegdH7ebhF3P8zSPwABV"
                    + "CRWwEp8Hu4KKsOsGo1MwUTAdBgNVHQ4EFgQUk1hi5pdQ+8201ClcqSM8Tc/j8OYwHwYDVR0jBBgwFoAUk1hi5pdQ"
                    + "+8201ClcqSM8Tc/j8OYwDwYDVR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNJADBGAiEAysnUpKbkfCC9OBCZfsiL"
                    + "t43/LJt3TBfeniCV41Bk+Y4CIQD5B025fbV8OW5m8Oq1AgsPB5gFgBCZDMMRI7GXGpQBRQ==";

    @TempDir
    Path folder;

    private Path file;
    private KeyPair x25519;

    @BeforeEach
    void writeKeys() throws GeneralSecurityException, IOException {
        file = folder.resolve("keys.p12");
        Certificate certificate = CertificateFactory.getInstance("X.509")
                .generateCertificate(
                        new ByteArrayInputStream(Base64.getDecoder().decode(CERTIFICATE)));
        PrivateKey key = KeyFactory.getInstance("EC").generatePrivate(new ECPrivateKeySpec(number(PRIVATE), p256()));
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("device", key, password(), new Certificate[] {certificate});
        x25519 = KeyPairGenerator.getInstance("X25519").generateKeyPair();
        store.setKeyEntry("device.x25519", x25519.getPrivate(), password(), new Certificate[] {certificate});
        store.setKeyEntry("Fleet-1", new SecretKeySpec(HEX.parseHex(KEK), "AES"), password(), null);
        try (OutputStream out = Files.newOutputStream(file)) {
            store.store(out, password());
        }
    }

    @Test
    void open_always_wipesThePassword() throws IOException {
        char[] good = password();
        char[] bad = "wrong".toCharArray();

        Pkcs12Keys.open(file, "device", good);
        assertThrows(HalException.class, () -> Pkcs12Keys.open(file, "device", bad));

        assertTrue(new String(good).isBlank());
        assertTrue(new String(bad).isBlank());
    }

    @Test
    void publicKey_always_isTheCertificates() throws Exception {
        Certificate certificate = CertificateFactory.getInstance("X.509")
                .generateCertificate(
                        new ByteArrayInputStream(Base64.getDecoder().decode(CERTIFICATE)));

        Pkcs12Keys keys = Pkcs12Keys.open(file, "device", password());

        assertArrayEquals(certificate.getPublicKey().getEncoded(), keys.publicKey());
        keys.zeroize();
        assertThrows(HalException.class, keys::publicKey);
    }

    @Test
    void open_wrongPassword_isIo() {
        HalException wrong =
                assertThrows(HalException.class, () -> Pkcs12Keys.open(file, "device", "wrong".toCharArray()));

        assertEquals(HalException.Kind.IO, wrong.kind());
    }

    @Test
    void open_noSuchDeviceKey_isUnsupported() {
        assertUnsupported(() -> Pkcs12Keys.open(file, "other", password()));
        assertUnsupported(() -> Pkcs12Keys.open(file, "fleet-1", password()));
    }

    @Test
    void sign_anything_verifiesAsP1363() throws GeneralSecurityException, IOException {
        byte[] signature = keys().sign(new byte[] {1, 2, 3});

        Signature verifier = Signature.getInstance("SHA256withECDSAinP1363Format");
        verifier.initVerify(publicKey(new ECPoint(number(PUBLIC_X), number(PUBLIC_Y))));
        verifier.update(new byte[] {1, 2, 3});
        assertEquals(64, signature.length);
        assertTrue(verifier.verify(signature));
    }

    @Test
    void agree_knownKeys_isTheExamplesKey() throws GeneralSecurityException, IOException {
        SecretKey kek = keys().agree(ephemeral().getEncoded(), HEX.parseHex(CONTEXT), 16);

        assertEquals(KEK, HEX.formatHex(kek.getEncoded()));
        assertEquals("AES", kek.getAlgorithm());
    }

    @Test
    void agree_for32Bytes_isAnotherKeyOfThatLength() throws GeneralSecurityException, IOException {
        byte[] kek = keys().agree(ephemeral().getEncoded(), HEX.parseHex(CONTEXT), 32)
                .getEncoded();

        assertEquals(32, kek.length);
        assertEquals(KEK, HEX.formatHex(kek, 0, 16)); // HKDF's first bytes; the context is what tells the lengths apart
    }

    @Test
    void agree_garbageOrOtherCurve_isUnsupported() throws GeneralSecurityException, IOException {
        Pkcs12Keys keys = keys();
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp384r1"));
        KeyPair p384 = generator.generateKeyPair();
        byte[] offCurve = ephemeral().getEncoded();
        offCurve[offCurve.length - 1] ^= 1;

        assertUnsupported(() -> keys.agree(new byte[5], new byte[0], 16));
        assertUnsupported(() -> keys.agree(p384.getPublic().getEncoded(), new byte[0], 16));
        assertUnsupported(() -> keys.agree(offCurve, new byte[0], 16));
    }

    @Test
    void agree_x25519_isWhatThePeerDerives() throws GeneralSecurityException, IOException {
        KeyPair peer = KeyPairGenerator.getInstance("X25519").generateKeyPair();
        KeyAgreement agreement = KeyAgreement.getInstance("XDH");
        agreement.init(peer.getPrivate());
        agreement.doPhase(x25519.getPublic(), true);
        byte[] expected = Hkdf.sha256(agreement.generateSecret(), new byte[0], HEX.parseHex(CONTEXT), 16);

        SecretKey kek = keys().agree(peer.getPublic().getEncoded(), HEX.parseHex(CONTEXT), 16);

        assertArrayEquals(expected, kek.getEncoded());
    }

    @Test
    void agree_x25519PointOfSmallOrder_isUnsupported() throws IOException {
        Pkcs12Keys keys = keys();
        byte[] zero = HEX.parseHex("302a300506032b656e032100" + "00".repeat(32));

        assertUnsupported(() -> keys.agree(zero, new byte[0], 16));
    }

    @Test
    void unwrap_knownKey_isTheContentKey() throws IOException {
        SecretKey key = keys().unwrap("fleet-1", HEX.parseHex(WRAPPED));

        assertEquals(CONTENT_KEY, HEX.formatHex(key.getEncoded()));
    }

    @Test
    void unwrap_flippedBit_isRefused() throws IOException {
        byte[] wrapped = HEX.parseHex(WRAPPED);
        wrapped[3] ^= 1;
        Pkcs12Keys keys = keys();

        assertUnsupported(() -> keys.unwrap("fleet-1", wrapped));
    }

    @Test
    void unwrap_unknownKey_isUnsupported() throws IOException {
        Pkcs12Keys keys = keys();

        assertUnsupported(() -> keys.unwrap("fleet-2", HEX.parseHex(WRAPPED)));
    }

    @Test
    void zeroize_twice_leavesNoKey() throws IOException {
        Pkcs12Keys keys = keys();

        keys.zeroize();
        keys.zeroize();

        assertFalse(Files.exists(file));
        assertUnsupported(() -> keys.sign(new byte[1]));
        assertUnsupported(() -> keys.agree(new byte[1], new byte[1], 16));
        assertUnsupported(() -> keys.unwrap("fleet-1", HEX.parseHex(WRAPPED)));
    }

    @Test
    void zeroize_fileLinkedElsewhere_isOverwritten() throws IOException {
        Path link = Files.createLink(folder.resolve("link"), file);

        keys().zeroize();

        assertArrayEquals(new byte[(int) Files.size(link)], Files.readAllBytes(link));
    }

    private Pkcs12Keys keys() throws HalException {
        return Pkcs12Keys.open(file, "device", password());
    }

    private static char[] password() {
        return "changeit".toCharArray();
    }

    private static BigInteger number(String base64) {
        return new BigInteger(1, Base64.getUrlDecoder().decode(base64));
    }

    private static PublicKey ephemeral() throws GeneralSecurityException {
        return publicKey(new ECPoint(
                new BigInteger(1, HEX.parseHex(EPHEMERAL_X)), new BigInteger(1, HEX.parseHex(EPHEMERAL_Y))));
    }

    private static PublicKey publicKey(ECPoint point) throws GeneralSecurityException {
        return KeyFactory.getInstance("EC").generatePublic(new ECPublicKeySpec(point, p256()));
    }

    private static ECParameterSpec p256() throws GeneralSecurityException {
        AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
        parameters.init(new ECGenParameterSpec("secp256r1"));
        return parameters.getParameterSpec(ECParameterSpec.class);
    }

    private static void assertUnsupported(Executable call) {
        assertEquals(
                HalException.Kind.UNSUPPORTED,
                assertThrows(HalException.class, call).kind());
    }
}
