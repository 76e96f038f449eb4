// SPDX-License-Identifier: Apache-2.0
package io.twinbank.mqtt;

import io.twinbank.core.Offer;
import io.twinbank.core.spi.PayloadSource;
import io.twinbank.core.spi.UpdateTransport;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;

/** A process with a transport and a small heap, whose broker is whoever has the port. A command has it download. Ends with its standard input. */
final class FloodedDevice {
    private FloodedDevice() {}

    public static void main(String[] arguments) throws Exception {
        MqttTransport transport = MqttTransport.builder()
                .serverUri("tcp://127.0.0.1:" + arguments[0])
                .allowPlaintext(true)
                .deviceId("gw-1")
                .payloads(true)
                .backoff(Duration.ofMillis(1), Duration.ofMillis(5))
                .build();
        try (transport) {
            transport.start(new UpdateTransport.Listener() {
                @Override
                public void offered(Offer offer, Runnable settled) {
                    settled.run();
                }

                @Override
                public void commanded(byte[] command, Runnable settled) {
                    settled.run();
                    download(transport);
                }

                @Override
                public void online() {}

                @Override
                public void offline(String why) {}
            });
            while (System.in.read() >= 0) {}
            System.gc();
            Runtime heap = Runtime.getRuntime();
            System.out.println("heap " + (heap.totalMemory() - heap.freeMemory()) + " threads "
                    + Threads.names().size());
        }
    }

    private static void download(MqttTransport transport) {
        Thread reader = new Thread(() -> {
            try (PayloadSource.Stream stream = transport
                    .payloads()
                    .open(new PayloadSource.Request(URI.create("mqtt:gw.img"), 0, 1 << 20, Optional.empty()))) {
                while (stream.read(ByteBuffer.allocate(1000)) >= 0) {}
            } catch (IOException e) {
                System.err.println(e.getMessage());
            }
        });
        reader.setDaemon(true);
        reader.start();
    }
}
