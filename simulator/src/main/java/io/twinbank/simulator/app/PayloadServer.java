// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.app;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;

/**
 * An HTTPS server on a free port of loopback, with TLS 1.3 and client certificates: serves payloads of any size, whole or
 * from an offset on, and counts what it served.
 */
final class PayloadServer implements AutoCloseable {
    private static final Pattern RANGE = Pattern.compile("bytes=(\\d{1,18})-");
    private static final int CHUNK_BYTES = 256 << 10;
    private final HttpsServer server;
    private final ExecutorService threads;
    private final Map<String, Payload> payloads = new ConcurrentHashMap<>();
    private final AtomicLong servedBytes = new AtomicLong();

    /** What is served under one name. */
    interface Payload {
        long sizeBytes();

        /** Opens it at an offset. */
        InputStream open(long offset) throws IOException;
    }

    PayloadServer(SSLContext tls) throws IOException {
        this.server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        this.threads = Executors.newFixedThreadPool(2, task -> {
            Thread thread = new Thread(task, "demo-https");
            thread.setDaemon(true);
            return thread;
        });
        server.setHttpsConfigurator(new HttpsConfigurator(tls) {
            @Override
            public void configure(HttpsParameters parameters) {
                SSLParameters ours = getSSLContext().getDefaultSSLParameters();
                ours.setNeedClientAuth(true);
                ours.setProtocols(new String[] {"TLSv1.3"});
                parameters.setSSLParameters(ours);
            }
        });
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
    }

    /** Serves a payload from now on; returns where. */
    URI serve(String name, Payload payload) {
        payloads.put("/" + name, payload);
        return URI.create("https://localhost:" + port() + "/" + name);
    }

    int port() {
        return server.getAddress().getPort();
    }

    /** How many bytes of payloads went out since the start. */
    long servedBytes() {
        return servedBytes.get();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            Payload payload = payloads.get(path);
            if (payload == null) {
                exchange.sendResponseHeaders(404, -1);
                return;
            }
            long size = payload.sizeBytes();
            String tag = "\"" + path.substring(1) + "-" + size + "\"";
            exchange.getResponseHeaders().set("ETag", tag);
            exchange.getResponseHeaders().set("Accept-Ranges", "bytes");
            long offset = offset(exchange, tag);
            if (offset >= size) {
                exchange.getResponseHeaders().set("Content-Range", "bytes */" + size);
                exchange.sendResponseHeaders(416, -1);
                return;
            }
            if (offset > 0) {
                exchange.getResponseHeaders().set("Content-Range", "bytes " + offset + "-" + (size - 1) + "/" + size);
            }
            exchange.sendResponseHeaders(offset > 0 ? 206 : 200, size - offset);
            copy(payload, offset, exchange.getResponseBody());
        }
    }

    /** A range counts only for the version that the client began with (RFC 9110, section 13.1.5). */
    private static long offset(HttpExchange exchange, String tag) {
        String range = exchange.getRequestHeaders().getFirst("Range");
        String ifRange = exchange.getRequestHeaders().getFirst("If-Range");
        if (range == null || (ifRange != null && !ifRange.equals(tag))) {
            return 0;
        }
        Matcher matcher = RANGE.matcher(range);
        return matcher.matches() ? Long.parseLong(matcher.group(1)) : 0;
    }

    private void copy(Payload payload, long offset, OutputStream out) throws IOException {
        byte[] chunk = new byte[CHUNK_BYTES];
        try (InputStream in = payload.open(offset)) {
            for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
                out.write(chunk, 0, n);
                servedBytes.addAndGet(n);
            }
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
