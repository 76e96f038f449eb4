// SPDX-License-Identifier: Apache-2.0
package io.twinbank.benchmarks;

import io.twinbank.core.HttpPayloads;
import io.twinbank.core.spi.PayloadSource;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * Reads a payload of 256 MiB from a local server by the agent's HTTP client and by each of the JDK's two in turn: URL [ROUNDS].
 */
public final class HttpRead {
    private static final int BUFFER_BYTES = 256 << 10;

    private HttpRead() {}

    private interface Reader {
        InputStream open(URI uri) throws IOException, InterruptedException;
    }

    public static void main(String[] args) throws Exception {
        URI uri = URI.create(args[0]);
        int rounds = args.length > 1 ? Integer.parseInt(args[1]) : 9;
        HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        Reader urlConnection = HttpRead::openUrlConnection;
        Reader httpClient = each -> client.send(HttpRequest.newBuilder(each).build(), BodyHandlers.ofInputStream())
                .body();
        PayloadSource source = HttpPayloads.builder().allowHttp(true).build();
        Reader agent = each -> inputStream(source.open(new PayloadSource.Request(each, 0, 1, Optional.empty())));
        List<Double> own = new ArrayList<>();
        List<Double> old = new ArrayList<>();
        List<Double> young = new ArrayList<>();
        for (int i = -2; i < rounds; i++) {
            double first = mebibytesPerSecond(agent, uri);
            double second = mebibytesPerSecond(urlConnection, uri);
            double third = mebibytesPerSecond(httpClient, uri);
            if (i >= 0) {
                own.add(first);
                old.add(second);
                young.add(third);
            }
        }
        System.out.printf(
                "agent %.0f MiB/s, HttpURLConnection %.0f MiB/s, HttpClient %.0f MiB/s, ratios %.2f and %.2f (medians of %d)%n",
                median(own),
                median(old),
                median(young),
                median(own) / median(old),
                median(own) / median(young),
                rounds);
    }

    private static InputStream inputStream(PayloadSource.Stream stream) {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] dst, int offset, int length) throws IOException {
                return stream.read(ByteBuffer.wrap(dst, offset, length));
            }

            @Override
            public void close() {
                stream.close();
            }
        };
    }

    private static InputStream openUrlConnection(URI uri) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
        connection.setRequestProperty("Connection", "close");
        return connection.getInputStream();
    }

    private static double mebibytesPerSecond(Reader reader, URI uri) throws IOException, InterruptedException {
        byte[] buffer = new byte[BUFFER_BYTES];
        long bytes = 0;
        long begun = System.nanoTime();
        try (InputStream in = reader.open(uri)) {
            for (int got = in.read(buffer); got >= 0; got = in.read(buffer)) {
                bytes += got;
            }
        }
        return bytes / (double) (1 << 20) / ((System.nanoTime() - begun) / 1e9);
    }

    private static double median(List<Double> values) {
        List<Double> sorted = new ArrayList<>(values);
        Collections.sort(sorted);
        return sorted.get(sorted.size() / 2);
    }
}
