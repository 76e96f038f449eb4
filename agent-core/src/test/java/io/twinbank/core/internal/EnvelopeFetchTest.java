// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.core.Offer;
import io.twinbank.core.Outcome;
import io.twinbank.core.RejectReason;
import io.twinbank.core.Rejection;
import io.twinbank.core.policy.Phase;
import io.twinbank.core.policy.PhaseRule;
import io.twinbank.core.policy.SitePolicy;
import io.twinbank.core.spi.PayloadException;
import io.twinbank.core.spi.PayloadSource;
import io.twinbank.core.suit.Digest;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the shipped agent on a fake board fetches, and doesn't, when an offer only points to its envelope. */
class EnvelopeFetchTest {
    private static final byte[] NEW = Gateway.newEnvelope();

    /** Serves one envelope at {@code point:}, or fails, or drips a byte a second. */
    private final class Server implements PayloadSource {
        private byte[] envelope = NEW;
        private @Nullable IOException failure;
        private boolean dripping;
        private int opened;

        @Override
        public boolean serves(URI uri) {
            return uri.getScheme().equals("point");
        }

        @Override
        public Stream open(Request request) throws IOException {
            opened++;
            if (failure != null) {
                throw failure;
            }
            ByteBuffer left = ByteBuffer.wrap(envelope);
            return new Stream() {
                private boolean closed;

                @Override
                public int read(ByteBuffer dst) throws IOException {
                    if (dripping) {
                        gateway.scheduler.runUntil(gateway.scheduler.now().plusSeconds(1));
                    }
                    if (closed) {
                        throw new IOException("closed");
                    }
                    int count = Math.min(dripping ? 1 : left.remaining(), dst.remaining());
                    dst.put(left.slice().limit(count));
                    left.position(left.position() + count);
                    return count == 0 ? -1 : count;
                }

                @Override
                public Optional<String> validator() {
                    return Optional.empty();
                }

                @Override
                public void close() {
                    closed = true;
                }
            };
        }
    }

    private final Server server = new Server();
    private Gateway gateway;

    @BeforeEach
    void begin() throws Exception {
        gateway = new Gateway();
        gateway.settings = builder -> builder.payloadSource(server);
        gateway.gateOpen = false;
        gateway.boot();
    }

    private CompletableFuture<Outcome> point(byte[] meant, int sizeBytes) {
        CompletableFuture<Outcome> answer = gateway.agent
                .offer(new Offer.Pointer(
                        URI.create("point:envelope"),
                        sizeBytes,
                        Digest.sha256Of(meant).bytes()))
                .toCompletableFuture();
        gateway.scheduler.runUntil(gateway.scheduler.now());
        return answer;
    }

    private CompletableFuture<Outcome> point(byte[] meant) {
        return point(meant, meant.length);
    }

    private static Rejection rejection(CompletableFuture<Outcome> answer) {
        return assertInstanceOf(Outcome.Rejected.class, answer.join()).rejection();
    }

    @Test
    void pointer_toWhatIsPending_isFetchedOnce() {
        point(NEW);
        point(NEW);
        gateway.boot();
        point(NEW);

        assertEquals(1, server.opened);
        assertTrue(gateway.agent.status().totalBytes() > 0
                || gateway.agent.explain().contains("new image"));
    }

    @Test
    void pointer_monthsBytesAreCounted_envelopeIsAmongThem() throws Exception {
        SitePolicy policy = SitePolicy.builder()
                .budget(1_000_000)
                .rule(Phase.DOWNLOAD, PhaseRule.open().unmetered())
                .build();
        gateway.settings = builder -> builder.payloadSource(server).sitePolicy(policy);
        gateway.boot();

        point(NEW);

        assertTrue(gateway.agent.explain().contains("link"), gateway.agent.explain());
        assertEquals(
                NEW.length, new Records(gateway.board.stateStore()).standing().bytesThisMonth());
    }

    @Test
    void pointer_toWhatIsInstalled_isNotFetched() throws Exception {
        gateway.gateOpen = true;
        gateway.installNewImage();
        gateway.boot();
        gateway.pass(Duration.ofSeconds(6));

        CompletableFuture<Outcome> answer = point(NEW);

        assertInstanceOf(Outcome.Installed.class, answer.join());
        assertEquals(0, server.opened);
    }

    @Test
    void pointer_toWhatWasRefused_isFetchedOnce() {
        server.envelope = Gateway.envelope(10, 2, Gateway.NEW_IMAGE);

        Rejection first = rejection(point(server.envelope));
        Rejection second = rejection(point(server.envelope));

        assertEquals(RejectReason.SEQUENCE_TOO_LOW, first.reason());
        assertEquals(first, second);
        assertEquals(1, server.opened);
    }

    @Test
    void pointer_toMoreThanTheLimit_isNotFetched() {
        Rejection rejection = rejection(point(NEW, 1 << 30));

        assertEquals(RejectReason.LIMIT_EXCEEDED, rejection.reason());
        assertEquals(String.valueOf(1 << 30), rejection.found());
        assertEquals("at most 131072 bytes", rejection.expected());
        assertEquals(0, server.opened);
    }

    @Test
    void pointer_toAnotherEnvelope_isDigestMismatch() {
        byte[] other = NEW.clone();
        other[7] ^= 1;

        Rejection rejection = rejection(point(other));

        assertEquals(RejectReason.DIGEST_MISMATCH, rejection.reason());
        assertEquals(Digest.sha256Of(NEW).toString(), "sha-256:" + rejection.found());
    }

    @Test
    void pointer_toLessThanItSays_isPayloadShort() {
        server.envelope = Arrays.copyOf(NEW, 100);

        Rejection rejection = rejection(point(NEW));

        assertEquals(RejectReason.PAYLOAD_SHORT, rejection.reason());
        assertEquals("100", rejection.found());
        assertEquals(String.valueOf(NEW.length), rejection.expected());
    }

    @Test
    void pointer_serverInTrouble_isTriedFiveTimesInHalfAMinute() {
        server.failure = new PayloadException(PayloadException.Kind.RETRY, "503");
        CompletableFuture<Outcome> answer = point(NEW);

        gateway.pass(Duration.ofSeconds(29));
        assertEquals(4, server.opened);
        gateway.pass(Duration.ofSeconds(1));

        assertEquals(5, server.opened);
        assertEquals(RejectReason.PAYLOAD_UNAVAILABLE, rejection(answer).reason());
        assertEquals("the envelope can't be fetched: 503", rejection(answer).detail());
    }

    @Test
    void pointer_serverSaysNo_isNotTriedAgain() {
        server.failure = new PayloadException(PayloadException.Kind.FINAL, "404");

        assertEquals(RejectReason.PAYLOAD_UNAVAILABLE, rejection(point(NEW)).reason());
        assertEquals(1, server.opened);
    }

    /** A server that drips keeps the others waiting for as long as its envelope may take, and no longer. */
    @Test
    void pointer_serverDrips_isGivenUpAndOtherOffersAreTaken() {
        server.dripping = true;
        CompletableFuture<Outcome> answer = point(NEW);

        assertTrue(gateway.offer(Gateway.envelope(12, 2, Gateway.NEW_IMAGE)).isEmpty(), "taken");
        gateway.pass(Duration.ofMinutes(5));

        assertEquals(5, server.opened);
        assertEquals(
                "the envelope of " + NEW.length + " bytes didn't come within 30 s",
                rejection(answer).detail());
    }
}
