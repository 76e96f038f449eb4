// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal;

import static io.twinbank.core.UpdateState.ARMED;
import static io.twinbank.core.UpdateState.COMMITTING;
import static io.twinbank.core.UpdateState.DOWNLOADING;
import static io.twinbank.core.UpdateState.IDLE;
import static io.twinbank.core.UpdateState.STAGED;
import static io.twinbank.core.UpdateState.TRIAL;
import static io.twinbank.core.UpdateState.VERIFYING;
import static io.twinbank.core.internal.Step.*;

import io.twinbank.core.UpdateState;
import io.twinbank.hal.BootStatus.Trial;
import io.twinbank.hal.HalException;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** What an agent does first after a start: the first row that matches, in this order. The same table is in docs/design.md. */
final class BootTable {
    /** Tells whether a row matches; the boot loader's trial has been compared already. */
    @FunctionalInterface
    interface Condition {
        boolean holds(BootFacts facts) throws HalException;
    }

    /**
     * A row and what it asks.
     *
     * @param row the row
     * @param trial what the boot loader says
     * @param condition the rest
     */
    record StartRow(Row row, Trial trial, Condition condition) {
        boolean matches(BootFacts facts) throws HalException {
            return facts.status().trial() == trial && condition.holds(facts);
        }
    }

    private static final Set<UpdateState> AS_JOURNALLED = Set.of();
    private static final Set<UpdateState> REST_IDLE = Set.of(IDLE);

