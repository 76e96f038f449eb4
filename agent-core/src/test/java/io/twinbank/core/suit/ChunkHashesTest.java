// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.suit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.twinbank.core.RejectReason;
import io.twinbank.core.RejectedException;
import io.twinbank.core.Rejection;
import io.twinbank.core.cose.ContentAlgorithm;
import io.twinbank.core.cose.CoseEncrypt;
import io.twinbank.hal.BankId;
import io.twinbank.hal.Role;
import java.io.ByteArrayInputStream;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** The signed list of hashes: what the manifest says of it, and what the envelope must hold. */
class ChunkHashesTest {
    private static final ManifestVerifier VERIFIER = new ManifestVerifier(Limits.standard());
    private static final byte[] IMAGE = new byte[5000];

    private static ChunkHashes hashes(byte[] payload, int chunkBytes) throws Exception {
        return ChunkHashes.of(new ByteArrayInputStream(payload), chunkBytes);
    }

    private static EnvelopeBuilder builder(PayloadEncoding encoding) {
        return Fixtures.builder()
                .image(new EnvelopeBuilder.Image(
                        Digest.sha256Of(IMAGE), IMAGE.length, "https://x.example/os", encoding));
    }

    private static InstallPlan plan(EnvelopeBuilder builder) throws Exception {
        return VERIFIER.plan(
                VERIFIER.authenticate(Fixtures.sign(builder), Fixtures.policy(), Role.FIRMWARE),
                Fixtures.target(BankId.A));
    }

    private static Rejection refused(EnvelopeBuilder builder) {
        return assertThrows(RejectedException.class, () -> plan(builder)).rejection();
    }

    @Test
    void of_payload_hashesEachChunkAndTheShorterLast() throws Exception {
        ChunkHashes hashes = hashes(IMAGE, 1024);

        assertEquals(5, hashes.count());
        assertArrayEquals(Digest.sha256Of(new byte[1024]).bytes(), hashes.hash(3));
        assertArrayEquals(Digest.sha256Of(new byte[5000 - 4 * 1024]).bytes(), hashes.hash(4));
    }

    @Test
    void chunkBytesFor_payload_isTheSmallestThatFits() {
        assertEquals(1 << 16, ChunkHashes.chunkBytesFor(2048L << 16, 1 << 16));
        assertEquals(1 << 17, ChunkHashes.chunkBytesFor((2048L << 16) + 1, 1 << 16));
        assertEquals(1 << 20, ChunkHashes.chunkBytesFor(2048L << 20, 1 << 16));
        assertThrows(IllegalArgumentException.class, () -> ChunkHashes.chunkBytesFor((2048L << 20) + 1, 1 << 16));
    }

    @Test
    void plan_listInTheEnvelope_isThePlans() throws Exception {
        ChunkHashes hashes = hashes(IMAGE, 1024);

        InstallPlan plan = plan(
                builder(PayloadEncoding.IDENTITY.with(hashes)).integratedPayload(ChunkHashes.NAME, hashes.bytes()));

        assertEquals(Optional.of(hashes), plan.encoding().chunkHashes());
        assertEquals(IMAGE.length, plan.encoding().encodedBytes(IMAGE.length));
    }

    @Test
    void plan_noListInTheEnvelope_isUnavailable() throws Exception {
        Rejection rejection = refused(builder(PayloadEncoding.IDENTITY.with(hashes(IMAGE, 1024))));

        assertEquals(RejectReason.PAYLOAD_UNAVAILABLE, rejection.reason());
        assertEquals("payloads []", rejection.found());
        assertEquals("#chunks", rejection.expected());
    }

    @Test
    void plan_anotherList_isADigestMismatch() throws Exception {
        ChunkHashes hashes = hashes(IMAGE, 1024);
        byte[] other = hashes.bytes();
        other[0] ^= 1;

        Rejection rejection =
                refused(builder(PayloadEncoding.IDENTITY.with(hashes)).integratedPayload(ChunkHashes.NAME, other));

        assertEquals(RejectReason.DIGEST_MISMATCH, rejection.reason());
        assertEquals(Digest.sha256Of(other).toString(), rejection.found());
        assertEquals(Digest.sha256Of(hashes.bytes()).toString(), rejection.expected());
    }

    @Test
    void plan_listForAnotherSize_isMalformed() throws Exception {
        ChunkHashes hashes = hashes(new byte[5121], 1024);

        Rejection rejection = refused(
                builder(PayloadEncoding.IDENTITY.with(hashes)).integratedPayload(ChunkHashes.NAME, hashes.bytes()));

        assertEquals(RejectReason.MALFORMED, rejection.reason());
        assertEquals("6", rejection.found());
        assertEquals("5", rejection.expected());
    }

    @Test
    void plan_listThatIsNoMultipleOf32OrTooLong_exceedsTheLimit() throws Exception {
        ChunkHashes hashes = hashes(IMAGE, 1024);
        for (int bytes : new int[] {31, 2048 * 32 + 32}) {
            Rejection rejection = refused(builder(PayloadEncoding.IDENTITY.with(hashes))
                    .integratedPayload(ChunkHashes.NAME, Arrays.copyOf(hashes.bytes(), bytes)));

            assertEquals(RejectReason.LIMIT_EXCEEDED, rejection.reason());
            assertEquals(bytes + " bytes", rejection.found());
        }
    }

    @Test
    void plan_besideAnAlgorithmThatAuthenticates_isUnsupported() throws Exception {
        CoseEncrypt info = Fixtures.encryption(ContentAlgorithm.A128GCM, new byte[12]);
        ChunkHashes hashes = hashes(new byte[5016], 1024);

        Rejection rejection = refused(builder(new PayloadEncoding(Optional.of(info), OptionalInt.empty()).with(hashes))
                .integratedPayload(ChunkHashes.NAME, hashes.bytes()));

        assertEquals(RejectReason.UNSUPPORTED, rejection.reason());
        assertEquals("A128GCM (1)", rejection.found());
    }

    @Test
    void new_chunksOrListOutOfBounds_throws() {
        assertThrows(IllegalArgumentException.class, () -> new ChunkHashes(1023, new byte[32]));
        assertThrows(IllegalArgumentException.class, () -> new ChunkHashes((1 << 20) + 1, new byte[32]));
        assertThrows(IllegalArgumentException.class, () -> new ChunkHashes(1024, new byte[33]));
        assertThrows(IllegalArgumentException.class, () -> hashes(new byte[2048 * 1024 + 1], 1024));
    }
}
