// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal.linux;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.hal.HalException;
import io.twinbank.hal.HalException.Kind;
import io.twinbank.hal.Hkdf;
import io.twinbank.hal.contract.Needs;
import io.twinbank.hal.contract.Part;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.Security;
import java.security.Signature;
import java.security.cert.Certificate;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Needs(Part.SOFTHSM)
class Pkcs11KeysIT {
    private static final byte[] INFO = {1, 2, 3};

    @TempDir
    Path folder;

    private Pkcs11Token token;
    private Certificate certificate;

    @BeforeEach
    void makeDeviceKey() throws Exception {
        token = SoftHsm.openEmpty(folder);
        certificate = SelfSigned.makeKey(token, "device");
    }

    @Test
    void open_always_wipesThePin() throws IOException {
        char[] good = SoftHsm.PIN.toCharArray();
        char[] unused = SoftHsm.PIN.toCharArray();

        Pkcs11Token.open(folder.resolve("p11.conf"), good);
        assertThrows(HalException.class, () -> Pkcs11Token.open(folder.resolve("none.conf"), unused));

        assertTrue(new String(good).isBlank());
        assertTrue(new String(unused).isBlank());
    }

    @Test
    void open_wrongPin_saysSo() throws IOException {
        Path guarded = SoftHsm.configuration(folder, SoftHsm.GUARDED_SLOT, SoftHsm.LIBRARY, "");

        String message = refused(Kind.LOCKED, () -> Pkcs11Token.open(guarded, "9999".toCharArray()));

        assertTrue(message.contains("found CKR_PIN_INCORRECT, expected the user PIN"), message);
        assertFalse(message.contains("9999"), message);
    }

    @Test
    void open_missingConfiguration_saysSo() {
        Path none = folder.resolve("none.conf");

        String message = refused(Kind.IO, () -> SoftHsm.open(none));

        assertTrue(message.contains(none + " can't be read: expected SunPKCS11's configuration"), message);
    }

    @Test
    void open_unknownWord_saysWhere() throws IOException {
        Path bad = Files.writeString(folder.resolve("bad.conf"), "name = Board\nlibary = x\n");

        String message = refused(Kind.IO, () -> SoftHsm.open(bad));

        assertTrue(message.contains("no token by " + bad + ": found Unknown keyword 'libary', line 2"), message);
    }

    @Test
    void open_missingLibrary_saysSo() throws IOException {
        Path bad = SoftHsm.configuration(folder, SoftHsm.SLOT, "/usr/lib/none.so", "");

        String message = refused(Kind.IO, () -> SoftHsm.open(bad));

        assertTrue(
                message.contains("found Library /usr/lib/none.so does not exist, expected the token's PKCS#11 library"),
                message);
    }

    @Test
    void open_noTokenInTheSlot_saysSo() throws IOException {
        Path bad = SoftHsm.configuration(folder, SoftHsm.SLOT ^ 1, SoftHsm.LIBRARY, "");

        String message = refused(Kind.IO, () -> SoftHsm.open(bad));

        assertTrue(message.contains("found CKR_SLOT_ID_INVALID, expected an initialised token in that slot"), message);
    }

    @Test
    void keys_noSuchKey_saysWhatIsThere() {
        String message = refused(Kind.UNSUPPORTED, () -> token.keys("other"));

        assertTrue(message.contains("has no P-256 key 'other' with its certificate: found [device]"), message);
    }

    @Test
    void keys_aesKey_isNoDeviceKey() throws Exception {
        token.keyStore().setKeyEntry("fleet-1", new SecretKeySpec(new byte[16], "AES"), null, null);

        refused(Kind.UNSUPPORTED, () -> token.keys("fleet-1"));
    }

    @Test
    void keys_certificateOfAnotherKey_isRefused() throws Exception {
        KeyPair pair = SelfSigned.generate("secp256r1");
        token.keyStore().setKeyEntry("other", pair.getPrivate(), null, new Certificate[] {certificateOfAnother()});

        String message = refused(Kind.UNSUPPORTED, () -> token.keys("other"));

        assertTrue(message.contains("key 'other'") && message.contains("isn't the key of its certificate"), message);
    }

