// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.record;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.twinbank.core.command.Command;
import io.twinbank.core.command.Order;
import io.twinbank.core.command.Recipient;
import io.twinbank.core.suit.Digest;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StandingOrdersTest {
    private static final Digest UPDATE = Digest.sha256Of(new byte[] {1});
    private static final StandingOrders PAUSED =
            new StandingOrders(7, true, Map.of("window", "22:00-04:00"), List.of(new Command.Rollout(UPDATE, 250)));

    private static Order rollout(long sequence, Digest manifest, int share) {
        return new Order(sequence, 0, Recipient.group("field"), new Command.Rollout(manifest, share));
    }

    @Test
    void decode_whatWasEncoded_isTheSame() throws Exception {
        assertEquals(PAUSED, StandingOrders.decode(PAUSED.encode()));
    }

    @Test
    void encode_withoutRollouts_isWhatAgentsThatKnowOfNoneRead() {
        StandingOrders orders = new StandingOrders(7, true, Map.of("window", "22:00-04:00"), List.of());

        assertEquals(1, orders.encode()[1], "schema");
        assertEquals(2, PAUSED.encode()[1], "schema");
    }

    @Test
    void decode_anUnknownSchema_keepsTheSequenceAndThePause() throws Exception {
        byte[] record = PAUSED.encode();
        record[1] = 3;

        assertEquals(new StandingOrders(7, true, Map.of(), List.of()), StandingOrders.decode(record));
    }

    @Test
    void after_aSmallerShare_takesNothingBack() {
        StandingOrders after = PAUSED.after(rollout(8, UPDATE, 100));

        assertEquals(250, after.rollout(UPDATE));
        assertEquals(8, after.sequence());
    }

    @Test
    void after_aLargerShare_raisesIt() {
        assertEquals(2500, PAUSED.after(rollout(8, UPDATE, 2500)).rollout(UPDATE));
    }

    @Test
    void after_fiveUpdates_forgetsTheOldest() {
        StandingOrders orders = PAUSED;
        for (int i = 2; i <= 5; i++) {
            orders = orders.after(rollout(6 + i, Digest.sha256Of(new byte[] {(byte) i}), 10_000));
        }

        assertEquals(StandingOrders.MAX_ROLLOUTS, orders.rollouts().size());
        assertEquals(0, orders.rollout(UPDATE));
        assertEquals(10_000, orders.rollout(Digest.sha256Of(new byte[] {5})));
    }

    @Test
    void afterRefused_aCommand_countsItAndNothingElse() {
        StandingOrders after = PAUSED.afterRefused(rollout(9, UPDATE, 9999));

        assertEquals(new StandingOrders(9, true, PAUSED.settings(), PAUSED.rollouts()), after);
    }
}
