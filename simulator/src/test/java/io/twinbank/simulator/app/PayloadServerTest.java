// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.app;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.Arrays;
import java.util.Random;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PayloadServerTest {
    private final byte[] image = new byte[700_000];
    private SSLContext device;
    private PayloadServer server;
    private URI uri;

    @BeforeEach
    void serve() throws Exception {
        new Random(1).nextBytes(image);
        DemoPki pki = new DemoPki();
        device = pki.client("gateway-1").tls();
        server = new PayloadServer(pki.server().tls());
        uri = server.serve("fw-1.img", new PayloadServer.Payload() {
            @Override
            public long sizeBytes() {
                return image.length;
            }

            @Override
            public InputStream open(long offset) {
                return new ByteArrayInputStream(image, (int) offset, image.length);
            }
        });
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void get_whole_isWhole() throws Exception {
        HttpsURLConnection connection = connect(uri, device);

        assertArrayEquals(image, connection.getInputStream().readAllBytes());
        assertEquals(200, connection.getResponseCode());
        assertEquals(image.length, server.servedBytes());
    }

    @Test
    void get_rangeOfTheSameVersion_isTheRest() throws Exception {
        String tag = head(connect(uri, device));
        HttpsURLConnection connection = connect(uri, device);
        connection.setRequestProperty("Range", "bytes=650000-");
        connection.setRequestProperty("If-Range", tag);

        assertArrayEquals(
                Arrays.copyOfRange(image, 650_000, 700_000),
                connection.getInputStream().readAllBytes());
        assertEquals(206, connection.getResponseCode());
        assertEquals("bytes 650000-699999/700000", connection.getHeaderField("Content-Range"));
    }

    @Test
    void get_rangeOfAnotherVersion_isWhole() throws Exception {
        HttpsURLConnection connection = connect(uri, device);
        connection.setRequestProperty("Range", "bytes=650000-");
        connection.setRequestProperty("If-Range", "\"other\"");

        assertEquals(200, connection.getResponseCode());
        assertArrayEquals(image, connection.getInputStream().readAllBytes());
    }

    @Test
    void get_beyondTheEnd_is416() throws Exception {
        HttpsURLConnection connection = connect(uri, device);
        connection.setRequestProperty("Range", "bytes=700000-");

        assertEquals(416, connection.getResponseCode());
    }

    @Test
    void get_absent_is404() throws Exception {
        assertEquals(404, connect(uri.resolve("/other"), device).getResponseCode());
    }

    @Test
    void get_strangersCertificate_isRefused() throws Exception {
        SSLContext stranger = new DemoPki().client("gateway-1").tls();

        assertThrows(IOException.class, () -> connect(uri, stranger).getResponseCode());
    }

    private static String head(HttpsURLConnection connection) throws IOException {
        connection.getInputStream().readAllBytes();
        return connection.getHeaderField("ETag");
    }

    private static HttpsURLConnection connect(URI uri, SSLContext tls) throws IOException {
        HttpsURLConnection connection = (HttpsURLConnection) uri.toURL().openConnection();
        connection.setSSLSocketFactory(tls.getSocketFactory());
        return connection;
    }
}
