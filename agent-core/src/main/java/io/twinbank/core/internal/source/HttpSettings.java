// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.source;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLContext;

/**
 * How a source fetches.
 *
 * @param sslContext empty for the platform's default
 * @param allowHttp whether plain HTTP is allowed
 * @param connectTimeout how long a connection may take
 * @param readTimeout how long a server may be silent
 * @param proxy through whom everything goes
 * @param allowedHosts where redirects may lead to besides the same host, in lower case
 * @param rangeBytes how many bytes are asked for at once; {@link Long#MAX_VALUE} for all
 * @param mirrors where payloads are had besides their address, in order
 */
public record HttpSettings(
        Optional<SSLContext> sslContext,
        boolean allowHttp,
        Duration connectTimeout,
        Duration readTimeout,
        Optional<HttpProxy> proxy,
        Set<String> allowedHosts,
        long rangeBytes,
        List<Mirror> mirrors) {
    public HttpSettings {
        allowedHosts = Set.copyOf(allowedHosts);
        mirrors = List.copyOf(mirrors);
    }

    boolean inRanges() {
        return rangeBytes < Long.MAX_VALUE;
    }
}