    private static Certificate certificateOfAnother() throws GeneralSecurityException {
        return SelfSigned.of("another", SelfSigned.generate("secp256r1"), Security.getProvider("SunEC"));
    }

    @Test
    void keys_madeOnTheToken_haveNoEncodedForm() throws Exception {
        assertArrayEquals(certificate.getPublicKey().getEncoded(), keys().publicKey());
        assertEquals(null, token.keyStore().getKey("device", null).getEncoded());
    }

    @Test
    void sign_anything_verifiesAsP1363() throws Exception {
        byte[] signature = keys().sign(INFO);

        Signature verifier = Signature.getInstance("SHA256withECDSAinP1363Format");
        verifier.initVerify(certificate.getPublicKey());
        verifier.update(INFO);
        assertEquals(64, signature.length);
        assertTrue(verifier.verify(signature));
    }

    @ParameterizedTest
    @CsvSource({"16", "32"})
    void agree_p256_isWhatThePeerDerives(int bytes) throws Exception {
        KeyPair peer = SelfSigned.generate("secp256r1");
        KeyAgreement agreement = KeyAgreement.getInstance("ECDH");
        agreement.init(peer.getPrivate());
        agreement.doPhase(certificate.getPublicKey(), true);

        SecretKey kek = keys().agree(peer.getPublic().getEncoded(), INFO, bytes);

        assertArrayEquals(Hkdf.sha256(agreement.generateSecret(), new byte[0], INFO, bytes), kek.getEncoded());
        assertEquals("AES", kek.getAlgorithm());
    }

    @Test
    void agree_garbageOtherCurveOrPointBeside_isUnsupported() throws Exception {
        Pkcs11Keys keys = keys();
        byte[] beside = SelfSigned.generate("secp256r1").getPublic().getEncoded();
        beside[beside.length - 1] ^= 1;

        for (byte[] peer : List.of(
                new byte[5], SelfSigned.generate("secp384r1").getPublic().getEncoded(), beside)) {
            String message = refused(Kind.UNSUPPORTED, () -> keys.agree(peer, INFO, 16));
            assertTrue(message.contains("expected one on P-256"), message);
        }
    }

    @Test
    void agree_secretsCannotBeRead_saysWhichLineIsMissing() throws Exception {
        Pkcs11Keys keys = SoftHsm.open(SoftHsm.configuration(folder, SoftHsm.SLOT, SoftHsm.LIBRARY, ""))
                .keys("device");
        byte[] peer = SelfSigned.generate("secp256r1").getPublic().getEncoded();

        String message = refused(Kind.UNSUPPORTED, () -> keys.agree(peer, INFO, 16));

        assertTrue(message.contains("found CKR_ATTRIBUTE_SENSITIVE"), message);
        assertTrue(message.contains(SoftHsm.READABLE_SECRETS.strip()), message);
    }

    @ParameterizedTest
    @CsvSource({"16, 16", "16, 32", "32, 16", "32, 24", "32, 32"})
    void unwrap_anyLengths_isWhatTheJdkWrapped(int kekBytes, int keyBytes) throws Exception {
        SecretKey kek = aes(kekBytes, 7);
        SecretKey content = aes(keyBytes, 9);
        token.keyStore().setKeyEntry("fleet-1", kek, null, null);

        SecretKey key = keys().unwrap("fleet-1", wrap(kek, content));

        assertEquals(content, key);
        assertEquals(null, token.keyStore().getKey("fleet-1", null).getEncoded());
    }

    @Test
    void unwrap_flippedBitOrOtherLength_isRefused() throws Exception {
        SecretKey kek = aes(16, 7);
        token.keyStore().setKeyEntry("fleet-1", kek, null, null);
        Pkcs11Keys keys = keys();
        byte[] flipped = wrap(kek, aes(16, 9));
        flipped[3] ^= 1;

        String changed = refused(Kind.UNSUPPORTED, () -> keys.unwrap("fleet-1", flipped));
        String length = refused(Kind.UNSUPPORTED, () -> keys.unwrap("fleet-1", new byte[25]));

        assertTrue(changed.contains("another key wrapped this, or it was changed"), changed);
        assertTrue(length.contains("found 25 bytes, expected 24, 32 or 40"), length);
    }

