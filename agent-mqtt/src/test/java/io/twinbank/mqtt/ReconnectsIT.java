// SPDX-License-Identifier: Apache-2.0
package io.twinbank.mqtt;

import static io.twinbank.mqtt.Patience.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.hal.contract.Needs;
import io.twinbank.hal.contract.Part;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Reconnects leave no thread and no descriptor behind, and no heap to speak of; {@code -Dreconnects=1000} for more, at about three a second. */
@Tag("slow")
@Timeout(1200)
@Needs(Part.MOSQUITTO)
class ReconnectsIT {
    private static final int WARM_UP = 50;
    private static final int RECONNECTS = Integer.getInteger("reconnects", 100);
    /** What is in flight when it is measured. A connection that stays has some 30 KiB of buffers, a TLS session 0.5 KiB. */
    private static final long SLACK_BYTES = 96 << 10;

    @TempDir
    Path folder;

    /** What the process has at some time. */
    private record Held(int threads, long descriptors, long heap) {
        static Held now() throws Exception {
            long heap = Long.MAX_VALUE;
            for (int i = 0; i < 5; i++) {
                System.gc();
                System.runFinalization(); // TLS sockets have a finalizer on Java 17
                heap = Math.min(
                        heap,
                        Runtime.getRuntime().totalMemory()
                                - Runtime.getRuntime().freeMemory());
            }
            try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
                return new Held(Threads.names().size(), open.count(), heap);
            }
        }
    }

    @Test
    void reconnect_manyTimes_holdsNoMoreThanBefore() throws Exception {
        TestPki pki = new TestPki("devices");
        RecordingListener listener = new RecordingListener(true);
        try (MosquittoBroker broker = MosquittoBroker.start(folder, pki, pki.broker());
                TcpProxy proxy = new TcpProxy(broker.tlsPort());
                MqttTransport transport = MqttTransport.builder()
                        .serverUri("ssl://localhost:" + proxy.port())
                        .deviceId("gw-1")
                        .tls(pki.context(pki.device("gw-1")))
                        .backoff(Duration.ofMillis(1), Duration.ofMillis(2))
                        .build()) {
            transport.start(listener);
            reconnect(transport, proxy, WARM_UP);
            Held before = Held.now();

            reconnect(transport, proxy, RECONNECTS);
            listener.offline.clear();

            await().untilAsserted(() -> {
                Held after = Held.now();
                System.out.println("reconnects: " + RECONNECTS + " after the first " + WARM_UP + ": " + before
                        + ", then " + after);
                assertTrue(after.threads <= before.threads, () -> "threads: " + before + ", " + after);
                assertTrue(after.descriptors <= before.descriptors, () -> "descriptors: " + before + ", " + after);
                assertTrue(after.heap <= before.heap + SLACK_BYTES, () -> "heap: " + before + ", " + after);
            });
        }
        assertEquals(List.of(), Threads.names());
    }

    private static void reconnect(MqttTransport transport, TcpProxy proxy, int times) {
        for (int i = 0; i < times; i++) {
            await().pollInterval(Duration.ofMillis(2)).until(() -> transport.state() == MqttTransport.State.ONLINE);
            proxy.cut();
            await().pollInterval(Duration.ofMillis(1)).until(() -> transport.state() != MqttTransport.State.ONLINE);
        }
        await().until(() -> transport.state() == MqttTransport.State.ONLINE);
    }
}
