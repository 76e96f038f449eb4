// SPDX-License-Identifier: Apache-2.0
package io.twinbank.mqtt;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A certification authority made on the spot, with what tests need of it. */
final class TestPki {
    private static final char[] NO_PASSWORD = new char[0];
    private static final Duration DAY = Duration.ofDays(1);

    private final KeyPair keys = newKeys();
    private final X500Name name;
    private final X509Certificate certificate;
    private final Instant now = Instant.now();
    private int serial = 1;

    /** A key with its certificate. */
    record Identity(PrivateKey key, X509Certificate certificate) {}

    TestPki(String name) throws Exception {
        this.name = new X500Name("CN=" + name);
        this.certificate = sign(this.name, keys, now.minus(DAY), now.plus(DAY), true, null);
    }

    /** The authority's own. */
    X509Certificate certificate() {
        return certificate;
    }

    /** The broker's, valid for localhost and 127.0.0.1. */
    Identity broker() throws Exception {
        return broker(now.minus(DAY), now.plus(DAY), localNames());
    }

    Identity expiredBroker() throws Exception {
        return broker(now.minus(DAY), now.minus(Duration.ofHours(1)), localNames());
    }

    Identity notYetValidBroker() throws Exception {
        return broker(now.plus(Duration.ofHours(1)), now.plus(DAY), localNames());
    }

    Identity brokerOfAnotherHost() throws Exception {
        return broker(
                now.minus(DAY),
                now.plus(DAY),
                new GeneralNames(new GeneralName(GeneralName.dNSName, "elsewhere.example")));
    }

    Identity device(String id) throws Exception {
        return device(id, now.minus(DAY), now.plus(DAY));
    }

    Identity expiredDevice(String id) throws Exception {
        return device(id, now.minus(DAY), now.minus(Duration.ofHours(1)));
    }

    /** A context that trusts this authority and has no certificate of its own. */
    SSLContext contextWithoutIdentity() throws Exception {
        return context(null);
    }

    /** A context that trusts this authority and shows the identity. */
    SSLContext context(Identity identity) throws Exception {
        KeyManager[] keyManagers = null;
        if (identity != null) {
            KeyStore store = emptyStore();
            store.setKeyEntry("own", identity.key(), NO_PASSWORD, new Certificate[] {identity.certificate()});
            KeyManagerFactory factory = KeyManagerFactory.getInstance("PKIX");
            factory.init(store, NO_PASSWORD);
            keyManagers = factory.getKeyManagers();
        }
        KeyStore trust = emptyStore();
        trust.setCertificateEntry("ca", certificate);
        TrustManagerFactory trusting = TrustManagerFactory.getInstance("PKIX");
        trusting.init(trust);
        SSLContext context = SSLContext.getInstance("TLSv1.3");
        context.init(keyManagers, trusting.getTrustManagers(), null);
        return context;
    }

    Path writeAuthority(Path file) throws Exception {
        return pem(file, "CERTIFICATE", certificate.getEncoded());
    }

    static Path writeCertificate(Identity identity, Path file) throws Exception {
        return pem(file, "CERTIFICATE", identity.certificate().getEncoded());
    }

    static Path writeKey(Identity identity, Path file) throws IOException {
        return pem(file, "PRIVATE KEY", identity.key().getEncoded());
    }

    private Identity broker(Instant from, Instant to, GeneralNames names) throws Exception {
        KeyPair pair = newKeys();
        return new Identity(pair.getPrivate(), sign(new X500Name("CN=broker"), pair, from, to, false, names));
    }

    Identity device(String id, Instant from, Instant to) throws Exception {
        KeyPair pair = newKeys();
        return new Identity(pair.getPrivate(), sign(new X500Name("CN=" + id), pair, from, to, false, null));
    }

    private X509Certificate sign(
            X500Name subject, KeyPair pair, Instant from, Instant to, boolean authority, GeneralNames names)
            throws GeneralSecurityException, CertIOException, OperatorCreationException {
        JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                name, BigInteger.valueOf(serial++), Date.from(from), Date.from(to), subject, pair.getPublic());
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
        if (names != null) {
            builder.addExtension(Extension.subjectAlternativeName, false, names);
        }
        return new JcaX509CertificateConverter()
                .getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate())));
    }

    private static GeneralNames localNames() {
        return new GeneralNames(new GeneralName[] {
            new GeneralName(GeneralName.dNSName, "localhost"), new GeneralName(GeneralName.iPAddress, "127.0.0.1")
        });
    }

    private static KeyPair newKeys() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return generator.generateKeyPair();
    }

    private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    private static Path pem(Path file, String type, byte[] der) throws IOException {
        String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return Files.writeString(file, "-----BEGIN " + type + "-----\n" + base64 + "\n-----END " + type + "-----\n");
    }
}
