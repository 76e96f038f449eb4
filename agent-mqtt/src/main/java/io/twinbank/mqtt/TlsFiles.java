// SPDX-License-Identifier: Apache-2.0
package io.twinbank.mqtt;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * A TLS context from files, read again when the time or the size of one of them has changed: so a renewed certificate is used from the
 * next connection on. While the files don't fit together, because one is half written or broken, the context that was there goes on,
 * and what is wrong is told once. Replace files by renaming, the key last. Thread-safe.
 */
public final class TlsFiles implements TlsContexts {
    private static final char[] NO_PASSWORD = new char[0];
    private static final int MAX_FILE_BYTES = 1 << 20;
    private static final Pattern KEY =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");

    private final List<Path> files;
    private final Reader reader;
    private List<Stamp> seen = List.of();
    private @Nullable SSLContext context;

    private record Stamp(FileTime modified, long size, String inode) {}

    private record Own(PrivateKey key, List<X509Certificate> chain) {}

    @FunctionalInterface
    private interface Reader {
        Optional<Own> read() throws IOException, GeneralSecurityException;
    }

    private TlsFiles(List<Path> files, Reader reader) {
        this.files = files;
        this.reader = reader;
    }

    /**
     * Files in PEM.
     *
     * @param authorities certificates of the CAs that a broker's may come from
     * @param certificate the device's certificate, then those between it and its CA
     * @param key its private key in PKCS#8, not encrypted
     * @return what reads them, at the first connection
     */
    public static TlsFiles pem(Path authorities, Path certificate, Path key) {
        return new TlsFiles(List.of(authorities, certificate, key), () -> {
            List<X509Certificate> chain = certificates(certificate);
            return Optional.of(new Own(key(key, chain.get(0)), chain));
        });
    }

    /**
     * The CAs alone, where the device shows no certificate.
     *
     * @param authorities as for {@link #pem}
     * @return what reads them, at the first connection
     */
    public static TlsFiles authorities(Path authorities) {
        return new TlsFiles(List.of(authorities), Optional::empty);
    }

    /**
     * The device's key and certificate in a PKCS#12 store.
     *
     * @param authorities as for {@link #pem}
     * @param store with exactly one key
     * @param password of the store and of the key; copied
     * @return what reads them, at the first connection
     */
    public static TlsFiles pkcs12(Path authorities, Path store, char[] password) {
        char[] copy = password.clone();
        return new TlsFiles(List.of(authorities, store), () -> Optional.of(keyEntry(store, copy)));
    }

    @Override
    public synchronized SSLContext context(Consumer<String> notice) throws IOException, GeneralSecurityException {
        List<Stamp> now = new ArrayList<>();
        SSLContext before = context;
        try {
            for (Path file : files) {
                now.add(stamp(file));
            }
            if (before != null && now.equals(seen)) {
                return before;
            }
            context = make(certificates(files.get(0)), reader.read());
            seen = now;
            return context;
        } catch (IOException | GeneralSecurityException e) {
            if (before == null) {
                throw e;
            }
            if (!now.equals(seen)) {
                seen = now;
                notice.accept("the certificates on the disk changed but can't be used, so those from before go on: "
                        + e.getMessage());
            }
            return before;
        }
    }

