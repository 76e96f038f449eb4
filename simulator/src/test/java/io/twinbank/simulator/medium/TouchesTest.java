// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.medium;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.BitSet;
import org.junit.jupiter.api.Test;

class TouchesTest {
    private final Touches touches = new Touches(100);

    private static BitSet live(Touches.Log log, int from, int... then) {
        BitSet live = blocks(then);
        log.live(from, log.end(), live);
        return live;
    }

    private static BitSet blocks(int... numbers) {
        BitSet blocks = new BitSet();
        for (int number : numbers) {
            blocks.set(number);
        }
        return blocks;
    }

    @Test
    void live_blockErasedBeforeItIsRead_isDead() {
        touches.erased(200);
        touches.read(250, 10);

        assertEquals(blocks(1), live(touches.log(), 0, 1, 2));
    }

    @Test
    void live_blockReadBeforeItIsErased_isLive() {
        touches.read(299, 2);
        touches.erased(200);

        assertEquals(blocks(2, 3), live(touches.log(), 0));
    }

    @Test
    void live_fromALaterMoment_countsOnlyWhatComesThen() {
        touches.read(0, 1);
        int moment = touches.now();
        touches.read(0, 1);
        int later = touches.now();
        touches.erased(0);

        Touches.Log log = touches.log();
        assertEquals(blocks(0), live(log, moment));
        assertEquals(blocks(), live(log, later, 0));
    }

    @Test
    void live_whileItWasPaused_nothingIsNoted() {
        touches.pause(true);
        touches.read(0, 1);
        touches.erased(100);
        touches.pause(false);

        assertEquals(blocks(1), live(touches.log(), 0, 1));
    }

    @Test
    void log_ofALifeThatEnded_staysAsItWas() {
        touches.read(0, 1);
        Touches.Log log = touches.log();

        touches.forget();
        touches.read(500, 1);

        assertEquals(blocks(0), live(log, 0));
    }
}
