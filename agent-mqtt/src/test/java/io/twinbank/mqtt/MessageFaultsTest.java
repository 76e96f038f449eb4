// SPDX-License-Identifier: Apache-2.0
package io.twinbank.mqtt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.EnumSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code benchmarks/message-faults.sh} asks for 10,000 of them. */
class MessageFaultsTest {
    private static final int FAULTS = Integer.getInteger("faults", 400);
    private static final long SEED = Long.getLong("seed", 1);

    @Test
    @Timeout(value = 20, unit = TimeUnit.MINUTES) // where many are asked for
    void messages_underFaultsOfAllKinds_noneIsLostAndNoneIsSeenTwice() throws Exception {
        MessageFaults.Result result = new MessageFaults(SEED, FAULTS).run();

        System.out.println("seed " + SEED + ": " + result);
        assertEquals(0, result.lost(), result.toString());
        assertEquals(0, result.seenTwice(), result.toString());
        assertTrue(result.offered() > FAULTS / 4, result.toString());
        assertTrue(result.receivedAgain() > 0, result.toString());
        assertEquals(
                EnumSet.allOf(MessageFaults.Fault.class),
                EnumSet.copyOf(result.kinds().keySet()));
    }
}
