// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.twinbank.core.AgentEvent;
import io.twinbank.core.Cause;
import io.twinbank.core.Outcome;
import io.twinbank.core.RejectReason;
import io.twinbank.core.cbor.CborReader;
import io.twinbank.core.cbor.Slice;
import io.twinbank.core.cose.CoseKey;
import io.twinbank.core.cose.CoseSign1;
import io.twinbank.core.internal.record.OutcomeRecord;
import io.twinbank.core.spi.SelfTest;
import io.twinbank.core.spi.UpdateTransport;
import io.twinbank.core.suit.Digest;
import io.twinbank.core.suit.EnvelopeBuilder;
import io.twinbank.core.suit.SuitReason;
import io.twinbank.core.suit.SuitReport;
import io.twinbank.hal.HalException;
import io.twinbank.hal.contract.FakeDeviceKeys;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The shipped agent on a fake board reports with SUIT_Reports that its device key signs. */
class SuitReportsTest {
    /** Takes reports, or loses them on the way back. */
    private static final class Server implements UpdateTransport {
        private final List<Map<String, String>> outcomes = new ArrayList<>();
        private boolean acknowledges = true;

        @Override
        public void start(Listener listener) {
            listener.online();
        }

        @Override
        public CompletionStage<Void> send(Report report) {
            if (report.kind() == ReportKind.OUTCOME) {
                outcomes.add(fields(report.json()));
                if (!acknowledges) {
                    return CompletableFuture.failedFuture(new IOException("the acknowledgement is lost"));
                }
            }
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void close() {}

        private static Map<String, String> fields(byte[] json) {
            Map<String, String> fields = new TreeMap<>();
            try (JsonParser parser = new JsonFactory().createParser(json)) {
                String name = "";
                for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                    if (token == JsonToken.FIELD_NAME) {
                        name = parser.currentName();
                    } else if (token.isScalarValue()) {
                        fields.put(name, parser.getText());
                    }
                }
                return fields;
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private final Server server = new Server();
    private final FakeDeviceKeys keys = new FakeDeviceKeys();
    private KeyPair deviceKey;
    private Gateway gateway;

    @BeforeEach
    void boot() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(256);
        deviceKey = generator.generateKeyPair();
        keys.signingKey(deviceKey);
        gateway = new Gateway(board -> board.keys(keys));
        gateway.settings = builder -> builder.transport(server).suitReports(true);
        gateway.boot();
    }

    private SuitReport verified(Map<String, String> outcome) throws Exception {
        byte[] message = Base64.getDecoder().decode(outcome.get("suitReport"));
        CoseSign1 signed = CoseSign1.decode(new CborReader(message, 8));
        byte[] payload = signed.payload().orElseThrow().toByteArray();
        signed.signature().verify(CoseKey.of(deviceKey.getPublic().getEncoded()), payload, new byte[0]);
        SuitReport report = SuitReport.decode(payload);
        assertEquals(Slice.of(outcome.get("id").getBytes(StandardCharsets.UTF_8)), report.nonce());
        return report;
    }

    private static byte[] anotherVendors() {
        return Gateway.sign(new EnvelopeBuilder(Gateway.OS, 11, Gateway.DEVICE, Gateway.CLASS)
                .image(new EnvelopeBuilder.Image(
                        Digest.sha256Of(Gateway.NEW_IMAGE),
                        Gateway.NEW_IMAGE.length,
                        "https://updates.example/os.img")));
    }

    @Test
    void report_installed_isSignedAndTrue() throws Exception {
        gateway.installNewImage();
        gateway.boot();

        Map<String, String> outcome = server.outcomes.get(0);
        SuitReport report = verified(outcome);

        assertEquals("Installed", outcome.get("outcome"));
        assertEquals(Optional.empty(), report.failure());
        assertEquals(outcome.get("manifestDigest"), report.manifestDigest().toString());
        assertFalse(report.entries().isEmpty());
    }

    @Test
    void report_refused_saysWhichConditionAndTheDevicesOwnValue() throws Exception {
        gateway.offer(anotherVendors());

        SuitReport report = verified(server.outcomes.get(0));
        SuitReport.Failure failure = report.failure().orElseThrow();

        assertTrue(report.encode().length <= OutcomeRecord.MAX_REPORT_BYTES);
        assertEquals(SuitReason.Ending.of(RejectReason.WRONG_VENDOR), failure.ending());
        assertEquals(List.of(1), List.copyOf(failure.step().measured().keySet()));
    }

    @Test
    void report_payloadIsAnother_tellsTheDigestThatWasFound() throws Exception {
        gateway.served = Gateway.OLD_IMAGE;
        gateway.boot();

        gateway.offer(Gateway.newEnvelope());
        gateway.pass(Duration.ofSeconds(6));
        SuitReport.Failure failure = verified(server.outcomes.get(0)).failure().orElseThrow();

        assertEquals(SuitReason.Ending.of(RejectReason.PAYLOAD_DIGEST), failure.ending());
        CborReader measured = failure.step().measured().get(3).reader(2);
        CborReader digest = measured.readBytes().reader(2);
        assertEquals(2, digest.readArray());
        assertEquals(-16, digest.readInteger());
        assertEquals(Slice.of(Digest.sha256Of(Gateway.OLD_IMAGE).bytes()), digest.readBytes());
    }

    @Test
    void report_rolledBack_isMadeOfTheStoredEnvelope() throws Exception {
        gateway.installNewImage();
        gateway.selfTest = SelfTest.Result.fail("modem is dead");
        gateway.boot();
        gateway.boot();

        SuitReport report = verified(server.outcomes.get(0));

        assertEquals(
                SuitReason.Ending.ROLLED_BACK, report.failure().orElseThrow().ending());
    }

    @Test
    void report_sentAgainAfterAReset_hasTheSameIdAndTheSameReport() throws Exception {
        server.acknowledges = false;
        gateway.offer(anotherVendors());
        server.acknowledges = true;
        gateway.boot();

        Map<String, String> first = server.outcomes.get(0);
        Map<String, String> second = server.outcomes.get(1);

        assertEquals(2, server.outcomes.size());
        assertEquals(verified(first), verified(second));
        assertNotEquals(first.get("suitReport"), second.get("suitReport")); // ECDSA is random; the id isn't
        first.remove("suitReport");
        second.remove("suitReport");
        assertEquals(first, second);
    }

    @Test
    void report_keysOutOfOrder_goesWithoutAndSaysSo() {
        keys.fail(Optional.of(new HalException(HalException.Kind.IO, "the token is gone")));

        gateway.offer(anotherVendors());

        assertEquals("Rejected", server.outcomes.get(0).get("outcome"));
        assertFalse(server.outcomes.get(0).containsKey("suitReport"));
        assertTrue(gateway.events.stream()
                .anyMatch(event -> event instanceof AgentEvent.Trouble trouble
                        && trouble.what().contains("without its SUIT_Report: the token is gone")));
    }

    @Test
    void report_keyThatMakesBadSignatures_goesWithout() throws Exception {
        KeyPair other = KeyPairGenerator.getInstance("EC").generateKeyPair();
        keys.signingKey(new KeyPair(deviceKey.getPublic(), other.getPrivate()));

        gateway.offer(anotherVendors());

        assertEquals("Rejected", server.outcomes.get(0).get("outcome"));
        assertFalse(server.outcomes.get(0).containsKey("suitReport"));
    }

    @Test
    void report_notAskedFor_isNeitherMadeNorStored() throws Exception {
        gateway.settings = builder -> builder.transport(server);
        gateway.boot();

        gateway.offer(anotherVendors());
        gateway.settings = builder -> builder.transport(server).suitReports(true);
        gateway.boot();

        assertFalse(server.outcomes.get(0).containsKey("suitReport"));
        assertEquals(1, server.outcomes.size());
    }

    @Test
    void report_cancelled_isOperationFailed() throws Exception {
        gateway.gateOpen = false;
        gateway.installNewImage();
        gateway.agent.cancel();
        gateway.pass(Duration.ofSeconds(6));

        assertEquals(List.of(new Outcome.Cancelled(Cause.OPERATOR)), gateway.outcomes());
        assertEquals(
                SuitReason.Ending.CANCELLED,
                verified(server.outcomes.get(0)).failure().orElseThrow().ending());
    }
}
