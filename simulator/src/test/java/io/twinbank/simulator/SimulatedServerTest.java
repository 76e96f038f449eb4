// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.core.Offer;
import io.twinbank.core.spi.PayloadException;
import io.twinbank.core.spi.PayloadSource;
import io.twinbank.core.spi.UpdateTransport;
import io.twinbank.core.spi.UpdateTransport.Report;
import io.twinbank.core.spi.UpdateTransport.ReportKind;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class SimulatedServerTest {
    private static final URI PAYLOAD = URI.create("sim:/image");

    private final VirtualTime time = new VirtualTime();
    private final VirtualScheduler scheduler = new VirtualScheduler(time);
    private final SimulatedServer server = new SimulatedServer();
    private final List<String> heard = new ArrayList<>();

    private final UpdateTransport.Listener listener = new UpdateTransport.Listener() {
        @Override
        public void offered(Offer offer, Runnable settled) {
            heard.add("offered " + offer);
        }

        @Override
        public void commanded(byte[] command, Runnable settled) {}

        @Override
        public void online() {
            heard.add("online");
        }

        @Override
        public void offline(String why) {
            heard.add("offline");
        }
    };

    @Test
    void start_retainedOffer_isDeliveredAtEachConnection() {
        server.offer(new Offer.Envelope(new byte[3]));

        server.connect(scheduler, new Knowledge()).start(listener);
        assertFalse(server.isQuiet());
        pass();
        server.connect(scheduler, new Knowledge()).start(listener);
        pass();

        assertEquals(List.of("online", "offered Envelope[3 bytes]", "online", "offered Envelope[3 bytes]"), heard);
        assertTrue(server.isQuiet());
    }

    @Test
    void offer_whileOffline_isDeliveredWhenOnline() {
        server.online(false);
        server.connect(scheduler, new Knowledge()).start(listener);
        server.offer(new Offer.Envelope(new byte[3]));
        pass();

        server.online(true);
        pass();

        assertEquals(List.of("offline", "online", "offered Envelope[3 bytes]"), heard);
    }

    @Test
    void connect_again_silencesTheConnectionBefore() {
        server.connect(scheduler, new Knowledge()).start(listener);
        server.connect(scheduler, new Knowledge());
        pass();

        assertEquals(List.of(), heard);
    }

    @Test
    void send_sameReportTwice_isOneOutcome() {
        UpdateTransport transport = server.connect(scheduler, new Knowledge());
        transport.start(listener);
        Report report = new Report(ReportKind.OUTCOME, "u1", new byte[] {'{', '}'});

        CompletionStage<Void> acknowledged = transport.send(report);
        transport.send(report);
        transport.send(new Report(ReportKind.STATUS, "s1", new byte[0]));
        assertFalse(acknowledged.toCompletableFuture().isDone());
        pass();

        assertTrue(acknowledged.toCompletableFuture().isDone());
        assertEquals(3, server.reports().size());
        assertEquals(Map.of("u1", Set.of("{}")), server.outcomes());
    }

    @Test
    void send_offline_fails() {
        server.online(false);
        UpdateTransport transport = server.connect(scheduler, new Knowledge());
        transport.start(listener);

        CompletionStage<Void> acknowledged = transport.send(new Report(ReportKind.OUTCOME, "u1", new byte[0]));
        pass();

        assertTrue(acknowledged.toCompletableFuture().isCompletedExceptionally());
        assertEquals(List.of(), server.reports());
    }

    @Test
    void payload_fromAnOffset_isServedAndCounted() throws IOException {
        server.payload(PAYLOAD, new byte[3000]);

        assertEquals(2000, drain(1000));

        assertEquals(2000, server.bytesServed());
    }

    @Test
    void payload_connectionBreaks_failsOnce() throws IOException {
        server.payload(PAYLOAD, new byte[3000]);
        server.breakAfter(1000);

        assertThrows(IOException.class, () -> drain(0));

        assertEquals(3000, drain(0));
    }

    @Test
    void payload_unknown_isFinal() {
        assertFalse(server.payloadSource().serves(PAYLOAD));
        assertThrows(PayloadException.class, () -> drain(0));
    }

    private void pass() {
        long end = time.nanos() + 1_000_000_000;
        scheduler.run(() -> end, () -> false);
    }

    private int drain(long offset) throws IOException {
        int total = 0;
        try (PayloadSource.Stream in =
                server.payloadSource().open(new PayloadSource.Request(PAYLOAD, offset, 3000, Optional.empty()))) {
            ByteBuffer buffer = ByteBuffer.allocate(512);
            for (int length = in.read(buffer); length >= 0; length = in.read(buffer.clear())) {
                total += length;
            }
        }
        return total;
    }
}
