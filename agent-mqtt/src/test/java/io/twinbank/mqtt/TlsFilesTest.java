// SPDX-License-Identifier: Apache-2.0
package io.twinbank.mqtt;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsFilesTest {
    @TempDir
    Path folder;

    private TestPki pki;
    private Path ca;
    private Path certificate;
    private Path key;
    private final List<String> notices = new ArrayList<>();

    @BeforeEach
    void writeFiles() throws Exception {
        pki = new TestPki("devices");
        ca = pki.writeAuthority(folder.resolve("ca.pem"));
        TestPki.Identity device = pki.device("gw-1");
        certificate = TestPki.writeCertificate(device, folder.resolve("device.pem"));
        key = TestPki.writeKey(device, folder.resolve("device.key"));
    }

    @Test
    void context_filesUnchanged_isTheSame() throws Exception {
        TlsFiles files = TlsFiles.pem(ca, certificate, key);

        SSLContext first = files.context(notices::add);

        assertEquals("TLSv1.3", first.getProtocol());
        assertSame(first, files.context(notices::add));
        assertEquals(List.of(), notices);
    }

    @Test
    void context_renewed_isAnother() throws Exception {
        TlsFiles files = TlsFiles.pem(ca, certificate, key);
        SSLContext first = files.context(notices::add);

        TestPki.Identity renewed = pki.device("gw-1");
        TestPki.writeCertificate(renewed, certificate);
        TestPki.writeKey(renewed, key);

        assertNotSame(first, files.context(notices::add));
        assertEquals(List.of(), notices);
    }

    @Test
    void context_certificateBeforeItsKey_keepsTheOldAndSaysSoOnce() throws Exception {
        TlsFiles files = TlsFiles.pem(ca, certificate, key);
        SSLContext first = files.context(notices::add);
        TestPki.Identity renewed = pki.device("gw-1");

        replace(certificate, Files.readString(TestPki.writeCertificate(renewed, folder.resolve("new"))));

        assertSame(first, files.context(notices::add));
        assertSame(first, files.context(notices::add));
        assertEquals(1, notices.size(), notices::toString);
        assertTrue(notices.get(0).contains("the key in " + key + " isn't that of the certificate of CN=gw-1"));
        TestPki.writeKey(renewed, key);
        assertNotSame(first, files.context(notices::add));
    }

    @Test
    void context_halfWritten_keepsTheOldAndSaysSo() throws Exception {
        TlsFiles files = TlsFiles.pem(ca, certificate, key);
        SSLContext first = files.context(notices::add);
        String whole = Files.readString(key);

        replace(key, whole.substring(0, whole.length() / 2));

        assertSame(first, files.context(notices::add));
        assertTrue(notices.get(0).contains(key + " has no whole \"BEGIN PRIVATE KEY\""), notices::toString);
    }

    @Test
    void context_removedAndBack_keepsTheOldMeanwhile() throws Exception {
        TlsFiles files = TlsFiles.pem(ca, certificate, key);
        SSLContext first = files.context(notices::add);
        String whole = Files.readString(ca);
        Files.delete(ca);

        assertSame(first, files.context(notices::add));
        assertSame(first, files.context(notices::add));
        assertEquals(1, notices.size(), notices::toString);
        assertTrue(notices.get(0).contains("can't read " + ca), notices::toString);

        Files.writeString(ca, whole);
        assertNotSame(first, files.context(notices::add));
    }

    @Test
    void context_noFileAtFirst_throws() {
        Exception thrown = assertThrows(
                Exception.class,
                () -> TlsFiles.pem(ca, certificate, folder.resolve("none")).context(notices::add));

        assertTrue(thrown.getMessage().contains("can't read " + folder.resolve("none")), thrown::getMessage);
    }

    @Test
    void context_notCertificates_throws() throws Exception {
        assertSays(
                "isn't a file of certificates in PEM", TlsFiles.authorities(write("-----BEGIN CERTIFICATE-----\nx")));
        assertSays("has no certificate", TlsFiles.authorities(write("")));
    }

    @Test
    void context_keyNotPkcs8_saysHowToConvertIt() throws Exception {
        Path other = write("-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----\n");

        assertSays("openssl pkcs8 -topk8 -nocrypt", TlsFiles.pem(ca, certificate, other));
    }

    @Test
    void context_keyOfNoAlgorithm_throws() throws Exception {
        Path other = write("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");

        assertSays("isn't a key of the certificate's algorithm, EC", TlsFiles.pem(ca, certificate, other));
    }

    @Test
    void context_hugeFile_isNotRead() throws Exception {
        assertSays("has 1048577 bytes, expected at most 1048576", TlsFiles.authorities(write("x".repeat(1048577))));
    }

    @Test
    void pkcs12_oneKey_isUsed() throws Exception {
        Path store = store(pki.device("gw-1"));

        SSLContext context = TlsFiles.pkcs12(ca, store, "secret".toCharArray()).context(notices::add);

        assertEquals("TLSv1.3", context.getProtocol());
    }

    @Test
    void pkcs12_wrongPasswordOrTwoKeys_throws() throws Exception {
        assertSays(
                "isn't a PKCS#12 store with this password",
                TlsFiles.pkcs12(ca, store(pki.device("gw-1")), "other".toCharArray()));
        assertSays(
                "has 2 keys, expected 1",
                TlsFiles.pkcs12(ca, store(pki.device("a"), pki.device("b")), "secret".toCharArray()));
    }

    private void assertSays(String text, TlsFiles files) {
        Exception thrown = assertThrows(Exception.class, () -> files.context(notices::add));
        assertTrue(thrown.getMessage().contains(text), thrown::getMessage);
    }

    private Path write(String text) throws Exception {
        return Files.writeString(Files.createTempFile(folder, "tls", ""), text);
    }

    /** As a renewal would, so that the stamp differs even within one tick of the file system's clock. */
    private void replace(Path file, String text) throws Exception {
        Files.move(write(text), file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    }

    private Path store(TestPki.Identity... identities) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        for (int i = 0; i < identities.length; i++) {
            store.setKeyEntry("own" + i, identities[i].key(), "secret".toCharArray(), new Certificate[] {
                identities[i].certificate()
            });
        }
        Path file = Files.createTempFile(folder, "store", ".p12");
        try (OutputStream out = Files.newOutputStream(file)) {
            store.store(out, "secret".toCharArray());
        }
        assertTrue(new String(Files.readAllBytes(file), UTF_8).length() > 0);
        return file;
    }
}
