// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The examples of docs/wire-format.md are what its schemas allow. */
class WireFormatTest {
    private static final Pattern JSON = Pattern.compile("```json\n(.*?)```", Pattern.DOTALL);

    @ParameterizedTest
    @ValueSource(strings = {"Inventory", "Health"})
    void example_ofTheManual_isValid(String section) throws IOException {
        String manual = Files.readString(Path.of("..", "docs", "wire-format.md"));
        String text = manual.split("\n### " + section + "\n", 2)[1].split("\n##", 2)[0];
        List<String> blocks =
                JSON.matcher(text).results().map(block -> block.group(1)).toList();

        assertEquals(2, blocks.size());
        assertEquals(List.of(), Schema.of(blocks.get(1)).problems(blocks.get(0)));
    }
}
