// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CutTest {
    private static final Operation ANY = new Operation(1, 1, 0, Operation.Part.COUNTER, "advance", "");

    @Test
    void schedule_twoCuts_countsTheSecondFromTheFirst() {
        Faults faults = Cut.schedule(List.of(new Cut(2, Faults.Moment.BEFORE), new Cut(1, Faults.Moment.AFTER)));

        List<Faults.Moment> moments = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            moments.add(faults.at(ANY));
        }

        assertEquals(
                List.of(Faults.Moment.NEVER, Faults.Moment.BEFORE, Faults.Moment.AFTER, Faults.Moment.NEVER), moments);
    }

    @Test
    void parse_whatToStringSaid_isTheSame() {
        List<Cut> cuts = List.of(new Cut(412, Faults.Moment.BEFORE), new Cut(18, Faults.Moment.AFTER));

        assertEquals(cuts, Cut.parse(cuts.get(0) + ">" + cuts.get(1)));
        assertEquals("cut(412,before)", cuts.get(0).toString());
    }

    @Test
    void parse_anythingElse_isRefused() {
        assertThrows(IllegalArgumentException.class, () -> Cut.parse("cut(0,before)"));
        assertThrows(IllegalArgumentException.class, () -> Cut.parse("cut(1,never)"));
        assertThrows(IllegalArgumentException.class, () -> Cut.parse("cut(1,after)>"));
        assertThrows(IllegalArgumentException.class, () -> Cut.parse(""));
    }
}
