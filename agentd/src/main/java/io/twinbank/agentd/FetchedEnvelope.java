// SPDX-License-Identifier: Apache-2.0
package io.twinbank.agentd;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;

/**
 * An envelope that an operator named. Nothing about it is believed.
 *
 * @param bytes as they are
 * @param folder where payloads may lie beside it
 */
record FetchedEnvelope(byte[] bytes, Path folder) {
    /** As the agent's own limit. */
    private static final int MAX_BYTES = 128 << 10;

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int OK = 200;

    static FetchedEnvelope of(String text) throws IOException {
        if (text.startsWith("https://")) {
            return new FetchedEnvelope(fetch(URI.create(text)), Path.of("").toAbsolutePath());
        } else if (text.matches("[a-z][a-z0-9+.-]+://.*")) {
            throw new IOException(text + ": only https addresses and files can be installed");
        }
        Path file = Path.of(text).toAbsolutePath();
        try (InputStream in = Files.newInputStream(file)) {
            Path folder = file.getParent();
            return new FetchedEnvelope(limited(in, text), folder == null ? file : folder);
        } catch (NoSuchFileException e) {
            throw new IOException(file + ": there is no such file", e);
        }
    }

    private static byte[] fetch(URI address) throws IOException {
        HttpClient client = HttpClient.newBuilder()
                .connectTimeout(LIMIT)
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();
        HttpRequest request = HttpRequest.newBuilder(address).timeout(LIMIT).build();
        try {
            HttpResponse<InputStream> response = client.send(request, HttpResponse.BodyHandlers.ofInputStream());
            try (InputStream body = response.body()) {
                if (response.statusCode() != OK) {
                    throw new IOException(address + ": the server answered " + response.statusCode());
                }
                return limited(body, address.toString());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(address + ": interrupted", e);
        }
    }

    private static byte[] limited(InputStream in, String name) throws IOException {
        byte[] bytes = in.readNBytes(MAX_BYTES + 1);
        if (bytes.length > MAX_BYTES) {
            throw new IOException(name + ": more than " + MAX_BYTES
                    + " bytes; name the envelope (.suit), the image is fetched by its address");
        }
        return bytes;
    }
}
