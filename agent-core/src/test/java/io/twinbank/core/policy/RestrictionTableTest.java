// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The tables of restrictions in docs/policy.md and docs/operations.md are the enum. */
class RestrictionTableTest {
    private static final Pattern ROW =
            Pattern.compile("^\\| (\\d+) \\| `([A-Z]+)` \\|[^|]*\\|[^|]*\\| (yes|no) \\|", Pattern.MULTILINE);

    @Test
    void table_inTheDocs_equalsTheCode() throws IOException {
        String docs = Files.readString(Path.of("../docs/policy.md"));

        List<String> written = ROW.matcher(docs)
                .results()
                .map((MatchResult row) -> row.group(1) + " " + row.group(2) + " " + row.group(3))
                .toList();

        List<String> coded = Stream.of(Restriction.values())
                .map(what -> what.ordinal() + 1 + " " + what + " " + (what.endsWithDeadline() ? "yes" : "no"))
                .toList();
        assertEquals(coded, written);
    }

    @Test
    void table_inTheOperatorsManual_equalsTheCode() throws IOException {
        List<String> written = Files.readString(Path.of("../docs/operations.md"))
                .lines()
                .dropWhile(line -> !line.startsWith("| restriction |"))
                .skip(2)
                .takeWhile(line -> line.startsWith("|"))
                .map(line -> line.split("`", 3)[1])
                .toList();

        assertEquals(Stream.of(Restriction.values()).map(Enum::name).toList(), written);
    }
}
