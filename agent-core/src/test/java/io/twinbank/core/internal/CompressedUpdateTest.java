// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.core.Outcome;
import io.twinbank.core.RejectReason;
import io.twinbank.core.RejectedException;
import io.twinbank.core.Rejection;
import io.twinbank.core.internal.pipeline.FrameDecoders;
import io.twinbank.core.internal.pipeline.Framing;
import io.twinbank.core.suit.ChunkHashes;
import io.twinbank.core.suit.Digest;
import io.twinbank.core.suit.EnvelopeBuilder;
import io.twinbank.core.suit.Frames;
import io.twinbank.core.suit.PayloadEncoding;
import io.twinbank.hal.BankId;
import io.twinbank.hal.HalException;
import io.twinbank.hal.TrustAnchor;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;

/** The shipped agent on a fake board gets compressed updates. */
class CompressedUpdateTest {
    private static final Framing FRAMING = Framing.of(Gateway.NEW_IMAGE, 8192);

    private Gateway gateway;

    @BeforeEach
    void boot() throws HalException {
        gateway = new Gateway();
        gateway.board.bootControl().load(BankId.B, 2);
        gateway.board.trace().clear();
        gateway.served = FRAMING.payload();
    }

    private static byte[] envelope(PayloadEncoding encoding) {
        return Gateway.sign(Gateway.builder(11, 2)
                .image(new EnvelopeBuilder.Image(
                        Digest.sha256Of(Gateway.NEW_IMAGE),
                        Gateway.NEW_IMAGE.length,
                        "https://updates.example/os.zst",
                        encoding))
                .integratedPayload(
                        ChunkHashes.NAME, encoding.chunkHashes().orElseThrow().bytes()));
    }

    private Rejection rejection() {
        return assertInstanceOf(Outcome.Rejected.class, gateway.outcomes().get(0))
                .rejection();
    }

    @Test
    void offer_compressed_isInstalledAsAnyOther() {
        gateway.boot();

        gateway.offer(envelope(FRAMING.encoding(1024)));
        gateway.pass(Duration.ofSeconds(6));
        BankId running = gateway.boot();
        gateway.pass(Duration.ofSeconds(6));

        assertEquals(BankId.B, running);
        assertArrayEquals(
                Gateway.NEW_IMAGE, Arrays.copyOf(gateway.board.bank(BankId.B).content(), Gateway.NEW_IMAGE.length));
        assertEquals(List.of(new Outcome.Installed(false)), gateway.outcomes());
    }

    @Test
    void offer_framesLargerThanTheAgentAllows_isRefusedBeforeAnythingIsErased() {
        gateway.settings = builder -> builder.maxFrameBytes(4096);
        gateway.boot();

        gateway.offer(envelope(FRAMING.encoding(1024)));

        assertEquals(RejectReason.LIMIT_EXCEEDED, rejection().reason());
        assertEquals("8192 bytes", rejection().found());
        assertEquals("at most 4096 bytes (maxFrameBytes)", rejection().expected());
        assertEquals(List.of("store OUTCOMES"), gateway.board.trace().steps());
    }

    @Test
    void download_framesThatTheMakerSpoilt_neverVerifiesNorArms() {
        Framing spoilt = Framing.of(Gateway.NEW_IMAGE, 8192, encoded -> {
            encoded[4] |= 8;
            return encoded;
        });
        gateway.served = spoilt.payload();
        gateway.boot();

        gateway.offer(envelope(spoilt.encoding(1024)));
        gateway.pass(Duration.ofSeconds(6));

        assertEquals(RejectReason.MALFORMED, rejection().reason());
        assertTrue(
                rejection().detail().startsWith("frame 1 of 3, encoded at byte 32 of "),
                rejection().detail());
        assertFalse(gateway.board.trace().steps().contains("armTrial B"));
    }

    /** Sees what an agent sees, but no library that decodes zstd. */
    private static Supplier<String> without(String... packages) throws Exception {
        URL[] there = Stream.of(FrameDecoders.class, CompressedUpdateTest.class, TrustAnchor.class, Logger.class)
                .map(each -> each.getProtectionDomain().getCodeSource().getLocation())
                .toArray(URL[]::new);
        ClassLoader libraries = CompressedUpdateTest.class.getClassLoader();
        @SuppressWarnings("unchecked") // that is what it is
        Class<? extends Supplier<String>> probe = (Class<? extends Supplier<String>>)
                new URLClassLoader(there, ClassLoader.getPlatformClassLoader()) {
                    @Override
                    protected Class<?> findClass(String name) throws ClassNotFoundException {
                        boolean library = name.startsWith("io.airlift.") || name.startsWith("com.github.luben.");
                        if (library && Stream.of(packages).noneMatch(name::startsWith)) {
                            return libraries.loadClass(name);
                        }
                        return super.findClass(name);
                    }
                }.loadClass(Probe.class.getName());
        return probe.getDeclaredConstructor().newInstance();
    }

    /** Tells which decoder there is. */
    public static final class Probe implements Supplier<String> {
        public Probe() {}

        @Override
        public String get() {
            try {
                FrameDecoders decoders = new FrameDecoders(Frames.USUAL_FRAME_BYTES);
                return decoders.decoder(new Frames(Frames.Codec.ZSTD, 4096, 100))
                        .toString();
            } catch (RejectedException e) {
                return e.rejection().toString();
            }
        }
    }

    @Test
    void decoder_theNativeLibraryIsThere_isIt() throws Exception {
        assertTrue(without().get().startsWith("zstd by zstd-jni 1."), without().get());
    }

    @Test
    void decoder_onlyTheOneInJavaIsThere_isIt() throws Exception {
        assertEquals("zstd by aircompressor", without("com.github.luben.").get());
    }

    @Test
    void decoder_noLibrary_saysWhatToAdd() throws Exception {
        assertEquals(
                "UNSUPPORTED: library that decodes zstd (found none, expected io.airlift:aircompressor, or"
                        + " com.github.luben:zstd-jni, on the class path)",
                without("com.github.luben.", "io.airlift.").get());
    }
}
