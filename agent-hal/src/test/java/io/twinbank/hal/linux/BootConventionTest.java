// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.hal.BankId;
import io.twinbank.hal.BootStatus.Trial;
import io.twinbank.hal.linux.BootConvention.Standing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class BootConventionTest {
    private static final Map<BankId, String> SLOTS = Map.of(BankId.A, "a", BankId.B, "b");

    @TempDir
    Path folder;

    static Stream<BootConvention> conventions() {
        return Stream.of(
                new RaucConvention(),
                new BootcountConvention("slot", SLOTS),
                new GrubConvention(),
                new EfiConvention(),
                new ScriptConvention(true));
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
    @CsvSource({
        "'', ''",
        "BOOT_ORDER=C A, ''",
        "BOOT_ORDER=A, A",
        "BOOT_ORDER=A B;BOOT_A_LEFT=1, A",
        "BOOT_ORDER=A B;BOOT_A_LEFT=0;BOOT_B_LEFT=2, ''",
        "BOOT_ORDER=B A;BOOT_B_LEFT=3;BOOT_A_LEFT=3;twinbank_trial=B, ''",
        "BOOT_ORDER=B A;BOOT_B_LEFT=2;BOOT_A_LEFT=3;twinbank_trial=B;twinbank_trial_attempts=2, A",
        "BOOT_ORDER=B A;BOOT_B_LEFT=1;BOOT_A_LEFT=3;twinbank_trial=B;twinbank_trial_attempts=2, B",
        "BOOT_ORDER=B A;BOOT_B_LEFT=0;BOOT_A_LEFT=2;twinbank_trial=B;twinbank_trial_attempts=2, A",
        "BOOT_ORDER=B A;BOOT_B_LEFT=0;BOOT_A_LEFT=3;twinbank_trial=B;twinbank_trial_attempts=2;twinbank_fellback=1, A",
        "BOOT_ORDER=B A;BOOT_B_LEFT=3;BOOT_A_LEFT=3;twinbank_trial=B;twinbank_trial_attempts=1, ''",
        "BOOT_ORDER=A B;BOOT_A_LEFT=2;BOOT_B_LEFT=3;twinbank_trial=both, A",
        "BOOT_ORDER=A B;BOOT_A_LEFT=0;BOOT_B_LEFT=3;twinbank_trial=both, A",
        "BOOT_ORDER=A B;BOOT_A_LEFT=0;BOOT_B_LEFT=1;twinbank_trial=both, B",
        "BOOT_ORDER=A B;BOOT_A_LEFT=0;BOOT_B_LEFT=0;twinbank_trial=both, ''"
    })
    void booted_raucsVariables_tellOrDont(String variables, String expected) {
        assertEquals(expected, booted(new RaucConvention(), variables));
    }

    @ParameterizedTest
    @CsvSource({
        "'', ''",
        "slot=c, ''",
        "slot=b, B",
        "slot=b;upgrade_available=1;bootcount=0;bootlimit=2, A",
        "slot=b;upgrade_available=1;bootcount=2;bootlimit=2, B",
        "slot=b;upgrade_available=1;bootcount=3;bootlimit=2, ''",
        "slot=a;upgrade_available=0;twinbank_trial=B;twinbank_fellback=1, A"
    })
    void booted_bootCounter_tellsOrDoesnt(String variables, String expected) {
        assertEquals(expected, booted(new BootcountConvention("slot", SLOTS), variables));
    }

    @ParameterizedTest
    @CsvSource({
        "'', ''",
        "ORDER=A B;A_OK=1;A_TRY=1, A",
        "ORDER=A B;A_OK=0;A_TRY=0, ''",
        "ORDER=A B;A_OK=1;A_TRY=1;B_TRY=1, ''",
        "ORDER=B A;B_TRY=0;twinbank_trial=B, A",
        "ORDER=B A;B_TRY=1;twinbank_trial=B, B",
        "ORDER=B A;B_TRY=1;A_TRY=1;twinbank_trial=B, A",
        "ORDER=B A;B_TRY=1;twinbank_trial=B;twinbank_fellback=1, A",
        "ORDER=B A;B_TRY=1;twinbank_trial=A, ''"
    })
    void booted_grubsVariables_tellOrDont(String variables, String expected) {
        assertEquals(expected, booted(new GrubConvention(), variables));
    }

    private static String booted(BootConvention convention, String text) {
        Map<String, String> variables = Stream.of(text.split(";"))
                .filter(each -> !each.isEmpty())
                .map(each -> each.split("=", 2))
                .collect(Collectors.toMap(each -> each[0], each -> each[1]));
        return convention.booted(variables).map(BankId::name).orElse("");
    }

    @ParameterizedTest
    @CsvSource({
        "rauc.slot=A, true, false, true",
        "root=/dev/mmcblk0p2 rw, true, false, true",
        "twinbank.slot=A, false, false, false"
    })
    void scriptWarning_bootedByAScript_whereItsOrdinaryBootsAreCounted(
            String words, boolean rauc, boolean bootcount, boolean grub) throws IOException {
        Files.createDirectories(folder.resolve("proc"));
        Files.writeString(folder.resolve("proc/cmdline"), "quiet " + words + "\n");
        Kernel kernel = new Kernel(folder);

        List<Boolean> warned = new ArrayList<>();
        for (BootConvention convention : conventions().limit(3).toList()) {
            Optional<String> warning = convention.scriptWarning(kernel);
            warned.add(warning.isPresent());
            warning.ifPresent(text -> assertTrue(
                    text.startsWith("attempts are lost by ordinary boots of a confirmed system: ")
                            && text.contains("install "),
                    text));
        }

        assertEquals(List.of(rauc, bootcount, grub), warned);
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

    /** A bit of GRUB's block that is lost isn't noticed: here that of {@code ORDER}, and of the fallback. */
    @Test
    void disarm_inATrialOfGrubs_writesAllThatItsScriptGoesBy() {
        SortedMap<String, String> variables =
                new TreeMap<>(Map.of("OPDER", "B A", "twinbank_trial", "B", "B_TRY", "1", "A_TRY", "1"));

        BootConvention.grub().disarm(variables, BankId.B);

        assertEquals(
                Map.of(
                        "OPDER",
                        "B A",
                        "ORDER",
                        "B A",
                        "twinbank_trial",
                        "B",
                        "B_OK",
                        "1",
                        "B_TRY",
                        "1",
                        "A_OK",
                        "1",
                        "A_TRY",
                        "0"),
                variables);
    }
}
