// SPDX-License-Identifier: Apache-2.0
package io.twinbank.agentd.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ConfigKeyTest {
    @Test
    void keys_areThoseOfTheManual() throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("..", "docs", "gateway.md"))) {
            List<String> manual = lines.dropWhile(line -> !line.startsWith("| key | if it isn't there"))
                    .skip(2)
                    .takeWhile(line -> line.startsWith("|"))
                    .toList();
            assertEquals(
                    Arrays.stream(ConfigKey.values())
                            .map(key -> "| `" + key.text() + "` | " + key.byDefault() + " | " + key.meaning() + " |")
                            .toList(),
                    manual);
        }
    }
}
