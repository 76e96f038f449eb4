// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.simulator.boot.Behaviour;
import io.twinbank.simulator.boot.SimImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SimImageTest {
    private final Bench bench = new Bench();
    private final SimImage.Spec spec = new SimImage.Spec("1.4.0-é", 3, Behaviour.FAILS_SELF_TEST);

    @Test
    void readHeader_whatWasWritten_isTheSameAndSigned() {
        byte[] image = bench.image(spec, 1000);

        SimImage.Header header = SimImage.readHeader(ByteBuffer.wrap(image)).orElseThrow();

        assertEquals(spec, header.spec());
        assertEquals(image.length, header.imageBytes());
        assertTrue(header.isSignedBy(bench.imageKeys.getPublic()));
        assertFalse(header.isSignedBy(bench.firmwareKeys.getPublic()));
    }

    @Test
    void readHeader_anyBitFlipped_isNotSigned() {
        byte[] image = bench.image(spec, 10);

        for (int bit = 0; bit < SimImage.HEADER_BYTES * 8; bit++) {
            image[bit / 8] ^= (byte) (1 << bit % 8);
            assertFalse(SimImage.readHeader(ByteBuffer.wrap(image))
                    .filter(header -> header.isSignedBy(bench.imageKeys.getPublic()))
                    .isPresent());
            image[bit / 8] ^= (byte) (1 << bit % 8);
        }
    }

    @Test
    void readHeader_somethingElse_isEmpty() {
        assertEquals(Optional.empty(), SimImage.readHeader(ByteBuffer.allocate(SimImage.HEADER_BYTES)));
        assertEquals(Optional.empty(), SimImage.readHeader(ByteBuffer.wrap(bench.image(spec, 0), 0, 191)));
    }

    @Test
    void write_bodyThatChanges_isRefused() {
        AtomicInteger opened = new AtomicInteger();
        SimImage.Body body = () -> new ByteArrayInputStream(new byte[] {(byte) opened.incrementAndGet()});

        assertThrows(
                IOException.class,
                () -> SimImage.write(OutputStream.nullOutputStream(), spec, body, bench.imageKeys.getPrivate()));
    }

    @Test
    void spec_outOfBounds_isRefused() {
        assertThrows(IllegalArgumentException.class, () -> new SimImage.Spec("x".repeat(65), 0, Behaviour.WORKS));
        assertThrows(IllegalArgumentException.class, () -> new SimImage.Spec("x", -1, Behaviour.WORKS));
    }
}
