// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class StepResultTest {
    private final List<StepResult> results = List.of(
            new StepResult("good", "Installed", "Installed", 1.5),
            new StepResult("bad \"one\"", "Installed", "error: x", 20));

    @Test
    void json_oneGoodOneBad_isOneLineWithBoth() throws IOException {
        assertEquals(
                "{\"ok\":false,\"steps\":["
                        + "{\"name\":\"good\",\"expected\":\"Installed\",\"outcome\":\"Installed\",\"ok\":true,\"seconds\":1.500},"
                        + "{\"name\":\"bad \\\"one\\\"\",\"expected\":\"Installed\",\"outcome\":\"error: x\",\"ok\":false,"
                        + "\"seconds\":20.000}]}",
                StepResult.json(false, results));
    }

    @Test
    void table_oneGoodOneBad_saysWhich() {
        List<String> lines = StepResult.table(results).lines().toList();

        assertEquals(3, lines.size());
        assertTrue(lines.get(1).matches(" +good +Installed +Installed +ok +1\\.50"), lines.get(1));
        assertTrue(lines.get(2).matches(" +bad \"one\" +Installed +error: x +BAD +20\\.00"), lines.get(2));
    }
}
