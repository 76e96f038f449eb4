// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.source;

import io.twinbank.core.spi.PayloadException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/**
 * A connection by which one request follows another (RFC 9112), with TLS 1.3 or none. It is one payload's: Java's own keep theirs for
 * the whole process, with a thread, and take what a server sent behind an answer for the next one. Belongs to the fetch thread, but for
 * {@link #close}.
 */
final class HttpConnection {
    /** How long the head of an answer may be, with those of the interim answers before it. */
    static final int MAX_HEAD_BYTES = 64 << 10;

    private static final int MAX_CHUNK_LINE_BYTES = 1 << 10;
    private static final int BUFFER_BYTES = 8 << 10;
    private static final String[] PROTOCOLS = {"TLSv1.3"};
    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.([01]) ([1-5]\\d{2})(?: .*)?");
    private static final Pattern LENGTH = Pattern.compile("\\d{1,18}");
    private static final Pattern CHUNK = Pattern.compile("([0-9A-Fa-f]{1,12})[ \\t]*(?:;.*)?");
    private static final long UNTIL_CLOSED = -1;

    /** Whom it leads to. */
    record Origin(boolean secure, String host, int port) {
        static Origin of(URI uri) {
            boolean secure = HttpSource.isHttps(uri);
            int port = uri.getPort() >= 0 ? uri.getPort() : secure ? 443 : 80;
            return new Origin(secure, uri.getHost().toLowerCase(Locale.ROOT), port);
        }

        String authority() {
            return host + ":" + port;
        }
    }

    /** The connection broke, or brought something else, before an answer began: if it was kept, a fresh one may do better. */
    static final class NoAnswerException extends IOException {
        private static final long serialVersionUID = 1L;

        NoAnswerException(String what, IOException cause) {
            super(what, cause);
        }
    }

    private final Origin origin;
    private final HttpSettings settings;
    private final Optional<HttpProxy> proxy;
    /** Closing the one under TLS is the only way to end a connect, a handshake or a read at once. */
    private final Socket plain;

    private InputStream in = InputStream.nullInputStream();
    private OutputStream out = OutputStream.nullOutputStream();
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int position;
    private int limit;
    private int headLeft;

    private int status;
    private Map<String, String> headers = Map.of();
    private boolean chunked;
    /** How much of the body, or of its chunk, is to come. */
    private long left;

    private boolean bodyEnded;
    private boolean persistent;

    HttpConnection(Origin origin, HttpSettings settings, Optional<HttpProxy> proxy) {
        this.origin = origin;
        this.settings = settings;
        this.proxy = proxy;
        this.plain = settings.proxy().isPresent() ? new Socket(Proxy.NO_PROXY) : new Socket();
    }

    Origin origin() {
        return origin;
    }

    Optional<HttpProxy> proxy() {
        return proxy;
    }

    /** Connects, through the proxy if there is one, and shakes hands. */
    void connect(SSLSocketFactory factory) throws IOException {
        int connectMillis = (int) settings.connectTimeout().toMillis();
        if (proxy.isPresent()) {
            proxy.get().connect(plain, connectMillis);
        } else {
            plain.connect(new InetSocketAddress(origin.host(), origin.port()), connectMillis);
        }
        plain.setTcpNoDelay(true);
        plain.setSoTimeout((int) settings.readTimeout().toMillis());
        Socket socket = plain;
        if (origin.secure()) {
            if (proxy.isPresent()) {
                proxy.get().tunnel(plain, origin.authority());
            }
            socket = secure(factory);
        }
        over(socket.getInputStream(), socket.getOutputStream());
    }

    /** Begins with what comes and goes by these. */
    void over(InputStream answers, OutputStream requests) {
        in = answers;
        out = requests;
    }

    /** The host's name is checked whatever the process's defaults are. */
    private SSLSocket secure(SSLSocketFactory factory) throws IOException {
        SSLSocket socket = (SSLSocket) factory.createSocket(plain, origin.host(), origin.port(), true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setProtocols(PROTOCOLS);
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        return socket;
    }

    /**
     * Asks, and reads the answer's head.
     *
     * @param head of the request, to its end
     * @throws NoAnswerException if none began
     */
    void ask(String head) throws IOException {
        headLeft = MAX_HEAD_BYTES;
        persistent = false;
        bodyEnded = false;
        Matcher line;
        try {
            out.write(head.getBytes(StandardCharsets.ISO_8859_1));
            out.flush();
            line = statusLine();
        } catch (SocketTimeoutException silent) {
            throw silent;
        } catch (IOException broken) {
            throw new NoAnswerException("no answer from " + origin.authority() + ": " + broken, broken);
        }
        headers = readHeaders();
        while (status / 100 == 1 && status != 101) {
            line = statusLine();
            headers = readHeaders();
        }
        frame(line.group(1).equals("1"));
    }

    private Matcher statusLine() throws IOException {
        String line = line();
        Matcher matcher = STATUS.matcher(line);
        if (!matcher.matches()) {
            throw malformed("a status line", line);
        }
        status = Integer.parseInt(matcher.group(2));
        return matcher;
    }

    /** Those that there are more of are one, with commas in between (RFC 9110, section 5.2): where one is due that fits nothing. */
    private Map<String, String> readHeaders() throws IOException {
        Map<String, String> read = new LinkedHashMap<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            if (colon < 1 || line.charAt(0) <= ' ') {
                throw malformed("a header", line);
            }
            read.merge(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip(),
                    (one, other) -> one + ", " + other);
        }
        return read;
    }

