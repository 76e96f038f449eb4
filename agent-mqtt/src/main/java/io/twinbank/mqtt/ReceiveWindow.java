// SPDX-License-Identifier: Apache-2.0
package io.twinbank.mqtt;

/**
 * Bounds how many messages of one connection are held. A broker keeps to the receive maximum that it was told, or should:
 * Mosquitto 2.0.11 overshoots it under load. What is too much is dropped unacknowledged, with all that follows it, so that the
 * order is kept; once everything before it is settled, the connection has to be made anew, and the broker sends it again.
 */
final class ReceiveWindow {
    /** What the broker is told. */
    static final int RECEIVE_MAXIMUM = 4;
    /** What is held of it all the same. */
    static final int MOST_HELD = 2 * RECEIVE_MAXIMUM;

    private int held;
    private boolean overflowed;

    /** Tells whether a message may be held; one of QoS 0 only while there is plenty of room, for it can't come again. */
    synchronized boolean admit(int qos) {
        if (qos == 0 ? held >= RECEIVE_MAXIMUM : overflowed || held >= MOST_HELD) {
            overflowed |= qos > 0;
            return false;
        }
        held++;
        return true;
    }

    /** Takes note that a message was settled; tells whether the connection must now be made anew. */
    synchronized boolean settle() {
        held--;
        return overflowed && held == 0;
    }
}
