// SPDX-License-Identifier: Apache-2.0
package io.twinbank.mqtt;

import static io.twinbank.mqtt.Patience.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.core.Offer;
import io.twinbank.core.spi.UpdateTransport.Report;
import io.twinbank.core.spi.UpdateTransport.ReportKind;
import io.twinbank.hal.contract.Needs;
import io.twinbank.hal.contract.Part;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Lossy, slow and changing networks, made by the kernel: the broker is in a network namespace of its own. */
@Tag("slow")
@Timeout(240)
@Needs({Part.MOSQUITTO, Part.NETNS, Part.NFTABLES})
class RoughNetworkIT {
    private static final int MESSAGES = 10;

    @TempDir
    Path folder;

    private NetNamespace network;
    private int devicesPort;
    private MosquittoBroker broker;
    private final RecordingListener listener = new RecordingListener(true);

    @BeforeEach
    void startBroker() throws Exception {
        network = new NetNamespace();
        devicesPort = MosquittoBroker.freePort();
        broker = MosquittoBroker.inside(network, folder, "listener " + devicesPort + " " + network.farAddress());
    }

    @AfterEach
    void stop() throws Exception {
        broker.close();
        network.close();
    }

    private MqttTransport transport(Duration keepAlive) {
        return MqttTransport.builder()
                .serverUri("tcp://" + network.farAddress() + ":" + devicesPort)
                .allowPlaintext(true)
                .deviceId("gw-1")
                .keepAlive(keepAlive)
                .backoff(Duration.ofMillis(100), Duration.ofMillis(500))
                .build();
    }

    @Test
    void aThirdOfThePacketsLost_nothingIsLostOrDoubledVisibly() throws Exception {
        network.lose(30, devicesPort);

        assertAllArrive(1000);
    }

    @Test
    void rateOf256kbit_nothingIsLostOrDoubledVisibly() throws Exception {
        network.limit("256kbit");

        assertAllArrive(20_000);
    }

    private void assertAllArrive(int size) throws Exception {
        try (Observer observer = Observer.of(broker, "observer");
                MqttTransport transport = transport(Duration.ofSeconds(30))) {
            transport.start(listener);
            List<Offer> expected = IntStream.range(0, MESSAGES)
                    .<Offer>mapToObj(i -> new Offer.Envelope(message(i, size)))
                    .toList();
            await().atMost(Duration.ofMinutes(1)).until(() -> listener.online.get() > 0);
            for (int i = 0; i < MESSAGES; i++) {
                observer.publish("twinbank/gw-1/offer", Topics.ENVELOPE, message(i, size), false, 1);
            }
            for (int i = 0; i < MESSAGES; i++) {
                sendUntilItArrives(transport, new Report(ReportKind.OUTCOME, "id-" + i, message(i, size)));
            }

            await().atMost(Duration.ofMinutes(2)).until(() -> listener.offers.containsAll(expected));
            assertEquals(expected, listener.offers.stream().distinct().toList());
            await().until(() -> seen(observer).size() == MESSAGES);
            assertEquals(IntStream.range(0, MESSAGES).mapToObj(i -> "id-" + i).toList(), seen(observer));
        }
    }

    private static List<String> seen(Observer observer) {
        return observer.on("twinbank/gw-1/report").stream()
                .map(Observer.Seen::idempotencyKey)
                .distinct()
                .toList();
    }

    /** As the agent does. */
    private static void sendUntilItArrives(MqttTransport transport, Report report) throws Exception {
        for (boolean arrived = false; !arrived; ) {
            try {
                transport.send(report).toCompletableFuture().get(60, TimeUnit.SECONDS);
                arrived = true;
            } catch (ExecutionException e) {
                await().until(() -> transport.trouble().isEmpty());
            }
        }
    }

    private static byte[] message(int number, int size) {
        return (number + " ".repeat(size)).getBytes(UTF_8);
    }

    @Test
    void addressTakenAway_isNoticedLongBeforeTheKeepAlive() throws Exception {
        try (MqttTransport transport = transport(Duration.ofHours(1))) {
            transport.start(listener);
            await().until(() -> transport.state() == MqttTransport.State.ONLINE);

            network.removeNearAddress();

            await().until(() -> !listener.offline.isEmpty());
            assertTrue(
                    listener.offline
                            .get(0)
                            .startsWith(LinkFailure.of(LinkFailure.Kind.ADDRESS_GONE, null)
                                    .text()),
                    listener.offline::toString);
            network.addNearAddress();
            await().until(() -> transport.state() == MqttTransport.State.ONLINE);
        }
    }

    @Test
    void routeTakenAway_isUnreachable() throws Exception {
        network.removeNearAddress();
        try (MqttTransport transport = transport(Duration.ofHours(1))) {
            transport.start(listener);

            await().until(() -> !listener.offline.isEmpty());
        }
        assertTrue(
                listener.offline
                        .get(0)
                        .startsWith(LinkFailure.of(LinkFailure.Kind.UNREACHABLE, null)
                                .text()),
                listener.offline::toString);
    }
}
