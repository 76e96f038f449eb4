// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.scenario;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever the bytes are, they are a scenario, or refused with a line. */
@Tag("fuzz")
class ScenarioFileFuzzTest {
    static Stream<byte[]> seeds() {
        return Stream.of(
                        "{name: a, imageBytes: 4096, offer: [{version: 2.0}]}",
                        "name: a\nabout: >\n  b\ninstalled:\n  version: '1.5'\n  agentAge: 1\notherBankEmpty: true\n",
                        "trialAttempts: 3\ncheckpointBytes: 4096\nbreakAfter: 1\noffer:\n- {behaviour: WORKS}\n")
                .map(text -> text.getBytes(StandardCharsets.UTF_8));
    }

    @Timeout(value = 3, unit = TimeUnit.MINUTES)
    @MethodSource("seeds")
    @FuzzTest(maxDuration = "5s")
    void parse_anyBytes_isAScenarioOrRefused(byte[] bytes) {
        try {
            assertTrue(ScenarioFile.parse(bytes).offers().size() <= ScenarioFile.MAX_OFFERS);
        } catch (InvalidScenarioException e) {
            assertTrue(e.line() >= 1, e::getMessage);
        }
    }
}
