// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.source;

import io.twinbank.core.spi.PayloadException;
import io.twinbank.core.spi.PayloadSource;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.Socket;
import java.net.URI;
import java.net.URLConnection;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.function.Consumer;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * Payloads by HTTPS, and by HTTP if allowed. On {@link HttpURLConnection}: it reads a payload in less than half of the time
 * that {@code java.net.http.HttpClient} takes (benchmarks/README.md has the figures).
 */
public final class HttpSource implements PayloadSource {
    private final @Nullable SSLContext sslContext;
    private final boolean allowHttp;
    private final Duration connectTimeout;
    private final Duration readTimeout;

    /**
     * Makes a source.
     *
     * @param sslContext null for the platform's default
     * @param allowHttp whether plain HTTP is allowed
     * @param connectTimeout how long a connection may take
     * @param readTimeout how long a server may be silent
     */
    public HttpSource(
            @Nullable SSLContext sslContext, boolean allowHttp, Duration connectTimeout, Duration readTimeout) {
        this.sslContext = sslContext;
        this.allowHttp = allowHttp;
        this.connectTimeout = connectTimeout;
        this.readTimeout = readTimeout;
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

    void check(URI uri) throws PayloadException {
        if (!isHttps(uri) && !allowHttp) {
            throw new PayloadException(
                    PayloadException.Kind.FINAL, uri + ": plain HTTP isn't allowed; HttpPayloads.allowHttp allows it");
        }
        if (uri.getHost() == null || uri.getRawUserInfo() != null) {
            throw new PayloadException(
                    PayloadException.Kind.FINAL, "an address must have a host, and no user or password in it");
        }
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
        URLConnection opened = uri.toURL().openConnection();
        if (!(opened instanceof HttpURLConnection connection)) {
            throw new IOException("no HTTP handler for " + uri);
        }
        if (connection instanceof HttpsURLConnection secure) {
            secure.setSSLSocketFactory(new TlsSockets(socketFactory(), sockets));
        } else if (isHttps(uri)) {
            throw new IOException("no TLS for " + uri);
        }
        connection.setConnectTimeout((int) connectTimeout.toMillis());
        connection.setReadTimeout((int) readTimeout.toMillis());
        connection.setInstanceFollowRedirects(false);
        connection.setUseCaches(false);
        connection.setRequestProperty("Accept-Encoding", "identity");
        connection.setRequestProperty("User-Agent", "twinbank");
        // Without this the JDK keeps the socket, and a thread that watches it, after the download.
        connection.setRequestProperty("Connection", "close");
        return connection;
    }

    private SSLSocketFactory socketFactory() throws IOException {
        try {
            return (sslContext == null ? SSLContext.getDefault() : sslContext).getSocketFactory();
        } catch (NoSuchAlgorithmException e) {
            throw new IOException("no default TLS context: " + e.getMessage(), e);
        }
    }
}
