// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.source;

import io.twinbank.core.spi.PayloadException;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP proxy, and its words when it refuses.
 */
public final class HttpProxy {
    private static final int MAX_HEAD_BYTES = 16 << 10;
    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] (\\d{3})(?: .*)?");
    private static final Pattern CHALLENGE = Pattern.compile("(?im)^Proxy-Authenticate:[ \\t]*([\\w-]{1,32})");

    private final String host;
    private final int port;
    /** The value of Proxy-Authorization, in ASCII. */
    private final byte @Nullable [] authorization;

    /**
     * Makes a proxy.
     *
     * @param host its name or address
     * @param port its port
     * @param authorization made by {@link #basic}; null for none
     */
    public HttpProxy(String host, int port, byte @Nullable [] authorization) {
        this.host = host;
        this.port = port;
        this.authorization = authorization;
    }

    /**
     * Returns the value of a header that authenticates (RFC 7617).
     *
     * @param user without a colon
     * @param password not kept
     * @return in ASCII
     */
    public static byte[] basic(String user, char[] password) {
        ByteBuffer secret = StandardCharsets.UTF_8.encode(CharBuffer.wrap(password));
        byte[] name = (user + ":").getBytes(StandardCharsets.UTF_8);
        byte[] both = Arrays.copyOf(name, name.length + secret.remaining());
        secret.get(both, name.length, secret.remaining());
        byte[] encoded = Base64.getEncoder().encode(both);
        byte[] value = Arrays.copyOf("Basic ".getBytes(StandardCharsets.US_ASCII), 6 + encoded.length);
        System.arraycopy(encoded, 0, value, 6, encoded.length);
        secret.clear().put(new byte[secret.capacity()]);
        Arrays.fill(both, (byte) 0);
        Arrays.fill(encoded, (byte) 0);
        return value;
    }

    Optional<String> authorization() {
        return authorization == null
                ? Optional.empty()
                : Optional.of(new String(authorization, StandardCharsets.US_ASCII));
    }

    /** Connects a socket to the proxy. */
    void connect(Socket socket, int timeoutMillis) throws IOException {
        try {
            socket.connect(new InetSocketAddress(host, port), timeoutMillis);
        } catch (IOException e) {
            throw new IOException("no connection to " + this + ": " + e, e);
        }
    }

    /**
     * Has a connected socket lead to a host.
     *
     * @param authority the host's name and port
     */
    void tunnel(Socket socket, String authority) throws IOException {
        ask(socket, authority);
        check(head(socket), authority);
    }

    private void ask(Socket socket, String authority) throws IOException {
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        request.writeBytes(("CONNECT " + authority + " HTTP/1.1\r\nHost: " + authority + "\r\nUser-Agent: twinbank\r\n")
                .getBytes(StandardCharsets.ISO_8859_1));
        if (authorization != null) {
            request.writeBytes("Proxy-Authorization: ".getBytes(StandardCharsets.US_ASCII));
            request.writeBytes(authorization);
            request.writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII));
        }
        request.writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().write(request.toByteArray());
    }

    /**
     * Byte by byte: what comes behind the head is the tunnel's. A proxy that dribbles is as slow as any other source, and ended by those
     * who wait for bytes.
     */
    private String head(Socket socket) throws IOException {
        InputStream in = socket.getInputStream();
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n", head.length() - 4) < 0) {
            int next;
            try {
                next = in.read();
            } catch (SocketTimeoutException e) {
                throw new IOException(this + " didn't answer within " + socket.getSoTimeout() + " ms", e);
            }
            if (next < 0) {
                throw new EOFException(this + " closed the connection instead of an answer");
            }
            if (head.length() == MAX_HEAD_BYTES) {
                throw new IOException(this + " answers with a head of more than " + MAX_HEAD_BYTES + " bytes");
            }
            head.append((char) next);
        }
        return head.toString();
    }

    private void check(String head, String authority) throws IOException {
        Matcher line = STATUS.matcher(head.substring(0, head.indexOf("\r\n")));
        if (!line.matches()) {
            throw new IOException(this + " doesn't speak HTTP");
        }
        int status = Integer.parseInt(line.group(1));
        if (status / 100 != 2) {
            Matcher challenge = CHALLENGE.matcher(head);
            throw refused(status, authority, challenge.find() ? Optional.of(challenge.group(1)) : Optional.empty());
        }
    }

    /** Nothing is wrong with the payload: somebody will put the proxy right, and then it is fetched. */
    PayloadException refused(int status, String authority, Optional<String> wants) {
        String why;
        if (status == 407
                && wants.filter(scheme -> !"Basic".equalsIgnoreCase(scheme)).isPresent()) {
            why = "it wants authentication by " + wants.get() + ", and only Basic is spoken";
        } else if (status == 407) {
            why = authorization == null
                    ? "it wants a user and a password; HttpPayloads.proxy takes them"
                    : "it doesn't accept the user or the password; correct those in its configuration";
        } else if (status == 403 || status == 405) {
            why = "its rules forbid it; allow the host and port in its configuration";
        } else if (status >= 500) {
            why = "it can't reach the host, or is in trouble itself";
        } else {
            why = "expected 200";
        }
        return new PayloadException(
                PayloadException.Kind.RETRY,
                this + " refuses to connect to " + authority + " with status " + status + ": " + why);
    }

    /** Returns such as {@code proxy 192.0.2.1:3128}, without the user. */
    @Override
    public String toString() {
        return "proxy " + host + ":" + port;
    }
}
