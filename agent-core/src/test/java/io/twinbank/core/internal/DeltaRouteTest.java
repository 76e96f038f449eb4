// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.core.internal.pipeline.FrameDecoders;
import io.twinbank.core.suit.Digest;
import io.twinbank.core.suit.Frames;
import io.twinbank.core.suit.Limits;
import io.twinbank.core.suit.ManifestVerifier;
import io.twinbank.core.suit.PayloadEncoding;
import io.twinbank.core.suit.Route;
import io.twinbank.hal.BankId;
import io.twinbank.hal.ComponentId;
import io.twinbank.hal.contract.FakePlatform;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a delta of an image of 100 MiB is predicted to cost. */
class DeltaRouteTest {
    private static final long IMAGE_BYTES = 100 << 20;
    private static final int FRAME_BYTES = 1 << 20;

    private static DeltaRoute route(long encodedBytes) {
        FakePlatform board = FakePlatform.builder().build();
        Frames.Base base = new Frames.Base(Digest.sha256Of(new byte[] {1}), 1000);
        PayloadEncoding encoding = PayloadEncoding.IDENTITY.with(
                new Frames(Frames.Codec.DELTA, FRAME_BYTES, encodedBytes, Optional.of(base)));
        StepScheduler scheduler = new StepScheduler();
        return new DeltaRoute(
                new Route(URI.create("https://updates.example/os.delta"), encoding),
                IMAGE_BYTES,
                board.bank(BankId.A, ComponentId.of("os")),
                new Board(board, List.of(), new Records(board.stateStore()), new ManifestVerifier(Limits.standard())),
                new FrameDecoders(FRAME_BYTES),
                scheduler);
    }

    /** Frames before the one where it was left are fetched again, as far as they hang together. */
    @Test
    void predictedBytes_inTheMiddleOfAGroup_countsFromItsBegin() {
        DeltaRoute route = route(1_000_000);

        assertEquals(1_000_000, route.predictedBytes(0));
        assertEquals(680_000, route.predictedBytes(32L * FRAME_BYTES));
        assertEquals(680_000, route.predictedBytes(63L * FRAME_BYTES));
        assertEquals(360_000, route.predictedBytes(64L * FRAME_BYTES));
    }

    /** Less at once might never come to the frame where it was left. */
    @Test
    void pieceBytes_isAGroupOfFrames_orAllOfASmallDelta() {
        long group = 32L * (FRAME_BYTES + (FRAME_BYTES >> 8) + 64);

        long large = route(90L << 20).pieceBytes();

        assertEquals(1_000_000, route(1_000_000).pieceBytes());
        assertTrue(large >= group && large < group + (1 << 20), large + " bytes");
    }
}
