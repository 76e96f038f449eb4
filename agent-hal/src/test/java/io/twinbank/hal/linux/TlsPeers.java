// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal.linux;

import java.io.IOException;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.Security;
import java.security.cert.Certificate;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/** A TLS 1.3 client whose key is on a token, and a server that wants to know who it is. */
final class TlsPeers {
    private TlsPeers() {}

    /**
     * Shakes hands.
     *
     * @param trusted the name of the client's certificate
     */
    static String whomTheServerSees(Pkcs11Token token, String trusted) throws Exception {
        KeyPair pair = SelfSigned.generate("secp256r1");
        Certificate certificate = SelfSigned.of("server", pair, Security.getProvider("SunEC"));
        KeyStore keys = KeyStore.getInstance("PKCS12");
        keys.load(null, null);
        keys.setKeyEntry("server", pair.getPrivate(), new char[0], new Certificate[] {certificate});
        return shakeHands(
                context(token.keyStore(), certificate),
                context(keys, token.keyStore().getCertificate(trusted)));
    }

    private static String shakeHands(SSLContext client, SSLContext server) throws Exception {
        try (SSLServerSocket listening =
                (SSLServerSocket) server.getServerSocketFactory().createServerSocket(0)) {
            listening.setNeedClientAuth(true);
            listening.setEnabledProtocols(new String[] {"TLSv1.3"});
            CompletableFuture<String> peer = CompletableFuture.supplyAsync(() -> {
                try (SSLSocket accepted = (SSLSocket) listening.accept()) {
                    accepted.getOutputStream().write(1);
                    return accepted.getSession().getPeerPrincipal().getName();
                } catch (IOException e) {
                    return e.toString();
                }
            });
            try (SSLSocket socket =
                    (SSLSocket) client.getSocketFactory().createSocket("localhost", listening.getLocalPort())) {
                if (socket.getInputStream().read() != 1) {
                    throw new IOException("the server closed");
                }
            }
            return peer.get();
        }
    }

    private static SSLContext context(KeyStore keys, Certificate trusted) throws Exception {
        KeyManagerFactory keyManagers = KeyManagerFactory.getInstance("PKIX");
        keyManagers.init(keys, new char[0]);
        KeyStore trust = KeyStore.getInstance("PKCS12");
        trust.load(null, null);
        trust.setCertificateEntry("trusted", trusted);
        TrustManagerFactory trustManagers = TrustManagerFactory.getInstance("PKIX");
        trustManagers.init(trust);
        SSLContext context = SSLContext.getInstance("TLSv1.3");
        context.init(keyManagers.getKeyManagers(), trustManagers.getTrustManagers(), null);
        return context;
    }
}