    private static Stamp stamp(Path file) throws IOException {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return new Stamp(attributes.lastModifiedTime(), attributes.size(), String.valueOf(attributes.fileKey()));
        } catch (IOException e) {
            throw new IOException("can't read " + file + ": " + e, e);
        }
    }

    private static SSLContext make(List<X509Certificate> authorities, Optional<Own> own)
            throws IOException, GeneralSecurityException {
        KeyStore trust = emptyStore();
        for (int i = 0; i < authorities.size(); i++) {
            trust.setCertificateEntry("ca" + i, authorities.get(i));
        }
        TrustManagerFactory trusting = TrustManagerFactory.getInstance("PKIX");
        trusting.init(trust);
        SSLContext made = SSLContext.getInstance("TLSv1.3");
        if (own.isEmpty()) {
            made.init(null, trusting.getTrustManagers(), null);
            return made;
        }
        KeyStore keys = emptyStore();
        keys.setKeyEntry("own", own.get().key, NO_PASSWORD, own.get().chain.toArray(Certificate[]::new));
        KeyManagerFactory showing = KeyManagerFactory.getInstance("PKIX");
        showing.init(keys, NO_PASSWORD);
        made.init(showing.getKeyManagers(), trusting.getTrustManagers(), null);
        return made;
    }

    private static KeyStore emptyStore() throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    private static List<X509Certificate> certificates(Path file) throws IOException, GeneralSecurityException {
        Collection<? extends Certificate> found;
        try {
            found = CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(read(file)));
        } catch (GeneralSecurityException e) {
            throw new GeneralSecurityException(file + " isn't a file of certificates in PEM: " + e.getMessage(), e);
        }
        if (found.isEmpty()) {
            throw new GeneralSecurityException(file + " has no certificate");
        }
        return found.stream().map(X509Certificate.class::cast).toList();
    }

    private static PrivateKey key(Path file, X509Certificate certificate) throws IOException, GeneralSecurityException {
        Matcher matcher = KEY.matcher(new String(read(file), StandardCharsets.ISO_8859_1));
        if (!matcher.find()) {
            throw new GeneralSecurityException(
                    file + " has no whole \"BEGIN PRIVATE KEY\": expected PKCS#8 in PEM, not encrypted"
                            + " (openssl pkcs8 -topk8 -nocrypt)");
        }
        PrivateKey key;
        try {
            byte[] der = Base64.getMimeDecoder().decode(matcher.group(1));
            key = KeyFactory.getInstance(certificate.getPublicKey().getAlgorithm())
                    .generatePrivate(new PKCS8EncodedKeySpec(der));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new GeneralSecurityException(
                    file + " isn't a key of the certificate's algorithm, "
                            + certificate.getPublicKey().getAlgorithm() + ": " + e.getMessage(),
                    e);
        }
        return belongingTo(certificate, key, file);
    }

    /** A new certificate beside the old key, in the middle of a renewal, would only be noticed by the broker. */
    private static PrivateKey belongingTo(X509Certificate certificate, PrivateKey key, Path file)
            throws GeneralSecurityException {
        String algorithm = switch (key.getAlgorithm()) {
            case "EC" -> "SHA256withECDSA";
            case "RSA" -> "SHA256withRSA";
            default -> key.getAlgorithm();
        };
        byte[] probe = certificate.getEncoded();
        Signature signing = Signature.getInstance(algorithm);
        signing.initSign(key);
        signing.update(probe);
        byte[] signature = signing.sign();
        signing.initVerify(certificate.getPublicKey());
        signing.update(probe);
        if (!signing.verify(signature)) {
            throw new GeneralSecurityException("the key in " + file + " isn't that of the certificate of "
                    + certificate.getSubjectX500Principal().getName());
        }
        return key;
    }

    private static Own keyEntry(Path file, char[] password) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try {
            store.load(new ByteArrayInputStream(read(file)), password);
        } catch (IOException e) {
            throw new IOException(file + " isn't a PKCS#12 store with this password: " + e.getMessage(), e);
        }
        List<String> keys = new ArrayList<>();
        for (String alias : Collections.list(store.aliases())) {
            if (store.isKeyEntry(alias)) {
                keys.add(alias);
            }
        }
        if (keys.size() != 1) {
            throw new GeneralSecurityException(file + " has " + keys.size() + " keys, expected 1");
        }
        List<X509Certificate> chain = new ArrayList<>();
        for (Certificate certificate : store.getCertificateChain(keys.get(0))) {
            chain.add((X509Certificate) certificate);
        }
        PrivateKey key = (PrivateKey) store.getKey(keys.get(0), password);
        return new Own(belongingTo(chain.get(0), key, file), List.copyOf(chain));
    }

    private static byte[] read(Path file) throws IOException {
        try {
            if (Files.size(file) > MAX_FILE_BYTES) {
                throw new IOException("has " + Files.size(file) + " bytes, expected at most " + MAX_FILE_BYTES);
            }
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new IOException("can't read " + file + ": " + e, e);
        }
    }
}
