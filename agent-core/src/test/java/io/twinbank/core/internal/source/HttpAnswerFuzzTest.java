// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.source;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.twinbank.core.internal.source.HttpConnection.Origin;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a server sends, it is answers with an end, or a trouble; and never more bytes than it sent. */
@Tag("fuzz")
class HttpAnswerFuzzTest {
    private static final HttpSettings SETTINGS = new HttpSettings(
            Optional.empty(),
            true,
            Duration.ofSeconds(1),
            Duration.ofSeconds(1),
            Optional.empty(),
            Set.of(),
            Long.MAX_VALUE,
            List.of());

    static Stream<byte[]> answers() {
        return Stream.of(
                        "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabcHTTP/1.1 404 x\r\nContent-Length: 0\r\n\r\n",
                        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 206 x\r\nETag: \"v\"\r\nConnection: a, close\r\n\r\nabc",
                        "HTTP/1.1 200 x\r\nTransfer-Encoding: chunked\r\n\r\n3;a=b\r\nabc\r\n0\r\nTrailer: x\r\n\r\n",
                        "HTTP/1.0 200 x\nContent-Length: 1\nContent-Length: 1\n\na")
                .map(text -> text.getBytes(StandardCharsets.ISO_8859_1));
    }

    @Timeout(value = 3, unit = TimeUnit.MINUTES)
    @MethodSource("answers")
    @FuzzTest(maxDuration = "5s")
    void ask_anyAnswers_endOrAreATrouble(byte[] sent) {
        HttpConnection connection =
                new HttpConnection(Origin.of(URI.create("http://x.example/")), SETTINGS, Optional.empty());
        connection.over(new ByteArrayInputStream(sent), OutputStream.nullOutputStream());
        byte[] some = new byte[7];
        long came = 0;
        try {
            do {
                connection.ask("GET / HTTP/1.1\r\n\r\n");
                assertTrue(connection.status() >= 101, () -> "status " + connection.status());
                for (int got = connection.read(some, 0, some.length); got >= 0; got = connection.read(some, 0, 5)) {
                    assertTrue(got > 0);
                    came += got;
                }
            } while (connection.isReusable());
        } catch (IOException trouble) {
            trouble.getMessage();
        }
        assertTrue(came <= sent.length, came + " bytes of " + sent.length);
    }
}
