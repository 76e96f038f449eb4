// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.source;

import io.twinbank.core.spi.PayloadException;
import io.twinbank.core.spi.PayloadSource;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.URI;
import java.security.NoSuchAlgorithmException;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;

/**
 * Payloads by HTTPS, and by HTTP if allowed. On sockets of its own: {@code java.net.http.HttpClient} takes more than twice as long to
 * read a payload (benchmarks/README.md has the figures), and {@link HttpConnection} says what is wrong with the older one.
 */
public final class HttpSource implements PayloadSource {
    private final HttpSettings settings;
    private final Mirrors mirrors;
    private final AtomicBoolean rehearsed = new AtomicBoolean();

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

    /** Makes ready for a large payload by TLS, once. */
    void rehearse(long payloadBytes) {
        if (TlsRehearsal.isWorth(payloadBytes) && rehearsed.compareAndSet(false, true)) {
            TlsRehearsal.run();
        }
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

    /** Returns the proxy that leads to an address. What the whole process is told of proxies counts only where nothing was set here. */
    Optional<HttpProxy> proxy(URI uri) {
        ProxySelector process = ProxySelector.getDefault();
        if (settings.proxy().isPresent() || process == null) {
            return settings.proxy();
        }
        for (Proxy each : process.select(uri)) {
            if (each.type() == Proxy.Type.HTTP && each.address() instanceof InetSocketAddress address) {
                return Optional.of(new HttpProxy(address.getHostString(), address.getPort(), null));
            }
        }
        return Optional.empty();
    }

    SSLSocketFactory socketFactory() throws IOException {
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
