// SPDX-License-Identifier: Apache-2.0
package io.twinbank.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Reads a payload of 256 MiB from a local server by each of the JDK's two HTTP clients in turn: URL [ROUNDS]. What payload
 * sources are built on was chosen by this.
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
        List<Double> old = new ArrayList<>();
        List<Double> young = new ArrayList<>();
        for (int i = -2; i < rounds; i++) {
            double first = mebibytesPerSecond(urlConnection, uri);
            double second = mebibytesPerSecond(httpClient, uri);
            if (i >= 0) {
                old.add(first);
                young.add(second);
            }
        }
        System.out.printf(
                "HttpURLConnection %.0f MiB/s, HttpClient %.0f MiB/s, ratio %.2f (medians of %d)%n",
                median(old), median(young), median(old) / median(young), rounds);
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
