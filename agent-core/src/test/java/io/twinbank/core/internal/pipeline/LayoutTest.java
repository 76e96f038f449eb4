// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.hal.FlashGeometry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LayoutTest {
    @ParameterizedTest
    @CsvSource({
        "4096, 65536, 268435456, 16777216",
        "512, 4096, 200003, 40000",
        "1, 4096, 1, 1",
        "2048, 131072, 300000000, 1048576",
        "4096, 4194304, 300000000, 16777216",
        "524288, 524288, 300000000, 1",
    })
    void of_anyGeometry_keepsItsBounds(int write, int erase, long image, long checkpoint) {
        Layout layout = Layout.of(new FlashGeometry(1L << 30, write, erase), image, checkpoint);

        assertEquals(0, layout.checkpointBytes() % erase);
        assertEquals(0, layout.aheadBytes() % erase);
        assertTrue(layout.checkpointBytes() > 0 && layout.checkpointBytes() <= layout.aheadBytes());
        assertTrue(layout.aheadBytes() - checkpoint < erase, "rounded up to the erase size and not further");
        assertEquals(0, layout.chunkBytes() % write);
        assertEquals(0, layout.chunkBytes() % layout.unitBytes());
        assertTrue((long) layout.chunks() * layout.chunkBytes() <= 4 << 20, "constant memory");
        assertEquals(0, layout.eraseAheadBytes() % erase);
    }

    @Test
    void arrived_fastOrSlow_chunksGrowAndShrinkWithinBounds() {
        Layout layout = Layout.of(new FlashGeometry(1L << 30, 4096, 65536), 1 << 28, 16 << 20);
        Pace pace = new Pace(layout, 0);
        long now = 0;

        assertEquals(131_072, pace.chunkBytes());
        for (int i = 0; i < 40; i++) {
            pace.arrived(++now);
        }
        assertEquals(512 << 10, pace.chunkBytes());
        for (int i = 0; i < 40; i++) {
            now += 2_000_000_000L;
            pace.arrived(now);
        }
        assertEquals(65_536, pace.chunkBytes());
    }
}
