// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core;

import io.twinbank.core.internal.source.HttpProxy;
import io.twinbank.core.internal.source.HttpSettings;
import io.twinbank.core.internal.source.HttpSource;
import io.twinbank.core.internal.source.Mirror;
import io.twinbank.core.spi.PayloadSource;
import java.net.URI;
import java.nio.CharBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLContext;

/**
 * Builds a source of payloads by HTTPS: TLS 1.3 with host name verification, resumed by range requests that hold only for
 * the same version of the payload. Every agent has one with the platform's trust anchors; build one and give it to
 * {@link OtaAgentBuilder#payloadSource} for own anchors, a client certificate, or plain HTTP. Not thread-safe.
 *
 * <p>What is wrong with the payload ends the update: a client error (except 408, 425 and 429), a redirect to another host,
 * a content coding. Everything else is tried again: no connection, a server error, a certificate that isn't trusted.
 */
public final class HttpPayloads {
    private Optional<SSLContext> sslContext = Optional.empty();
    private boolean allowHttp;
    private Duration connectTimeout = Duration.ofSeconds(10);
    private Duration readTimeout = Duration.ofSeconds(30);
    private Optional<HttpProxy> proxy = Optional.empty();
    private final Set<String> allowedHosts = new HashSet<>();
    private long rangeBytes = Long.MAX_VALUE;
    private final List<Mirror> mirrors = new ArrayList<>();

    private HttpPayloads() {}

    /**
     * Returns a builder.
     *
     * @return a fresh builder
     */
    public static HttpPayloads builder() {
        return new HttpPayloads();
    }

    /**
     * Sets whom to trust and how to prove who the device is; the platform's default otherwise.
     *
     * @param context with a key manager for mutual authentication
     * @return this
     */
    public HttpPayloads sslContext(SSLContext context) {
        this.sslContext = Optional.of(context);
        return this;
    }

    /**
     * Sets whether addresses with {@code http:} are served; not, by default. The signed digest protects the image all the
     * same, but not the knowledge of who fetches what.
     *
     * @param allow whether they are
     * @return this
     */
    public HttpPayloads allowHttp(boolean allow) {
        this.allowHttp = allow;
        return this;
    }

    /**
     * Sets how long a connection may take; 10 seconds by default.
     *
     * @param timeout from a millisecond to a day
     * @return this
     */
    public HttpPayloads connectTimeout(Duration timeout) {
        this.connectTimeout = checked("connectTimeout", timeout);
        return this;
    }

    /**
     * Sets after how much silence a server counts as gone; 30 seconds by default.
     *
     * @param timeout from a millisecond to a day
     * @return this
     */
    public HttpPayloads readTimeout(Duration timeout) {
        this.readTimeout = checked("readTimeout", timeout);
        return this;
    }

    /**
     * Has everything fetched through an HTTP proxy: every request and every redirect, whatever the process's own settings of proxies
     * say. TLS goes through a tunnel ({@code CONNECT}), so that the proxy sees the host and the port, and no more. What the proxy
     * refuses is tried again: nothing is wrong with the payload.
     *
     * @param host its name or address; looked up again at each connection
     * @param port its port
     * @return this
     */
    public HttpPayloads proxy(String host, int port) {
        proxy = Optional.of(new HttpProxy(checkedHost(host), checkedPort(port), null));
        return this;
    }

    /**
     * The same, with a user and a password (Basic, RFC 7617; others aren't spoken). They go to the proxy only, in the clear, with
     * each connection; by plain HTTP copies of them stay in the memory for a while.
     *
     * @param host its name or address
     * @param port its port
     * @param user without a colon
     * @param password wiped before this returns or throws
     * @return this
     */
    public HttpPayloads proxy(String host, int port, String user, char[] password) {
        try {
            boolean printable = user.chars().noneMatch(Character::isISOControl)
                    && CharBuffer.wrap(password).chars().noneMatch(Character::isISOControl);
            if (user.isEmpty() || user.indexOf(':') >= 0 || !printable) {
                throw new IllegalArgumentException(
                        "a user has at least one character and no colon, user and password no control characters");
            }
            proxy = Optional.of(new HttpProxy(checkedHost(host), checkedPort(port), HttpProxy.basic(user, password)));
            return this;
        } finally {
            Arrays.fill(password, ' ');
        }
    }

    /**
     * Allows redirects to one more host; by default they are followed on the same host only. Never from {@code https} to {@code
     * http}, and at most three. To a host that is allowed the TLS client shows its certificate if it is asked to: what else proves
     * who somebody is, isn't sent to any host.
     *
     * @param host its name, not a pattern
     * @return this
     */
    public HttpPayloads allowHost(String host) {
        allowedHosts.add(checkedHost(host).toLowerCase(Locale.ROOT));
        return this;
    }

    /**
     * Sets how many bytes are asked for at once; everything in one request by default. Some servers and content delivery networks
     * want bounded ranges, others count requests. The payload's version is checked with each range.
     *
     * @param bytes at least 1
     * @return this
     */
    public HttpPayloads rangeBytes(long bytes) {
        if (bytes < 1) {
            throw new IllegalArgumentException("rangeBytes must be at least 1, not " + bytes);
        }
        this.rangeBytes = bytes;
        return this;
    }

    /**
     * Adds a mirror: an address that begins with a prefix is also had at the replacement, with the rest of it unchanged. A payload's
     * own address is tried first, then the mirrors in the order in which they were added. After a failure (no connection, silence, too
     * slow, any status but a success) comes the next, and what works is stayed with, also for other payloads, until it fails. Only if
     * every place says that the payload can't be had, the update ends with that.
     *
     * <p>What a place says of a payload's version holds for that place. Where a download goes on at another one, nothing says that it
     * is the same payload, until the signed digest does: if that doesn't match, the payload is fetched once more from the begin, and
     * only then is it wrong.
     *
     * @param prefix such as {@code https://updates.example.com/}; ends with a slash
     * @param replacement such as {@code https://cache.site.example/updates/}; ends with a slash
     * @return this
     */
    public HttpPayloads mirror(URI prefix, URI replacement) {
        for (URI each : List.of(prefix, replacement)) {
            boolean http = "https".equalsIgnoreCase(each.getScheme()) || "http".equalsIgnoreCase(each.getScheme());
            if (!http
                    || each.getHost() == null
                    || each.getRawUserInfo() != null
                    || !each.toString().endsWith("/")) {
                throw new IllegalArgumentException(
                        "a mirror's prefix and replacement are https addresses that end with a slash, without a user");
            }
        }
        mirrors.add(new Mirror(prefix, replacement));
        return this;
    }

    /**
     * Builds the source.
     *
     * @return a source that may be used by several agents
     */
    public PayloadSource build() {
        return new HttpSource(new HttpSettings(
                sslContext, allowHttp, connectTimeout, readTimeout, proxy, allowedHosts, rangeBytes, mirrors));
    }

    private static String checkedHost(String host) {
        if (host.isBlank() || host.chars().anyMatch(each -> each <= ' ' || each == '/' || each == '@')) {
            throw new IllegalArgumentException("a host is a name or an address, not '" + host + "'");
        }
        return host;
    }

    private static int checkedPort(int port) {
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("a port is from 1 to 65535, not " + port);
        }
        return port;
    }

    private static Duration checked(String name, Duration timeout) {
        if (timeout.toMillis() < 1 || timeout.compareTo(Duration.ofDays(1)) > 0) {
            throw new IllegalArgumentException(name + " must be from a millisecond to a day, not " + timeout);
        }
        return timeout;
    }
}
