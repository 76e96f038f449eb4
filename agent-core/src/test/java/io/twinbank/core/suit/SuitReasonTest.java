// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.suit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.twinbank.core.RejectReason;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class SuitReasonTest {
    /** Such as {@code | `TOO_LARGE` | 22 | operation-failed (11) |}. */
    private static final Pattern ROW = Pattern.compile("\\| `(\\w+)` \\| (\\d+) \\| ([a-z-]+ \\(\\d+\\)) \\|");

    @Test
    void table_comparedWithTheDocument_isTheSame() throws Exception {
        Map<String, String> inCode = new TreeMap<>();
        for (RejectReason reason : RejectReason.values()) {
            inCode.put(reason.name(), row(SuitReason.Ending.of(reason)));
        }
        inCode.put("RolledBack", row(SuitReason.Ending.ROLLED_BACK));
        inCode.put("Failed", row(SuitReason.Ending.FAILED));
        inCode.put("Cancelled", row(SuitReason.Ending.CANCELLED));
        inCode.put("Superseded", row(SuitReason.Ending.SUPERSEDED));
        inCode.put("Inconsistent", row(SuitReason.Ending.INCONSISTENT));

        Map<String, String> inDocument = new TreeMap<>();
        for (MatchResult row : ROW.matcher(Files.readString(Path.of("../docs/wire-format.md")))
                .results()
                .toList()) {
            inDocument.put(row.group(1), row.group(2) + " " + row.group(3));
        }

        assertEquals(inDocument, inCode);
    }

    @Test
    void codes_ofAllEndings_areDifferent() {
        Map<Integer, RejectReason> byCode = new TreeMap<>();

        for (RejectReason reason : RejectReason.values()) {
            byCode.put(SuitReason.Ending.of(reason).code(), reason);
        }

        assertEquals(RejectReason.values().length, byCode.size());
    }

    private static String row(SuitReason.Ending ending) {
        return ending.code() + " " + ending.reason();
    }
}
