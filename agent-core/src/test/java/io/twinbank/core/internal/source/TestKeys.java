// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.source;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Self-signed certificates, made by the JDK's keytool. */
public final class TestKeys {
    private static final char[] PASSWORD = "changeit".toCharArray();

    private final Path folder;

    public TestKeys(Path folder) {
        this.folder = folder;
    }

    /** Makes certificates, all at once: for localhost, or for another host if the name begins with "other". */
    public void make(String... names) throws Exception {
        List<Process> running = new ArrayList<>();
        for (String name : names) {
            String host = name.startsWith("other") ? "elsewhere.example" : "localhost";
            running.add(new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "keytool")
                                    .toString(),
                            "-genkeypair",
                            "-alias",
                            name,
                            "-keyalg",
                            "EC",
                            "-groupname",
                            "secp256r1",
                            "-validity",
                            "2",
                            "-dname",
                            "CN=" + name,
                            "-ext",
                            "san=dns:" + host,
                            "-storetype",
                            "PKCS12",
                            "-keystore",
                            file(name).toString(),
                            "-storepass",
                            new String(PASSWORD))
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve(name + ".log").toFile())
                    .start());
        }
        for (Process each : running) {
            if (each.waitFor() != 0) {
                throw new IllegalStateException("keytool: exit code " + each.exitValue());
            }
        }
    }

    /** Returns a context that proves to be {@code own} and trusts {@code trusted}. */
    public SSLContext context(List<String> own, String... trusted) throws GeneralSecurityException, IOException {
        KeyStore none = KeyStore.getInstance("PKCS12");
        none.load(null, PASSWORD);
        return context(own.isEmpty() ? none : load(own.get(0)), trusted);
    }

    /** The same with a key that is somewhere else. */
    SSLContext context(KeyStore own, String... trusted) throws GeneralSecurityException, IOException {
        KeyStore anchors = KeyStore.getInstance("PKCS12");
        anchors.load(null, PASSWORD);
        for (String name : trusted) {
            anchors.setCertificateEntry(name, load(name).getCertificate(name));
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(anchors);
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(own, PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }

    /** Writes a certificate, and where wanted its key, as OpenSSL reads them. */
    Path writePem(String name, boolean withKey) throws GeneralSecurityException, IOException {
        KeyStore store = load(name);
        String pem = pem("CERTIFICATE", store.getCertificate(name).getEncoded());
        if (withKey) {
            pem += pem("PRIVATE KEY", store.getKey(name, PASSWORD).getEncoded());
        }
        return Files.writeString(folder.resolve(name + ".pem"), pem);
    }

    static String pem(String what, byte[] der) {
        String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return "-----BEGIN " + what + "-----\n" + base64 + "\n-----END " + what + "-----\n";
    }

    private KeyStore load(String name) throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file(name))) {
            store.load(in, PASSWORD);
        }
        return store;
    }

    private Path file(String name) {
        return folder.resolve(name + ".p12");
    }
}
