// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.app;

import io.twinbank.publisher.Keys;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A certificate authority of a day: certificates for the demo's servers and clients, made on the spot. */
final class DemoPki {
    private static final Duration VALID = Duration.ofDays(1);
    private final SecureRandom random = new SecureRandom();
    private final String password = Long.toHexString(random.nextLong()) + Long.toHexString(random.nextLong());
    private final KeyPair authorityKey = Keys.generate(Keys.Algorithm.P256);
    private final X509Certificate authority;

    DemoPki() throws GeneralSecurityException {
        this.authority = certificate("Twinbank demo CA", authorityKey, KeyPurpose.AUTHORITY);
    }

    private enum KeyPurpose {
        AUTHORITY,
        SERVER,
        CLIENT
    }

    /** A key with its certificate, and whom it trusts. */
    record Identity(KeyStore keyStore, String password, KeyStore trustStore) {
        /** Makes a context for TLS with mutual authentication. */
        SSLContext tls() throws GeneralSecurityException {
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(keyStore, password.toCharArray());
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(trustStore);
            SSLContext context = SSLContext.getInstance("TLSv1.3");
            context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
            return context;
        }

        void store(Path keyFile, Path trustFile) throws GeneralSecurityException, IOException {
            try (OutputStream out = Files.newOutputStream(keyFile)) {
                keyStore.store(out, password.toCharArray());
            }
            try (OutputStream out = Files.newOutputStream(trustFile)) {
                trustStore.store(out, password.toCharArray());
            }
        }

        @Override
        public String toString() {
            return "Identity"; // the password doesn't print
        }
    }

    Identity server() throws GeneralSecurityException {
        return identity("localhost", KeyPurpose.SERVER);
    }

    Identity client(String name) throws GeneralSecurityException {
        return identity(name, KeyPurpose.CLIENT);
    }

    private Identity identity(String name, KeyPurpose purpose) throws GeneralSecurityException {
        KeyPair pair = Keys.generate(Keys.Algorithm.P256);
        KeyStore keys = empty();
        Certificate[] chain = {certificate(name, pair, purpose), authority};
        keys.setKeyEntry("key", pair.getPrivate(), password.toCharArray(), chain);
        KeyStore trust = empty();
        trust.setCertificateEntry("ca", authority);
        return new Identity(keys, password, trust);
    }

    private static KeyStore empty() throws GeneralSecurityException {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            return store;
        } catch (IOException e) {
            throw new IllegalStateException("nothing was read", e);
        }
    }

    private X509Certificate certificate(String name, KeyPair pair, KeyPurpose purpose) throws GeneralSecurityException {
        Instant now = Instant.now();
        X500Name issuer = new X500Name("CN=Twinbank demo CA");
        JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                issuer,
                new BigInteger(127, random),
                Date.from(now.minus(Duration.ofHours(1))), // a clock may be a little off
                Date.from(now.plus(VALID)),
                new X500Name("CN=" + name),
                pair.getPublic());
        try {
            boolean isAuthority = purpose == KeyPurpose.AUTHORITY;
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(isAuthority));
            builder.addExtension(
                    Extension.keyUsage,
                    true,
                    new KeyUsage(isAuthority ? KeyUsage.keyCertSign : KeyUsage.digitalSignature));
            if (!isAuthority) {
                builder.addExtension(
                        Extension.extendedKeyUsage,
                        false,
                        new ExtendedKeyUsage(
                                purpose == KeyPurpose.SERVER
                                        ? KeyPurposeId.id_kp_serverAuth
                                        : KeyPurposeId.id_kp_clientAuth));
            }
            if (purpose == KeyPurpose.SERVER) {
                GeneralName[] names = {
                    new GeneralName(GeneralName.dNSName, "localhost"),
                    new GeneralName(GeneralName.iPAddress, "127.0.0.1")
                };
                builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(names));
            }
            return new JcaX509CertificateConverter()
                    .getCertificate(builder.build(
                            new JcaContentSignerBuilder("SHA256withECDSA").build(authorityKey.getPrivate())));
        } catch (CertIOException | OperatorCreationException e) {
            throw new GeneralSecurityException("a certificate for " + name + " can't be made", e);
        }
    }
}