    static final List<StartRow> ROWS = List.of(
            row(
                    "13b",
                    Trial.FELL_BACK,
                    "COMMITTING, not over, same, and Security's confirmed (the environment was lost after the confirm)",
                    AS_JOURNALLED,
                    facts -> tries(facts, COMMITTING) && !facts.over() && facts.same() && facts.confirmed(),
                    DISARM,
                    STATUS_NONE,
                    AGAIN),
            row(
                    "13a",
                    Trial.FELL_BACK,
                    "ARMED, TRIAL, COMMITTING; running == target (nothing else boots; the counter stays)",
                    REST_IDLE,
                    facts -> tries(facts, ARMED, TRIAL, COMMITTING) && facts.runsTarget(),
                    SAY_NO_FALLBACK,
                    CONFIRM,
                    QUARANTINE,
                    OUTCOME_NO_FALLBACK,
                    JOURNAL_IDLE,
                    AGAIN),
            row(
                    "13",
                    Trial.FELL_BACK,
                    "TRIAL, COMMITTING, or ARMED with lastTrialId == J.trialId",
                    REST_IDLE,
                    facts -> tries(facts, TRIAL, COMMITTING) || (tries(facts, ARMED) && facts.trialIsJournals()),
                    QUARANTINE,
                    REVERT,
                    OUTCOME_BY_CAUSE,
                    JOURNAL_IDLE,
                    DISARM,
                    AGAIN),
            row(
                    "14a",
                    Trial.FELL_BACK,
                    "IDLE, DOWNLOADING, VERIFYING, STAGED, ARMED, or alone (row 13 or 18 was cut; confirm or the environment was lost)",
                    AS_JOURNALLED,
                    facts -> facts.journal().isPresent(),
                    DISARM,
                    STATUS_NONE,
                    AGAIN),
            row(
                    "14",
                    Trial.FELL_BACK,
                    "absent, unreadable",
                    REST_IDLE,
                    facts -> true,
                    REVERT,
                    OUTCOME_ROLLED_BACK_UNKNOWN,
                    JOURNAL_IDLE,
                    DISARM,
                    AGAIN),
            row(
                    "15",
                    Trial.RUNNING,
                    "COMMITTING, not over, and same",
                    REST_IDLE,
                    facts -> tries(facts, COMMITTING) && !facts.over() && facts.same(),
                    DIGEST_RUNNING,
                    CONFIRM,
                    STATUS_NONE,
                    SECURITY_CONFIRMED,
                    ADVANCE_COUNTER,
                    OUTCOME_INSTALLED,
                    JOURNAL_IDLE,
                    AGAIN),
            row(
                    "16",
                    Trial.RUNNING,
                    "ARMED or TRIAL, not over, and same",
                    Set.of(TRIAL),
                    facts -> tries(facts, ARMED, TRIAL) && !facts.over() && facts.same(),
                    JOURNAL_TRIAL_STARTED,
                    ACTIVATE,
                    SELF_TEST),
            row(
                    "17a",
                    Trial.RUNNING,
                    "not ARMED, TRIAL, COMMITTING; named and Security's confirmed (confirm or the environment was lost)",
                    AS_JOURNALLED,
                    facts -> !tries(facts, ARMED, TRIAL, COMMITTING) && facts.named() && facts.confirmed(),
                    CONFIRM,
                    STATUS_NONE,
                    AGAIN),
            row(
                    "17d",
                    Trial.RUNNING,
                    "ARMED, TRIAL, COMMITTING; running ≠ target and named, and the target isn't Security's confirmed (row 20c, or the environment was lost)",
                    AS_JOURNALLED,
                    facts -> tries(facts, ARMED, TRIAL, COMMITTING)
                            && !facts.runsTarget()
                            && facts.named()
                            && !facts.committed(),
                    CONFIRM,
                    STATUS_NONE,
                    AGAIN),
            row(
                    "17b",
                    Trial.RUNNING,
                    "anything else, and fallbackOk (never confirm what we cannot name; reset even when disarm throws)",
                    AS_JOURNALLED,
                    BootFacts::fallbackOk,
                    REVERT_IF_OVER,
                    DISARM,
                    RESET),
            row(
                    "17c",
                    Trial.RUNNING,
                    "IDLE, or alone; not fallbackOk (nothing else boots; the counter stays)",
                    AS_JOURNALLED,
                    facts -> in(facts, IDLE) || facts.alone(),
                    SAY_NO_FALLBACK,
                    CONFIRM,
                    STATUS_NONE,
                    AGAIN),
            row(
                    "17e",
                    Trial.RUNNING,
                    "anything else, not fallbackOk (nothing else boots; the counter stays; never Installed)",
                    REST_IDLE,
                    facts -> true,
                    SAY_NO_FALLBACK,
                    CONFIRM,
                    QUARANTINE,
                    OUTCOME_NO_FALLBACK,
                    JOURNAL_IDLE,
                    AGAIN),
            row(
                    "18",
                    Trial.ARMED,
                    "ARMED, not over (the agent restarted, no reset yet)",
                    Set.of(ARMED),
                    facts -> tries(facts, ARMED) && !facts.over(),
                    ASK_GATE),
            row("19", Trial.ARMED, "any other", AS_JOURNALLED, facts -> true, DISARM, STATUS_NONE, AGAIN),
            row(
                    "20a",
                    Trial.NONE,
                    "COMMITTING, not over, and same",
                    REST_IDLE,
                    facts -> tries(facts, COMMITTING) && !facts.over() && facts.same(),
                    CONFIRM,
                    STATUS_NONE,
                    SECURITY_CONFIRMED,
                    ADVANCE_COUNTER,
                    OUTCOME_INSTALLED,
                    JOURNAL_IDLE,
                    AGAIN),
            row(
                    "20b",
                    Trial.NONE,
                    "ARMED or TRIAL, not over, and same (someone else made it permanent)",
                    Set.of(TRIAL),
                    facts -> tries(facts, ARMED, TRIAL) && !facts.over() && facts.same(),
                    JOURNAL_TRIAL_STARTED,
                    ACTIVATE,
                    SELF_TEST),
            row(
                    "20c",
                    Trial.NONE,
                    "ARMED, TRIAL, COMMITTING; over, running == target, and fallbackOk",
                    AS_JOURNALLED,
                    facts -> tries(facts, ARMED, TRIAL, COMMITTING)
                            && facts.over()
                            && facts.runsTarget()
                            && facts.fallbackOk(),
                    REVERT_IF_OVER,
                    ARM_FALLBACK,
                    RESET),
            row(
                    "20e",
                    Trial.NONE,
                    "ARMED, TRIAL, COMMITTING; over, running == target, not fallbackOk (never Installed)",
                    REST_IDLE,
                    facts -> tries(facts, ARMED, TRIAL, COMMITTING) && facts.over() && facts.runsTarget(),
                    QUARANTINE,
                    OUTCOME_NO_FALLBACK,
                    JOURNAL_IDLE,
                    AGAIN),
            row(
                    "20d",
                    Trial.NONE,
                    "ARMED, TRIAL, COMMITTING; running == target, not same (the counter stays)",
                    REST_IDLE,
                    facts -> tries(facts, ARMED, TRIAL, COMMITTING) && facts.runsTarget(),
                    REVERT,
                    OUTCOME_UNKNOWN_IMAGE,
                    JOURNAL_IDLE,
                    AGAIN),
            row(
                    "21",
                    Trial.NONE,
                    "TRIAL or COMMITTING, or ARMED with lastTrialId == J.trialId; running ≠ target",
                    REST_IDLE,
                    facts -> tries(facts, TRIAL, COMMITTING) || (tries(facts, ARMED) && facts.trialIsJournals()),
                    QUARANTINE,
                    REVERT,
                    OUTCOME_BY_CAUSE,
                    JOURNAL_IDLE,
                    AGAIN),
            row(
                    "22a",
                    Trial.NONE,
                    "DOWNLOADING, VERIFYING, STAGED, ARMED; over",
                    REST_IDLE,
                    facts -> in(facts, DOWNLOADING, VERIFYING, STAGED, ARMED) && facts.over(),
                    OUTCOME_BY_CAUSE,
                    DISCARD,
                    JOURNAL_IDLE,
                    AGAIN),
            row(
                    "22",
                    Trial.NONE,
                    "ARMED, lastTrialId ≠ J.trialId, running ≠ target (the cut fell before armTrial)",
                    Set.of(STAGED),
                    facts -> tries(facts, ARMED),
                    JOURNAL_STAGED,
                    ASK_GATE),
            row(
                    "23a",
                    Trial.NONE,
                    "DOWNLOADING, VERIFYING, STAGED; running == target, or alone and running ≠ target",
                    REST_IDLE,
                    facts -> in(facts, DOWNLOADING, VERIFYING, STAGED) && facts.runsTarget() != facts.alone(),
                    OUTCOME_BANK_CHANGED,
                    DISCARD,
                    JOURNAL_IDLE,
                    AGAIN),
            row(
                    "23b",
                    Trial.NONE,
                    "unreadable; absent though Security exists; DOWNLOADING, VERIFYING, STAGED with a body of an unknown schema",
                    REST_IDLE,
                    facts -> facts.journalUnreadable()
                            || (facts.journal().isEmpty() && facts.securityExisted())
                            || (in(facts, DOWNLOADING, VERIFYING, STAGED)
                                    && !facts.journal().map(j -> j.bodyKnown()).orElse(true)),
                    REVERT,
                    OUTCOME_STATE_LOST,
                    JOURNAL_IDLE,
                    AGAIN),
            row(
                    "23c",
                    Trial.NONE,
                    "DOWNLOADING, VERIFYING, STAGED",
                    AS_JOURNALLED,
                    facts -> in(facts, DOWNLOADING, VERIFYING, STAGED),
                    RESUME),
            row(
                    "28",
                    Trial.NONE,
                    "alone; COMMITTING, not over",
                    REST_IDLE,
                    facts -> alone(facts, COMMITTING) && !facts.over(),
                    VERIFY,
                    SECURITY_FLOORS,
                    OUTCOME_INSTALLED,
                    JOURNAL_IDLE,
                    AGAIN),
            row(
                    "28a",
                    Trial.NONE,
                    "alone; TRIAL, not over; running == target",
                    Set.of(TRIAL),
                    facts -> alone(facts, TRIAL) && !facts.over() && facts.runsTarget(),
                    JOURNAL_TRIAL_STARTED,
                    ACTIVATE,
                    SELF_TEST),
            row(
                    "28b",
                    Trial.NONE,
                    "alone; TRIAL, COMMITTING; over",
                    REST_IDLE,
                    facts -> alone(facts, TRIAL, COMMITTING) && facts.over(),
                    QUARANTINE,
                    REVERT,
                    OUTCOME_BY_CAUSE,
                    JOURNAL_IDLE,
                    AGAIN),
            row(
                    "28c",
                    Trial.NONE,
                    "alone; TRIAL; running ≠ target",
                    REST_IDLE,
                    facts -> alone(facts, TRIAL),
                    REVERT,
                    OUTCOME_BANK_CHANGED,
                    JOURNAL_IDLE,
                    AGAIN),
            row(
                    "24",
                    Trial.NONE,
                    "IDLE, or absent on a new device; the running digest isn't the confirmed one",
                    AS_JOURNALLED,
                    facts -> !facts.confirmed(),
                    OUTCOME_UNEXPECTED_IMAGE,
                    CONFIRM,
                    SECURITY_FOUND,
                    REST),
            row(
                    "25",
                    Trial.NONE,
                    "IDLE, or absent on a new device",
                    AS_JOURNALLED,
                    facts -> true,
                    ADVANCE_COUNTER,
                    ADVANCE_TRUST,
                    OUTCOME_REVOKED,
                    REST));

    private BootTable() {}

    /** Returns the first row that matches; there always is one. */
    static Row match(BootFacts facts) throws HalException {
        for (StartRow row : ROWS) {
            if (row.matches(facts)) {
                return row.row();
            }
        }
        throw new IllegalStateException("no row for " + facts.status() + ", " + facts.journal());
    }

    private static boolean in(BootFacts facts, UpdateState... states) {
        return facts.journal()
                .map(j -> Arrays.asList(states).contains(j.state()))
                .orElse(false);
    }

    /** Of an update with an image: only there a trial of the boot loader's is the journal's business. */
    private static boolean tries(BootFacts facts, UpdateState... states) {
        return in(facts, states) && !facts.alone();
    }

    private static boolean alone(BootFacts facts, UpdateState... states) {
        return in(facts, states) && facts.alone();
    }

    private static StartRow row(
            String id, Trial trial, String when, Set<UpdateState> next, Condition condition, Step... steps) {
        return new StartRow(Row.of(id, trial.name(), when, next, steps), trial, condition);
    }
}
