// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.core.Cause;
import io.twinbank.core.UpdateState;
import io.twinbank.core.internal.record.Journal;
import io.twinbank.core.suit.Digest;
import io.twinbank.hal.BankId;
import io.twinbank.hal.BootStatus;
import io.twinbank.hal.BootStatus.Trial;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class BootTableTest {
    /** What a start may find, as plain values. */
    private record Facts(
            BootStatus status,
            Optional<Journal> journal,
            boolean journalUnreadable,
            boolean securityExisted,
            boolean same,
            boolean over,
            boolean named,
            boolean confirmed,
            boolean committed,
            boolean fallbackOk)
            implements BootFacts {}

    @Test
    void match_everyTrialAndJournal_findsARow() throws Exception {
        Set<String> used = new LinkedHashSet<>();
        int cases = 0;

        for (Facts facts : everything()) {
            used.add(BootTable.match(facts).id());
            cases++;
        }

        assertTrue(cases > 10_000, cases + " cases");
        assertEquals(
                BootTable.ROWS.stream().map(r -> r.row().id()).collect(Collectors.toSet()),
                used,
                "a row is never used");
    }

    @Test
    void match_unconfirmedImageThatIsOver_isNeverConfirmedWhileAFallbackExists() throws Exception {
        for (Facts facts : everything()) {
            boolean confirms = BootTable.match(facts).steps().contains(Step.CONFIRM);

            if (facts.status().trial() == Trial.RUNNING && facts.over() && facts.runsTarget() && facts.fallbackOk()) {
                boolean knownGood = facts.named() && facts.confirmed() && (facts.alone() || !trialOrLater(facts));
                assertTrue(!confirms || knownGood, facts.toString());
            }
        }
    }

    @Test
    void match_trialOfAnOtherBankThanTheCommittedOne_isNeverConfirmedWhileThatOneBoots() throws Exception {
        for (Facts facts : everything()) {
            boolean committing = facts.journal()
                    .map(journal -> journal.state() == UpdateState.COMMITTING)
                    .orElse(false);

            if (facts.status().trial() == Trial.RUNNING && committing && facts.committed() && facts.fallbackOk()) {
                assertEquals("17b", BootTable.match(facts).id(), facts.toString());
            }
        }
    }

    @Test
    void match_anything_installsOnlyTheJournalsImage() throws Exception {
        for (Facts facts : everything()) {
            if (BootTable.match(facts).steps().contains(Step.OUTCOME_INSTALLED)) {
                assertTrue(!facts.over(), facts.toString());
                assertTrue(facts.alone() || (facts.same() && facts.runsTarget()), facts.toString());
                assertEquals(
                        UpdateState.COMMITTING, facts.journal().orElseThrow().state());
            }
        }
    }

    /** The boot loader's trial, if there is one, has nothing to do with them: it is ended by the rows of an idle agent. */
    @Test
    void match_componentsAlone_theyGoOnOnlyWithoutATrialAndNeverTouchABank() throws Exception {
        List<String> idle = List.of("14a", "17a", "17b", "17c", "19");
        List<String> own = List.of("22a", "23a", "23b", "23c", "28", "28a", "28b", "28c");
        for (Facts facts : everything()) {
            if (facts.alone()) {
                String row = BootTable.match(facts).id();
                List<String> expected = facts.status().trial() == Trial.NONE ? own : idle;
                assertTrue(expected.contains(row), row + " for " + facts);
            }
        }
    }

    @Test
    void match_componentsAloneThatWereActivated_areRevertedBeforeAnotherOutcomeThanInstalled() throws Exception {
        for (Facts facts : everything()) {
            List<Step> steps = BootTable.match(facts).steps();
            boolean tried =
                    facts.alone() && trialOrLater(facts) && facts.status().trial() == Trial.NONE;
            if (tried && steps.contains(Step.JOURNAL_IDLE)) {
                assertTrue(steps.contains(Step.OUTCOME_INSTALLED) != steps.contains(Step.REVERT), facts.toString());
            }
        }
    }

    @Test
    void rows_orderOfRecords_isSecurityThenOutcomesThenJournal() {
        for (BootTable.StartRow row : BootTable.ROWS) {
            List<Step> steps = row.row().steps();
            int journal = steps.indexOf(Step.JOURNAL_IDLE);
            for (Step step : steps) {
                if (journal >= 0 && (step == Step.QUARANTINE || step.name().startsWith("OUTCOME"))) {
                    assertTrue(steps.indexOf(step) < journal, row.row() + ": " + steps);
                }
            }
        }
    }

    /** Else a boot loader that says "done" and didn't would be asked again at once, for ever. */
    @Test
    void rows_thatLookAgainAndLeaveTheJournal_readBackThatTheTrialIsOver() {
        for (BootTable.StartRow row : BootTable.ROWS) {
            List<Step> steps = row.row().steps();
            if (steps.contains(Step.AGAIN) && row.row().next().isEmpty()) {
                assertEquals(steps.size() - 2, steps.indexOf(Step.STATUS_NONE), row.row() + ": " + steps);
            }
        }
    }

    @Test
    void rows_comparedWithTheDesign_areTheSame() throws Exception {
        Path design = Path.of("..", "docs", "design.md");
        List<String> documented = Files.readAllLines(design).stream()
                .filter(line -> line.matches("\\| \\d+[a-e]? \\|.*"))
                .toList();

        List<String> inCode = Stream.concat(
                        UpdateTable.ROWS.stream(), BootTable.ROWS.stream().map(BootTable.StartRow::row))
                .map(Row::markdown)
                .toList();

        assertEquals(String.join("\n", inCode), String.join("\n", documented));
    }

    private static boolean trialOrLater(Facts facts) {
        UpdateState state = facts.journal().map(Journal::state).orElse(UpdateState.IDLE);
        return state == UpdateState.ARMED || state == UpdateState.TRIAL || state == UpdateState.COMMITTING;
    }

    private static List<Facts> everything() {
        List<Facts> all = new ArrayList<>();
        for (Trial trial : Trial.values()) {
            for (Optional<Journal> journal : journals()) {
                for (int bits = 0; bits < 1 << 10; bits++) {
                    BankId running = bit(bits, 0) ? BankId.A : BankId.B;
                    boolean runsTarget = journal.map(j -> j.target() == running).orElse(false);
                    boolean unreadable = journal.isEmpty() && bit(bits, 1);
                    boolean named = bit(bits, 3);
                    all.add(new Facts(
                            new BootStatus(running, Optional.of(running.other()), trial, 1, bit(bits, 8) ? 7 : 6),
                            journal,
                            unreadable,
                            bit(bits, 2),
                            runsTarget && named && bit(bits, 4),
                            journal.isPresent()
                                    && (bit(bits, 5) || journal.get().cause().isPresent()),
                            named,
                            bit(bits, 6),
                            !runsTarget && !bit(bits, 6) && bit(bits, 9),
                            bit(bits, 7)));
                }
            }
        }
        return all;
    }

    private static List<Optional<Journal>> journals() {
        List<Optional<Journal>> journals = new ArrayList<>();
        journals.add(Optional.empty());
        for (UpdateState state : UpdateState.values()) {
            for (int schema = 1; schema <= 2; schema++) {
                for (Optional<Cause> cause : List.of(Optional.<Cause>empty(), Optional.of(Cause.SELF_TEST_FAILED))) {
                    journals.add(Optional.of(journal(state, 1, cause, schema)));
                    if (state != UpdateState.IDLE && state != UpdateState.ARMED) { // nobody arms components
                        journals.add(Optional.of(journal(state, 0, cause, schema)));
                    }
                }
            }
        }
        return journals;
    }

    private static Journal journal(UpdateState state, long imageBytes, Optional<Cause> cause, int schema) {
        return new Journal(
                state,
                BankId.B,
                Digest.sha256Of(new byte[] {1}),
                imageBytes,
                Digest.sha256Of(new byte[] {2}),
                7,
                1,
                0,
                cause,
                "id",
                1,
                1,
                schema,
                new byte[0]);
    }

    private static boolean bit(int bits, int which) {
        return (bits >> which & 1) == 1;
    }
}
