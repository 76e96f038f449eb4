// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.source;

import io.twinbank.core.internal.source.HttpConnection.NoAnswerException;
import io.twinbank.core.internal.source.HttpConnection.Origin;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The connections of one open payload: one to each host that has to do with it, kept from one range to the next, and until {@link #close}. */
final class HttpConnections {
    private final HttpSource source;
    private final List<HttpConnection> open = new ArrayList<>();
    private boolean closed;

    HttpConnections(HttpSource source) {
        this.source = source;
    }

    /**
     * Asks, by the connection that was kept if there is one. A server may close that at any time, so that what isn't answered is asked once
     * more, by a fresh one.
     *
     * @return with the answer's head
     */
    HttpConnection ask(URI uri, List<String> headers) throws IOException {
        Optional<HttpConnection> kept = kept(Origin.of(uri));
        if (kept.isPresent()) {
            try {
                kept.get().ask(head(kept.get(), uri, headers));
                return kept.get();
            } catch (NoAnswerException stale) {
                drop(kept.get());
            }
        }
        HttpConnection fresh = add(new HttpConnection(Origin.of(uri), source.settings(), source.proxy(uri)));
        fresh.connect(source.socketFactory());
        fresh.ask(head(fresh, uri, headers));
        return fresh;
    }

    private static String head(HttpConnection connection, URI uri, List<String> headers) {
        URI ascii = URI.create(uri.toASCIIString());
        boolean defaultPort =
                ascii.getPort() < 0 || connection.origin().port() == (HttpSource.isHttps(ascii) ? 443 : 80);
        String host = ascii.getHost() + (defaultPort ? "" : ":" + ascii.getPort());
        String path = ascii.getRawPath().isEmpty() ? "/" : ascii.getRawPath();
        String target = ascii.getRawQuery() == null ? path : path + "?" + ascii.getRawQuery();
        StringBuilder head = new StringBuilder("GET ");
        Optional<HttpProxy> plainProxy =
                connection.proxy().filter(proxy -> !connection.origin().secure());
        head.append(plainProxy.isPresent() ? "http://" + host + target : target)
                .append(" HTTP/1.1\r\nHost: ")
                .append(host)
                .append("\r\nUser-Agent: twinbank\r\nAccept-Encoding: identity\r\n");
        plainProxy
                .flatMap(HttpProxy::authorization)
                .ifPresent(value ->
                        head.append("Proxy-Authorization: ").append(value).append("\r\n"));
        headers.forEach(header -> head.append(header).append("\r\n"));
        return head.append("\r\n").toString();
    }

    private synchronized Optional<HttpConnection> kept(Origin origin) {
        Optional<HttpConnection> found =
                open.stream().filter(each -> each.origin().equals(origin)).findFirst();
        if (found.isPresent() && !found.get().isReusable()) {
            drop(found.get());
            return Optional.empty();
        }
        return found;
    }

    private synchronized HttpConnection add(HttpConnection connection) throws IOException {
        if (closed) {
            throw new IOException("closed");
        }
        open.add(connection);
        return connection;
    }

    private synchronized void drop(HttpConnection connection) {
        connection.close();
        open.remove(connection);
    }

    /** Ends whatever is under way. Idempotent; any thread. */
    synchronized void close() {
        closed = true;
        open.forEach(HttpConnection::close);
    }
}
