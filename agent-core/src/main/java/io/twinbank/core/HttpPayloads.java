// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core;

import io.twinbank.core.internal.source.HttpSource;
import io.twinbank.core.spi.PayloadSource;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Builds a source of payloads by HTTPS: TLS 1.3 with host name verification, resumed by range requests that hold only for
 * the same version of the payload. Every agent has one with the platform's trust anchors; build one and give it to
 * {@link OtaAgentBuilder#payloadSource} for own anchors, a client certificate, or plain HTTP. Not thread-safe.
 *
 * <p>What is wrong with the payload ends the update: a client error (except 408, 425 and 429), a redirect to another host,
 * a content coding. Everything else is tried again: no connection, a server error, a certificate that isn't trusted.
 */
public final class HttpPayloads {
    private @Nullable SSLContext sslContext;
    private boolean allowHttp;
    private Duration connectTimeout = Duration.ofSeconds(10);
    private Duration readTimeout = Duration.ofSeconds(30);

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
        this.sslContext = context;
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
     * Builds the source.
     *
     * @return a source that may be used by several agents
     */
    public PayloadSource build() {
        return new HttpSource(sslContext, allowHttp, connectTimeout, readTimeout);
    }

    private static Duration checked(String name, Duration timeout) {
        if (timeout.toMillis() < 1 || timeout.compareTo(Duration.ofDays(1)) > 0) {
            throw new IllegalArgumentException(name + " must be from a millisecond to a day, not " + timeout);
        }
        return timeout;
    }
}
