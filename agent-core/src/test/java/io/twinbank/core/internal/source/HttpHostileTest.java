// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.core.HttpPayloads;
import io.twinbank.core.spi.PayloadException;
import io.twinbank.core.spi.PayloadSource;
import io.twinbank.core.spi.PayloadSource.Request;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Servers that mean ill. */
class HttpHostileTest {
    private static final int SIZE = 100_000;

    private final PayloadSource source = HttpPayloads.builder()
            .allowHttp(true)
            .readTimeout(Duration.ofSeconds(20))
            .build();

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private PayloadSource.Stream open(RawServer server) throws IOException {
        return source.open(new Request(server.uri("/image"), 0, SIZE, Optional.empty()));
    }

    @Test
    void read_endlessInterimAnswers_isATroubleThatPasses() throws IOException {
        try (RawServer server = new RawServer((request, out) -> pour(out, bytes("HTTP/1.1 100 Continue\r\n\r\n")));
                PayloadSource.Stream stream = open(server)) {
            IOException trouble = assertThrows(IOException.class, () -> stream.read(ByteBuffer.allocate(10)));

            boolean isFinal =
                    trouble instanceof PayloadException answer && answer.kind() != PayloadException.Kind.RETRY;
            assertEquals(false, isFinal, trouble.toString());
        }
    }

    @Test
    void read_endlessHeaders_isATroubleThatPassesAndTakesLittle() throws IOException {
        AtomicLong poured = new AtomicLong();
        try (RawServer server = new RawServer((request, out) -> {
                    out.write(bytes("HTTP/1.1 200 OK\r\n"));
                    pour(
                            new OutputStream() {
                                @Override
                                public void write(int b) throws IOException {
                                    out.write(b);
                                }

                                @Override
                                public void write(byte[] b, int off, int len) throws IOException {
                                    out.write(b, off, len);
                                    poured.addAndGet(len);
                                }
                            },
                            bytes("X-Filler: " + "y".repeat(1000) + "\r\n"));
                });
                PayloadSource.Stream stream = open(server)) {
            assertThrows(IOException.class, () -> stream.read(ByteBuffer.allocate(10)));
        }
        assertTrue(poured.get() < 16 << 20, () -> poured + " bytes went through");
    }

    @Test
    void read_bodyWithoutAnEnd_givesNoMoreThanIsAskedFor() throws IOException {
        try (RawServer server = new RawServer((request, out) -> {
                    RawServer.head(out, "200 OK");
                    pour(out, new byte[8192]);
                });
                PayloadSource.Stream stream = open(server)) {
            ByteBuffer buffer = ByteBuffer.allocate(SIZE + 1);
            while (buffer.hasRemaining()) {
                assertTrue(stream.read(buffer) > 0);
            }
            assertEquals(SIZE + 1, stream.transferredBytes());
        }
    }

    @Test
    void close_whileTheHeadDoesNotCome_endsIt() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch over = new CountDownLatch(1);
        PayloadSource patient = HttpPayloads.builder()
                .allowHttp(true)
                .readTimeout(Duration.ofDays(1))
                .build();
        try (RawServer server = new RawServer((request, out) -> {
            out.write(bytes("HTTP/1.1 200 OK\r\nX"));
            asked.countDown();
            await(over);
        })) {
            PayloadSource.Stream stream = patient.open(new Request(server.uri("/image"), 0, SIZE, Optional.empty()));
            CompletableFuture<Boolean> reading = CompletableFuture.supplyAsync(() -> {
                try {
                    stream.read(ByteBuffer.allocate(10));
                    return false;
                } catch (IOException e) {
                    return true;
                }
            });
            asked.await();

            stream.close();

            assertTrue(reading.get());
            over.countDown();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void pour(OutputStream out, byte[] bytes) throws IOException {
        while (true) {
            out.write(bytes);
        }
    }
}
