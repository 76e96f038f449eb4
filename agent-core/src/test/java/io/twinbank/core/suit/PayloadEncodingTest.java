// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.suit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.core.RejectReason;
import io.twinbank.core.RejectedException;
import io.twinbank.core.cbor.CborWriter;
import io.twinbank.core.cose.ContentAlgorithm;
import io.twinbank.core.cose.CoseEncrypt;
import io.twinbank.hal.BankId;
import io.twinbank.hal.Role;
import java.util.HexFormat;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PayloadEncodingTest {
    private static final ManifestVerifier VERIFIER = new ManifestVerifier(Limits.standard());
    private static final long GIB = 1L << 30;

    private static PayloadEncoding sealed(int chunkBytes) {
        return new PayloadEncoding(Optional.of(Fixtures.ENCRYPTION), OptionalInt.of(chunkBytes));
    }

    private static PayloadEncoding oneMessage(ContentAlgorithm algorithm) {
        CoseEncrypt info = Fixtures.encryption(algorithm, new byte[algorithm.ivBytes()]);
        return new PayloadEncoding(Optional.of(info), OptionalInt.empty());
    }

    private static InstallPlan plan(byte[] envelope) throws Exception {
        return VERIFIER.plan(
                VERIFIER.authenticate(envelope, Fixtures.policy(), Role.FIRMWARE), Fixtures.target(BankId.A));
    }

    @Test
    void encodedBytes_eachEncoding_isWhatIsFetched() {
        assertEquals(5, PayloadEncoding.IDENTITY.encodedBytes(5));
        assertEquals(5, oneMessage(ContentAlgorithm.A128CTR).encodedBytes(5));
        assertEquals(21, oneMessage(ContentAlgorithm.CHACHA20_POLY1305).encodedBytes(5));
        assertEquals(1024 + 16, sealed(1024).encodedBytes(1024));
        assertEquals(1025 + 32, sealed(1024).encodedBytes(1025));
        assertEquals(64 * GIB + 16 * (64 << 10), sealed(1 << 20).encodedBytes(64 * GIB));
    }

    @Test
    void plan_whatTheBuilderMade_carriesTheEncoding() throws Exception {
        for (PayloadEncoding encoding :
                new PayloadEncoding[] {sealed(65536), oneMessage(ContentAlgorithm.A256CTR), PayloadEncoding.IDENTITY}) {
            InstallPlan plan = plan(Fixtures.sign(Fixtures.builder()
                    .image(new EnvelopeBuilder.Image(
                            Digest.sha256Of(Fixtures.PAYLOAD), 8, "https://x.example/os", encoding))));

            assertEquals(encoding.toString(), plan.encoding().toString());
            assertEquals(8, plan.sizeBytes());
        }
    }

    @Test
    void plan_anEncryptedPayloadInTheEnvelope_isMeasuredAsItIsThere() throws Exception {
        PayloadEncoding encoding = sealed(1024);
        EnvelopeBuilder builder = Fixtures.builder()
                .image(new EnvelopeBuilder.Image(Digest.sha256Of(Fixtures.PAYLOAD), 8, "#os", encoding));

        InstallPlan plan = plan(Fixtures.sign(builder.integratedPayload("#os", new byte[24])));

        assertEquals(24, ((PayloadLocation.Integrated) plan.payload()).bytes().length);
    }

    /** Its digest would be that of a plaintext that nobody decrypts. */
    @Test
    void read_anEncryptedTrustSet_isUnsupported() throws Exception {
        byte[] envelope = Fixtures.sign(new EnvelopeBuilder(TrustManifest.COMPONENT, 7, Fixtures.VENDOR, Fixtures.CLASS)
                .image(new EnvelopeBuilder.Image(Digest.sha256Of(Fixtures.PAYLOAD), 8, "#trust", sealed(1024)))
                .integratedPayload("#trust", new byte[24]));
        Authentic authentic = VERIFIER.authenticate(envelope, Fixtures.policy(), Role.FIRMWARE);

        RejectedException e = assertThrows(
                RejectedException.class,
                () -> TrustManifest.read(authentic, Fixtures.target(BankId.A).identity(), VERIFIER));

        assertEquals(RejectReason.UNSUPPORTED, e.reason());
        assertTrue(e.rejection().found().endsWith("in chunks of 1024 bytes"), e.getMessage());
    }

    static Stream<Arguments> defects() {
        byte[] info = Fixtures.ENCRYPTION.encode();
        byte[] ctr = Fixtures.encryption(ContentAlgorithm.A128CTR, new byte[16]).encode();
        byte[] fullNonce = Fixtures.encryption(
                        ContentAlgorithm.A128GCM, HexFormat.of().parseHex("0102030405060708090a0b0c"))
                .encode();
        String unknown = "UNSUPPORTED: parameter payload-encoding (-258) other than identity (0), hashed chunks"
                + " ([[1, size, digest]]), the same with zstd frames ([[1, size, digest], [3, frame size, encoded size]]),"
                + " and sealed chunks ([[2, size]]) in the shared sequence (4) at byte N";
        return Stream.of(
                Arguments.of(unknown, info, steps(w -> w.array(a -> {})), 8),
                Arguments.of(unknown, info, steps(w -> w.array(a -> a.integer(2))), 8),
                Arguments.of(
                        unknown,
                        info,
                        steps(w -> w.array(a -> a.array(s -> s.integer(3).integer(65536)))),
                        8),
                Arguments.of(
                        unknown,
                        info,
                        steps(w -> w.array(
                                a -> a.array(s -> s.integer(2).integer(65536).integer(0)))),
                        8),
                Arguments.of(
                        "LIMIT_EXCEEDED: chunk size of payload-encoding (-258) at byte N (found 1023, expected at least"
                                + " 1024)",
                        info,
                        chunks(1023),
                        8),
                Arguments.of(
                        unknown,
                        info,
                        steps(w -> w.array(a -> a.array(s -> s.integer(1).integer(1024)))),
                        8),
                Arguments.of(
                        "LIMIT_EXCEEDED: chunk size of payload-encoding (-258) at byte N (found 1023, expected at least"
                                + " 1024)",
                        null,
                        hashedChunks(1023),
                        8),
                Arguments.of(
                        "LIMIT_EXCEEDED: CBOR at byte N (found 1048577, expected at most 1048576)",
                        null,
                        hashedChunks((1 << 20) + 1),
                        8),
                Arguments.of(
                        "LIMIT_EXCEEDED: frame size of payload-encoding (-258) at byte N (found 2048, expected a power of"
                                + " two of at least 4096)",
                        null,
                        frames(2048, 100),
                        8),
                Arguments.of(
                        "LIMIT_EXCEEDED: frame size of payload-encoding (-258) at byte N (found 5000, expected a power of"
                                + " two of at least 4096)",
                        null,
                        frames(5000, 100),
                        8),
                Arguments.of(
                        "LIMIT_EXCEEDED: CBOR at byte N (found 16777216, expected at most 8388608)",
                        null,
                        frames(16 << 20, 100),
                        8),
                Arguments.of(
                        "MALFORMED: encoded size of payload-encoding (-258) at byte N (found 0, expected at least 1)",
                        null,
                        frames(4096, 0),
                        8),
                // before hashes of chunks, twice, or of a step that isn't done here
                Arguments.of(
                        unknown,
                        null,
                        steps(w ->
                                w.array(a -> a.array(PayloadEncodingTest::frame).array(PayloadEncodingTest::hashed))),
                        8),
                Arguments.of(
                        unknown,
                        null,
                        steps(w ->
                                w.array(a -> a.array(PayloadEncodingTest::frame).array(PayloadEncodingTest::frame))),
                        8),
                Arguments.of(
                        unknown,
                        null,
                        steps(w -> w.array(a -> a.array(PayloadEncodingTest::hashed)
                                .array(s -> s.integer(4).integer(4096).integer(100)))),
                        8),
                Arguments.of(
                        unknown,
                        null,
                        steps(w -> w.array(a -> a.array(PayloadEncodingTest::hashed)
                                .array(s ->
                                        s.integer(3).integer(4096).integer(100).integer(0)))),
                        8),
                Arguments.of(
                        unknown,
                        info,
                        steps(w -> w.array(a -> a.array(PayloadEncodingTest::hashed)
                                .array(s -> s.integer(2).integer(65536)))),
                        8),
                Arguments.of("", info, chunks(1024), 8),
                Arguments.of("", info, chunks(1 << 20), 8),
                Arguments.of(
                        "LIMIT_EXCEEDED: CBOR at byte N (found 1048577, expected at most 1048576)",
                        info,
                        chunks((1 << 20) + 1),
                        8),
                Arguments.of("", info, chunks(1024), 1L << 42),
                Arguments.of(
                        "LIMIT_EXCEEDED: number of sealed chunks in payload-encoding (-258) (found 4294967297, expected at most 4294967296)",
                        info,
                        chunks(1024),
                        (1L << 42) + 1),
                Arguments.of(
                        "UNSUPPORTED: sealed chunks in payload-encoding (-258) (found no encryption-info (19), expected"
                                + " it set before)",
                        null,
                        chunks(1024),
                        8),
                Arguments.of(
                        "UNSUPPORTED_ALGORITHM: content algorithm of sealed chunks in payload-encoding (-258) (found"
                                + " A128CTR (-65534), expected one that authenticates)",
                        ctr,
                        chunks(1024),
                        8),
                Arguments.of(
                        "MALFORMED: nonce of sealed chunks in payload-encoding (-258) (found other bytes at its end, expected 5 zeros)",
                        fullNonce,
                        chunks(1024),
                        8),
                Arguments.of("", fullNonce, null, 8),
                Arguments.of("", info, null, Integer.MAX_VALUE - 64L),
                Arguments.of(
                        "LIMIT_EXCEEDED: image encrypted as one message by A128GCM (1) (found 2147483584 bytes, expected"
                                + " at most 2147483583 bytes; larger ones in sealed chunks)",
                        info,
                        null,
                        Integer.MAX_VALUE - 63L),
                Arguments.of("", ctr, null, 8 * GIB),
                Arguments.of(
                        "MALFORMED: COSE_Encrypt at byte N (found no tag, expected tag 96)", new byte[] {0}, null, 8));
    }

    private static Consumer<CborWriter> steps(Consumer<CborWriter> value) {
        return value;
    }

    private static Consumer<CborWriter> chunks(int bytes) {
        return w -> w.array(steps -> steps.array(step -> step.integer(2).integer(bytes)));
    }

    private static void frame(CborWriter step) {
        step.integer(3).integer(4096).integer(100);
    }

    private static void hashed(CborWriter step) {
        step.integer(1).integer(1024);
        Digest.sha256(new byte[32]).encode(step);
    }

    private static Consumer<CborWriter> frames(int bytes, long encodedBytes) {
        return w -> w.array(steps -> steps.array(PayloadEncodingTest::hashed)
                .array(step -> step.integer(3).integer(bytes).integer(encodedBytes)));
    }

    private static Consumer<CborWriter> hashedChunks(int bytes) {
        return w -> w.array(steps -> steps.array(step -> {
            step.integer(1).integer(bytes);
            Digest.sha256(new byte[32]).encode(step);
        }));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("defects")
    void judge_partsThatDontFit_areRefusedWithTheirNumbers(
            String refusal, byte[] encryptionInfo, Consumer<CborWriter> steps, long imageBytes) {
        byte[] envelope = new Forge()
                .shared(w -> {
                    Forge.identity(w);
                    w.integer(20).map(p -> {
                        Forge.digest(p);
                        p.entry(14).integer(imageBytes);
                        p.entry(21).text("https://updates.example/os.img");
                        if (encryptionInfo != null) {
                            p.entry(19).bytes(encryptionInfo);
                        }
                        if (steps != null) {
                            steps.accept(p.entry(-258));
                        }
                    });
                })
                .sign();
        String found;
        try {
            plan(envelope);
            found = "";
        } catch (Exception e) {
            found = e.getMessage().replaceAll("at byte \\d+", "at byte N");
        }

        assertEquals(refusal, found);
    }
}
