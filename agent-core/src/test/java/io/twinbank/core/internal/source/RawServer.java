// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.source;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import javax.net.ServerSocketFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;

/** An HTTP server that answers byte for byte what a test says, wrong or right, cut or silent. */
public final class RawServer implements AutoCloseable {
    /** Writes the whole answer, status line included; the connection is closed afterwards, unless it is kept. */
    public interface Handler {
        void answer(Request request, OutputStream out) throws IOException;
    }

    /** What was asked; the names of headers are in lower case. */
    public record Request(String path, Map<String, String> headers) {
        /** Returns where the asked range begins; 0 if there is none. */
        public long offset() {
            String range = headers.getOrDefault("range", "bytes=0-");
            return Long.parseLong(range.substring("bytes=".length(), range.indexOf('-')));
        }

        /** Returns before which byte the asked range ends. */
        long end(long size) {
            String range = headers.getOrDefault("range", "bytes=0-");
            String last = range.substring(range.indexOf('-') + 1);
            return last.isEmpty() ? size : Math.min(size, Long.parseLong(last) + 1);
        }
    }

    public final List<Request> requests = new CopyOnWriteArrayList<>();
    private final List<Socket> connections = new CopyOnWriteArrayList<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final ServerSocket server;
    private final Handler handler;
    private final String scheme;
    private final Thread acceptor;
    /** How many requests a connection takes until it is closed, without a word about it. */
    public volatile int requestsEach = 1;

    public RawServer(Handler handler) throws IOException {
        this(
                "http",
                ServerSocketFactory.getDefault().createServerSocket(0, 50, InetAddress.getLoopbackAddress()),
                handler);
    }

    /** An HTTPS server that demands a client certificate. */
    RawServer(SSLContext context, String protocol, Handler handler) throws IOException {
        this("https", secure(context, protocol), handler);
    }

    private RawServer(String scheme, ServerSocket server, Handler handler) {
        this.scheme = scheme;
        this.server = server;
        this.handler = handler;
        this.acceptor = start(this::accept);
    }

    /** Answers with a payload as a good server does. */
    public static void serve(byte[] payload, String tag, Request request, OutputStream out) throws IOException {
        boolean part =
                request.headers.containsKey("range") && tag.equals(request.headers.getOrDefault("if-range", tag));
        int from = part ? (int) request.offset() : 0;
        int end = part ? (int) request.end(payload.length) : payload.length;
        head(
                out,
                part ? "206 Partial Content" : "200 OK",
                "ETag: " + tag,
                "Content-Length: " + (end - from),
                "Content-Range: bytes " + from + "-" + (end - 1) + "/" + payload.length);
        out.write(payload, from, end - from);
    }

    /** The same, and is ready for another request. */
    public static void serveOn(byte[] payload, String tag, Request request, OutputStream out) throws IOException {
        int from = (int) request.offset();
        int end = (int) request.end(payload.length);
        write(
                out,
                "206 Partial Content",
                "ETag: " + tag,
                "Content-Length: " + (end - from),
                "Content-Range: bytes " + from + "-" + (end - 1) + "/" + payload.length);
        out.write(payload, from, end - from);
    }

    public static void head(OutputStream out, String status, String... headers) throws IOException {
        String[] all = Arrays.copyOf(headers, headers.length + 1);
        all[headers.length] = "Connection: close";
        write(out, status, all);
    }

    static void write(OutputStream out, String status, String... headers) throws IOException {
        String head = "HTTP/1.1 " + status + "\r\n" + String.join("\r\n", headers) + "\r\n\r\n";
        out.write(head.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** How many there were. */
    public int connections() {
        return connections.size();
    }

    public URI uri(String path) {
        return URI.create(scheme + "://localhost:" + server.getLocalPort() + path);
    }

    /** Says nothing until the server is closed. */
    public void sulk() {
        try {
            closed.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() throws IOException {
        closed.countDown();
        server.close();
        // An accept that is under way may still take one more connection.
        try {
            acceptor.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        for (Socket each : connections) {
            each.close();
        }
    }

    private static ServerSocket secure(SSLContext context, String protocol) throws IOException {
        SSLServerSocket socket = (SSLServerSocket)
                context.getServerSocketFactory().createServerSocket(0, 50, InetAddress.getLoopbackAddress());
        socket.setNeedClientAuth(true);
        socket.setEnabledProtocols(new String[] {protocol});
        return socket;
    }

    private static Thread start(Runnable work) {
        Thread thread = new Thread(work, "raw-server");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private void accept() {
        try {
            while (true) {
                Socket connection = server.accept();
                connection.setTcpNoDelay(true); // what is written in two pieces would wait for an acknowledgement
                connections.add(connection);
                start(() -> converse(connection));
            }
        } catch (IOException e) {
            // Closed by the test.
        }
    }

    private void converse(Socket connection) {
        try (connection) {
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(connection.getInputStream(), StandardCharsets.ISO_8859_1));
            for (int i = 0; i < requestsEach && answer(in, connection.getOutputStream()); i++) {}
        } catch (IOException e) {
            // The client went away, as some tests want.
        }
    }

    private boolean answer(BufferedReader in, OutputStream out) throws IOException {
        String first = in.readLine();
        Map<String, String> headers = new TreeMap<>();
        for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
            int colon = line.indexOf(':');
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).trim());
        }
        if (first == null) {
            return false;
        }
        Request request = new Request(first.split(" ")[1], headers);
        requests.add(request);
        handler.answer(request, out);
        return true;
    }
}
