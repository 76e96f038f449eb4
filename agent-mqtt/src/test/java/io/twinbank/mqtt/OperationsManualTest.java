// SPDX-License-Identifier: Apache-2.0
package io.twinbank.mqtt;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class OperationsManualTest {
    @Test
    void failures_ofTheLink_areThoseOfTheManual() throws IOException {
        String manual = Files.readString(Path.of("..", "docs", "operations.md"));

        assertEquals(
                Arrays.stream(LinkFailure.Kind.values())
                        .map(kind -> "`" + kind + "`")
                        .toList(),
                manual.lines()
                        .dropWhile(line -> !line.startsWith("| class |"))
                        .skip(2)
                        .takeWhile(line -> line.startsWith("|"))
                        .map(line -> line.split(" ")[1])
                        .toList());
    }
}
