// SPDX-License-Identifier: Apache-2.0
package io.twinbank.mqtt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ReceiveWindowTest {
    private final ReceiveWindow window = new ReceiveWindow();

    @Test
    void admit_overshootingBroker_holdsEightAndDropsAllThatFollows() {
        assertEquals(8, admitted(1, 20));
        window.settle();

        assertFalse(window.admit(1), "one out of order");
    }

    @Test
    void settle_lastOneAfterADrop_asksForANewConnection() {
        admitted(1, 9);

        for (int i = 1; i < 8; i++) {
            assertFalse(window.settle(), "before all are settled");
        }
        assertTrue(window.settle());
    }

    @Test
    void settle_nothingDropped_keepsTheConnection() {
        admitted(1, 8);

        for (int i = 0; i < 8; i++) {
            assertFalse(window.settle());
        }
    }

    @Test
    void admit_qosZero_leavesRoomForWhatIsAcknowledged() {
        assertEquals(4, admitted(0, 10));
        assertEquals(4, admitted(1, 4));
    }

    @Test
    void settle_qosZeroDropped_keepsTheConnection() {
        admitted(0, 10);

        for (int i = 0; i < 4; i++) {
            assertFalse(window.settle());
        }
    }

    private int admitted(int qos, int messages) {
        int admitted = 0;
        for (int i = 0; i < messages; i++) {
            admitted += window.admit(qos) ? 1 : 0;
        }
        return admitted;
    }
}
