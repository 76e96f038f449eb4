// SPDX-License-Identifier: Apache-2.0
package io.twinbank.mqtt;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;

/**
 * A broker's address.
 *
 * @param host without the brackets of an IPv6 address
 * @param path of a WebSocket, with its query; empty otherwise
 */
record Server(Scheme scheme, String host, int port, String path) {
    /** How MQTT's packets get there. */
    enum Scheme {
        TCP(1883, false, false),
        SSL(8883, true, false),
        WS(80, false, true),
        WSS(443, true, true);

        private final int port;
        private final boolean secure;
        private final boolean webSocket;

        Scheme(int port, boolean secure, boolean webSocket) {
            this.port = port;
            this.secure = secure;
            this.webSocket = webSocket;
        }
    }

    /**
     * Reads an address.
     *
     * @throws IllegalArgumentException if it isn't one
     */
    static Server parse(String uri) {
        try {
            URI parsed = new URI(uri);
            Scheme scheme = scheme(String.valueOf(parsed.getScheme()));
            String path = String.valueOf(parsed.getRawPath());
            boolean bare = parsed.getRawUserInfo() == null
                    && parsed.getRawFragment() == null
                    && (scheme.webSocket || (path.isEmpty() && parsed.getRawQuery() == null));
            if (parsed.getHost() == null || !bare || parsed.getPort() == 0 || parsed.getPort() > 0xffff) {
                throw new IllegalArgumentException(
                        "must be like ssl://broker.example:8883 or wss://broker.example/mqtt, not " + uri);
            }
            String host = parsed.getHost();
            String query = parsed.getRawQuery() == null ? "" : "?" + parsed.getRawQuery();
            return new Server(
                    scheme,
                    host.startsWith("[") ? host.substring(1, host.length() - 1) : host,
                    parsed.getPort() < 0 ? scheme.port : parsed.getPort(),
                    scheme.webSocket ? (path.isEmpty() ? "/" : path) + query : "");
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    private static Scheme scheme(String name) {
        for (Scheme scheme : Scheme.values()) {
            if (scheme.name().equalsIgnoreCase(name)) {
                return scheme;
            }
        }
        throw new IllegalArgumentException("must begin with ssl://, wss://, tcp:// or ws://, not with " + name + "://");
    }

    /**
     * Returns another server, reached in the same way as this one.
     *
     * @param authority a host, with a port if it isn't the usual one
     * @throws IllegalArgumentException if it isn't that
     */
    Server elsewhere(String authority) {
        Server other = parse(prefix() + authority);
        if (!other.path.equals(scheme.webSocket ? "/" : "")) {
            throw new IllegalArgumentException("must be a host and a port, not " + authority);
        }
        return new Server(scheme, other.host, other.port, path);
    }

    boolean secure() {
        return scheme.secure;
    }

    boolean webSocket() {
        return scheme.webSocket;
    }

    String authority() {
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
    }

    String uri() {
        return prefix() + authority() + path;
    }

    private String prefix() {
        return scheme.name().toLowerCase(Locale.ROOT) + "://";
    }
}