    private void frame(boolean keeps) throws IOException {
        String coding = header("Transfer-Encoding");
        String length = header("Content-Length");
        chunked = coding.equalsIgnoreCase("chunked");
        if (!coding.isEmpty() && !chunked) {
            throw new PayloadException(
                    PayloadException.Kind.FINAL,
                    origin.authority() + ": transfer coding '" + printable(coding) + "' though none was accepted");
        }
        if (chunked) {
            left = 0;
        } else if (length.isEmpty()) {
            left = UNTIL_CLOSED;
        } else if (LENGTH.matcher(length).matches()) {
            left = Long.parseLong(length);
        } else {
            throw malformed("a Content-Length", length);
        }
        bodyEnded = left == 0 && !chunked;
        boolean closes = Arrays.stream(header("Connection").split(","))
                .anyMatch(option -> option.strip().equalsIgnoreCase("close"));
        persistent = keeps && !closes && left != UNTIL_CLOSED && (!chunked || length.isEmpty());
    }

    int status() {
        return status;
    }

    /** Returns a header of the answer; empty if there is none. */
    String header(String name) {
        return headers.getOrDefault(name.toLowerCase(Locale.ROOT), "");
    }

    /** Returns how long the answer says that its body is; asked before that is read. */
    OptionalLong bodyBytes() {
        return chunked || left == UNTIL_CLOSED ? OptionalLong.empty() : OptionalLong.of(left);
    }

    /**
     * Reads some of the body.
     *
     * @return -1 at its end
     */
    int read(byte[] dst, int offset, int most) throws IOException {
        if (chunked && left == 0 && !bodyEnded) {
            nextChunk();
        }
        if (bodyEnded) {
            return -1;
        }
        int got = readRaw(dst, offset, left == UNTIL_CLOSED ? most : (int) Math.min(most, left));
        if (left == UNTIL_CLOSED) {
            bodyEnded = got < 0;
        } else if (got < 0) {
            throw new EOFException(origin.authority() + " closed the connection with " + left + " bytes still to come");
        } else {
            left -= got;
            endOfPart();
        }
        return got;
    }

    private void endOfPart() throws IOException {
        if (left > 0) {
            return;
        }
        if (!chunked) {
            bodyEnded = true;
            return;
        }
        headLeft = MAX_CHUNK_LINE_BYTES;
        String rest = line();
        if (!rest.isEmpty()) {
            throw malformed("the end of a chunk", rest);
        }
    }

    private void nextChunk() throws IOException {
        headLeft = MAX_CHUNK_LINE_BYTES;
        String line = line();
        Matcher matcher = CHUNK.matcher(line);
        if (!matcher.matches()) {
            throw malformed("the size of a chunk", line);
        }
        left = Long.parseLong(matcher.group(1), 16);
        if (left == 0) {
            headLeft = MAX_HEAD_BYTES;
            readHeaders();
            bodyEnded = true;
        }
    }

    /** Tells whether another request may follow: the answer was read to its end, and nothing came behind it. */
    boolean isReusable() {
        return persistent && bodyEnded && position == limit && !plain.isClosed();
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        while (true) {
            if (position == limit && !fill()) {
                throw new EOFException(origin.authority() + " closed the connection instead of an answer");
            }
            if (headLeft-- == 0) {
                throw new IOException(origin.authority() + " answers with a head of more than " + MAX_HEAD_BYTES
                        + " bytes, or a line of a chunk of more than " + MAX_CHUNK_LINE_BYTES);
            }
            char next = (char) (buffer[position++] & 0xff);
            if (next == '\n') {
                int end = line.length();
                return end > 0 && line.charAt(end - 1) == '\r' ? line.substring(0, end - 1) : line.toString();
            }
            line.append(next);
        }
    }

    private int readRaw(byte[] dst, int offset, int most) throws IOException {
        if (position == limit && most >= BUFFER_BYTES) {
            return in.read(dst, offset, most);
        }
        if (position == limit && !fill()) {
            return -1;
        }
        int length = Math.min(most, limit - position);
        System.arraycopy(buffer, position, dst, offset, length);
        position += length;
        return length;
    }

    private boolean fill() throws IOException {
        position = 0;
        limit = Math.max(0, in.read(buffer, 0, BUFFER_BYTES));
        return limit > 0;
    }

    private IOException malformed(String what, String found) {
        return new IOException(origin.authority() + " doesn't speak HTTP: " + what + " is '" + printable(found) + "'");
    }

    static String printable(String text) {
        return text.length() <= 64 && isPrintable(text) ? text : "not printable, " + text.length() + " characters";
    }

    static boolean isPrintable(String text) {
        return text.chars().allMatch(each -> each >= ' ' && each <= '~');
    }

    /** Ends whatever is under way. Idempotent; any thread. */
    void close() {
        Quietly.close(plain);
    }
}
