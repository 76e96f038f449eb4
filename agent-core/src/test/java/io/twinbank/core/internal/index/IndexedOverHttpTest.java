// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.index;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.core.HttpPayloads;
import io.twinbank.core.internal.source.RawServer;
import io.twinbank.core.spi.PayloadException;
import io.twinbank.core.spi.PayloadSource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IndexedOverHttpTest {
    private static final int KIB = 1024;
    private static final String TAG = "\"v1\"";

    private final byte[] old = Indexed.text(1, 600 * KIB);
    private final Indexed indexed = Indexed.packed(changed(), KIB);
    private final Holdings holdings = indexed.find(old);
    private final FetchPlan plan = FetchPlan.of(indexed.index(), holdings, 0, 0);

    private byte[] changed() {
        byte[] image = old.clone();
        for (int block = 0; block < 600; block += 12) {
            image[block * KIB + 5]++;
        }
        return image;
    }

    private PayloadSource.Stream open(RawServer server) throws IOException {
        PayloadSource http = HttpPayloads.builder().allowHttp(true).build();
        return new IndexedSource(http, server.uri("/store"), indexed.index(), holdings, plan)
                .open(new PayloadSource.Request(server.uri("/store"), 0, indexed.image().length, Optional.empty()));
    }

    private static byte[] read(PayloadSource.Stream stream) throws IOException {
        ByteArrayOutputStream image = new ByteArrayOutputStream();
        ByteBuffer some = ByteBuffer.allocate(30_000);
        while (stream.read(some) >= 0) {
            image.write(some.array(), 0, some.position());
            some.clear();
        }
        return image.toByteArray();
    }

    /** A server that closes without a word, after so many requests. */
    @ParameterizedTest
    @CsvSource({"1000000, 1", "7, 8", "1, 50"})
    void read_ranges_goByAsFewConnectionsAsTheServerLetsThem(int requestsEach, int connections) throws IOException {
        try (RawServer server =
                new RawServer((request, out) -> RawServer.serveOn(indexed.fetched(), TAG, request, out))) {
            server.requestsEach = requestsEach;

            try (PayloadSource.Stream stream = open(server)) {
                assertArrayEquals(indexed.image(), read(stream));
                assertEquals(plan.bytes(), stream.transferredBytes());
            }

            assertEquals(50, plan.requests());
            assertEquals(50, server.requests.size());
            assertEquals(connections, server.connections());
        }
    }

    /** It would send the whole store for each range. */
    @Test
    void read_serverWithoutRanges_isFinalBeforeTheFirstByte() throws IOException {
        try (RawServer server = new RawServer((request, out) -> {
                    RawServer.head(out, "200 OK", "Content-Length: " + indexed.fetched().length);
                    out.write(indexed.fetched());
                });
                PayloadSource.Stream stream = open(server)) {
            PayloadException refused = assertThrows(PayloadException.class, () -> read(stream));

            assertEquals(PayloadException.Kind.FINAL, refused.kind());
            assertTrue(String.valueOf(refused.getMessage()).endsWith("the server must serve ranges"));
            assertEquals(0, stream.transferredBytes());
        }
    }

    @Test
    void read_storeChangesInBetween_isChanged() throws IOException {
        try (RawServer server = new RawServer((request, out) -> RawServer.serveOn(
                        indexed.fetched(), request.offset() > 200_000 ? "\"v2\"" : TAG, request, out));
                PayloadSource.Stream stream = open(server)) {
            server.requestsEach = 1000;

            PayloadException refused = assertThrows(PayloadException.class, () -> read(stream));

            assertEquals(PayloadException.Kind.CHANGED, refused.kind());
        }
    }
}