    @Test
    void unwrap_unknownKey_saysWhatIsThere() throws Exception {
        Pkcs11Keys keys = keys();

        String message = refused(Kind.UNSUPPORTED, () -> keys.unwrap("fleet-2", new byte[24]));

        assertTrue(message.contains("unwrap with 'fleet-2'") && message.contains("found [device]"), message);
    }

    @Test
    void zeroize_twice_leavesNoKey() throws Exception {
        token.keyStore().setKeyEntry("fleet-1", aes(16, 7), null, null);
        SelfSigned.makeKey(token, "tls");
        Pkcs11Keys keys = keys();

        keys.zeroize();
        keys.zeroize();

        assertFalse(token.keyStore().aliases().hasMoreElements());
        assertTrue(refused(Kind.UNSUPPORTED, () -> keys.sign(INFO)).contains("were erased"));
        refused(Kind.UNSUPPORTED, keys::publicKey);
        refused(Kind.UNSUPPORTED, () -> keys.agree(INFO, INFO, 16));
        refused(Kind.UNSUPPORTED, () -> keys.unwrap("fleet-1", INFO));
        refused(Kind.UNSUPPORTED, () -> token.keys("device"));
    }

    @Test
    @Needs(Part.OPENSC)
    void keys_madeByJava_areListedByOpenSc() throws Exception {
        token.keyStore().setKeyEntry("fleet-1", aes(16, 7), null, null);

        String before = listedByOpenSc();
        keys().zeroize();
        String after = listedByOpenSc();

        assertTrue(before.contains("Private Key Object; EC"), before);
        assertTrue(before.contains("Secret Key Object; AES"), before);
        assertTrue(before.matches("(?s).*Certificate Object; type = X.509 cert\\s+label: +device.*"), before);
        assertFalse(after.contains("Private Key Object") || after.contains("Secret Key Object"), after);
    }

    private static String listedByOpenSc() {
        return SoftHsm.run(
                Part.OPENSC.path().toString(),
                "--module",
                SoftHsm.LIBRARY,
                "--slot",
                Long.toString(SoftHsm.SLOT),
                "--login",
                "--pin",
                SoftHsm.PIN,
                "--list-objects");
    }

    @Test
    void keys_madeByKeytool_sign() throws Exception {
        SoftHsm.run(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "gateway",
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-dname",
                "CN=gateway",
                "-validity",
                "36500",
                "-keystore",
                "NONE",
                "-storetype",
                "PKCS11",
                "-storepass",
                SoftHsm.PIN,
                "-addprovider",
                "SunPKCS11",
                "-providerArg",
                token.config().toString());

        assertEquals(64, token.keys("gateway").sign(INFO).length);
    }

    @Test
    void tls13_keyOnTheToken_authenticatesTheClient() throws Exception {
        assertThrows(SSLException.class, () -> TlsPeers.whomTheServerSees(token, "device"));
        Security.addProvider(token.provider());
        try {
            assertEquals("CN=device", TlsPeers.whomTheServerSees(token, "device"));
        } finally {
            Security.removeProvider(token.provider().getName());
        }
    }

    private Pkcs11Keys keys() throws HalException {
        return token.keys("device");
    }

    private static SecretKey aes(int bytes, int seed) {
        byte[] key = new byte[bytes];
        for (int i = 0; i < bytes; i++) {
            key[i] = (byte) (seed * i + seed);
        }
        return new SecretKeySpec(key, "AES");
    }

    private static byte[] wrap(SecretKey kek, SecretKey key) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AESWrap");
        cipher.init(Cipher.WRAP_MODE, kek);
        return cipher.wrap(key);
    }

    private static String refused(Kind kind, Executable call) {
        HalException refused = assertThrows(HalException.class, call);
        assertEquals(kind, refused.kind(), refused.getMessage());
        return refused.getMessage();
    }
}
