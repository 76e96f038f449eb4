// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.twinbank.hal.BankId;
import io.twinbank.hal.BootStatus.Trial;
import io.twinbank.hal.linux.BootConvention.Standing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class BootConventionTest {
    private static final Map<BankId, String> SLOTS = Map.of(BankId.A, "a", BankId.B, "b");

    static Stream<BootConvention> conventions() {
        return Stream.of(new RaucConvention(), new BootcountConvention("slot", SLOTS), new GrubConvention());
    }

    @Test
    void rules_areTheTablesOfTheDocumentation() throws IOException {
        List<String> tables = Files.readAllLines(Path.of("../docs/gateway.md")).stream()
                .filter(line -> line.matches("\\| .* \\| (NONE|ARMED|RUNNING|FELL_BACK) \\| .* \\|"))
                .toList();

        List<String> rules = conventions()
                .flatMap(convention -> convention.rules().stream())
                .map(rule -> "| " + rule.when() + " | " + rule.trial() + " | " + rule.left() + " |")
                .toList();
        assertEquals(rules, tables);
    }

    @ParameterizedTest
    @MethodSource("conventions")
    void armConfirmDisarm_fromNothing_areToldByTheVariables(BootConvention convention) {
        TreeMap<String, String> variables = new TreeMap<>();
        assertEquals(new Standing(Trial.NONE, 0, 0), convention.standing(variables, BankId.A));

        convention.armTrial(variables, BankId.B, 1, 0xabcL);
        assertEquals(new Standing(Trial.ARMED, 1, 0xabc), convention.standing(variables, BankId.A));

        TreeMap<String, String> disarmed = new TreeMap<>(variables);
        convention.disarm(disarmed, BankId.A);
        assertEquals(new Standing(Trial.NONE, 0, 0xabc), convention.standing(disarmed, BankId.A));

        convention.confirm(variables, BankId.B);
        assertEquals(new Standing(Trial.NONE, 0, 0xabc), convention.standing(variables, BankId.B));
        TreeMap<String, String> again = new TreeMap<>(variables);
        convention.confirm(again, BankId.B);
        convention.disarm(again, BankId.B);
        convention.renew(again, BankId.B);
        assertEquals(variables, again);
    }

    @ParameterizedTest
    @CsvSource({"'', 0", "0, 0", "ff, 255", "ffffffffffffffff, -1", "10000000000000000, 0", "FF, 0", "x, 0", "-1, 0"})
    void standing_trialIdOfAnyForm_isReadOrNone(String text, long expected) {
        assertEquals(
                expected,
                new RaucConvention()
                        .standing(Map.of("twinbank_trial_id", text), BankId.A)
                        .lastTrialId());
    }

    @ParameterizedTest
    @CsvSource({"9, 9", "10, 0", "a, 0", "-1, 0", "' 3', 0", "'', 0"})
    void standing_attemptsOfAnyForm_areADigitOrNone(String text, int expected) {
        assertEquals(
                expected,
                new RaucConvention()
                        .standing(Map.of("twinbank_trial", "A", "BOOT_A_LEFT", text), BankId.A)
                        .attemptsLeft());
    }

    @Test
    void bootcount_sameNameForBothBanks_isTheCallersBug() {
        Map<BankId, String> same = Map.of(BankId.A, "x", BankId.B, "x");

        assertThrows(IllegalArgumentException.class, () -> new BootcountConvention("slot", same));
    }
}
