// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.source;

import io.twinbank.core.spi.PayloadException;
import io.twinbank.core.spi.PayloadSource;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.Socket;
import java.net.URI;
import java.net.URL;
import java.net.URLConnection;
import java.security.NoSuchAlgorithmException;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;

/**
 * Payloads by HTTPS, and by HTTP if allowed. On {@link HttpURLConnection}: it reads a payload in less than half of the time
 * that {@code java.net.http.HttpClient} takes (benchmarks/README.md has the figures).
 */
public final class HttpSource implements PayloadSource {
    private final HttpSettings settings;
    private final Mirrors mirrors;

    /**
     * Makes a source.
     *
     * @param settings how it fetches
     */
    public HttpSource(HttpSettings settings) {
        this.settings = settings;
        this.mirrors = new Mirrors(settings.mirrors());
    }

    /** Serves {@code http} as well where that isn't allowed, so that the refusal can say so. */
    @Override
    public boolean serves(URI uri) {
        return isHttps(uri) || "http".equalsIgnoreCase(uri.getScheme());
    }

    @Override
    public Stream open(Request request) throws IOException {
        check(request.uri());
        return new HttpStream(this, request);
    }

    HttpSettings settings() {
        return settings;
    }

    Mirrors mirrors() {
        return mirrors;
    }

    void check(URI uri) throws PayloadException {
        if (!isHttps(uri) && !settings.allowHttp()) {
            throw new PayloadException(
                    PayloadException.Kind.FINAL, uri + ": plain HTTP isn't allowed; HttpPayloads.allowHttp allows it");
        }
        if (uri.getHost() == null || uri.getRawUserInfo() != null) {
            throw new PayloadException(
                    PayloadException.Kind.FINAL, "an address must have a host, and no user or password in it");
        }
    }

    boolean mayBeSentTo(String host, URI from) {
        return host.equalsIgnoreCase(from.getHost()) || settings.allowedHosts().contains(host.toLowerCase(Locale.ROOT));
    }

    static boolean isHttps(URI uri) {
        return "https".equalsIgnoreCase(uri.getScheme());
    }

    /**
     * Prepares a connection, without connecting.
     *
     * @param sockets is told of the socket before it connects
     */
    HttpURLConnection prepare(URI uri, Consumer<Socket> sockets) throws IOException {
        if (!(connection(uri) instanceof HttpURLConnection connection)) {
            throw new IOException("no HTTP handler for " + uri);
        }
        if (connection instanceof HttpsURLConnection secure) {
            secure.setSSLSocketFactory(new TlsSockets(socketFactory(), plainSockets(uri), sockets));
        } else if (isHttps(uri)) {
            throw new IOException("no TLS for " + uri);
        } else {
            settings.proxy()
                    .flatMap(HttpProxy::authorization)
                    .ifPresent(value -> connection.setRequestProperty("Proxy-Authorization", value));
        }
        connection.setConnectTimeout((int) settings.connectTimeout().toMillis());
        connection.setReadTimeout((int) settings.readTimeout().toMillis());
        connection.setInstanceFollowRedirects(false);
        connection.setUseCaches(false);
        connection.setRequestProperty("Accept-Encoding", "identity");
        connection.setRequestProperty("User-Agent", "twinbank");
        // Without this the JDK keeps the socket, and a thread that watches it, after the download.
        connection.setRequestProperty("Connection", "close");
        return connection;
    }

    /** With a proxy, what the whole process is told of proxies doesn't count. */
    private URLConnection connection(URI uri) throws IOException {
        URL url = uri.toURL();
        Optional<HttpProxy> proxy = settings.proxy();
        if (proxy.isEmpty()) {
            return url.openConnection();
        }
        return url.openConnection(
                isHttps(uri) ? java.net.Proxy.NO_PROXY : proxy.get().forPlainHttp());
    }

    private Supplier<Socket> plainSockets(URI uri) {
        Optional<HttpProxy> proxy = settings.proxy();
        if (proxy.isEmpty()) {
            return Socket::new;
        }
        String authority = uri.getHost() + ":" + (uri.getPort() < 0 ? 443 : uri.getPort());
        return () -> proxy.get().tunnelTo(authority, settings.readTimeout());
    }

    private SSLSocketFactory socketFactory() throws IOException {
        if (settings.sslContext().isPresent()) {
            return settings.sslContext().get().getSocketFactory();
        }
        try {
            return SSLContext.getDefault().getSocketFactory();
        } catch (NoSuchAlgorithmException e) {
            throw new IOException("no default TLS context: " + e.getMessage(), e);
        }
    }
}
