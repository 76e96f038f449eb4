// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.oracle;

import io.twinbank.hal.HalException;
import io.twinbank.hal.StateKey;
import io.twinbank.hal.StateStore;
import io.twinbank.simulator.BoardRecords;
import io.twinbank.simulator.medium.Operation;
import io.twinbank.simulator.medium.StateHash;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Watches how the journal goes on (S11): from each state only to those that the update table leads to, and in the middle of
 * an update never to another bank, outcome or trial than its own. A journal that can't be read may become anything.
 */
final class JournalWatch {
    private static final String CALL = "store " + StateKey.JOURNAL;
    private static final String IDLE = "IDLE";
    private static final String ARMED = "ARMED";
    private static final String TRIAL = "TRIAL";

    private static final Map<String, Set<String>> NEXT = Map.of(
            "ABSENT",
            Set.of(IDLE),
            IDLE,
            Set.of(IDLE, "DOWNLOADING"),
            "DOWNLOADING",
            Set.of(IDLE, "VERIFYING"),
            "VERIFYING",
            Set.of(IDLE, "STAGED"),
            "STAGED",
            Set.of(IDLE, ARMED),
            ARMED,
            Set.of(IDLE, "STAGED", TRIAL),
            TRIAL,
            Set.of(IDLE, TRIAL, "COMMITTING"),
            "COMMITTING",
            Set.of(IDLE, TRIAL));

    private final BoardRecords records;
    private final List<Violation> violations;
    private JournalHeader last = JournalHeader.of(new StateStore.Absent());
    /** What was there when the call began that is under way: one that fails may leave it so. */
    private JournalHeader before = last;

    private boolean touched = false;

    JournalWatch(BoardRecords records, List<Violation> violations) {
        this.records = records;
        this.violations = violations;
    }

    void begin() throws HalException {
        last = read();
        before = last;
        touched = false;
    }

    /** Told of each operation before it is done: what a call before it has stored can be read now. */
    void operation(Operation operation) {
        if (touched) {
            check(false);
        }
        touched = operation.call().equals(CALL);
        if (!touched) {
            before = last;
        }
    }

    /** Adds what the next judgement depends on, besides the journal itself. */
    void addTo(StateHash hash) {
        last.addTo(hash);
        if (touched) {
            before.addTo(hash);
        }
    }

    /** Told of the end of a life. */
    void end() {
        check(true);
    }

    /** In the middle of a call nothing may be there; whether a cut may leave it so isn't asked here. */
    private void check(boolean atEnd) {
        JournalHeader next = read();
        boolean there = !next.state().equals("ABSENT") && !next.state().equals("UNREADABLE");
        if (!next.equals(last) && (there || atEnd)) {
            if (!next.equals(before) && !isLegal(last, next)) {
                violations.add(new Violation("S11", "the journal went from " + last + " to " + next, Strictness.EXACT));
            }
            last = next;
        }
    }

    /** A store that an observer can't read either is one without a journal. */
    private JournalHeader read() {
        try {
            return JournalHeader.of(records.peek(StateKey.JOURNAL));
        } catch (HalException e) {
            return JournalHeader.of(new StateStore.Corrupt(e.toString()));
        }
    }

    private static boolean isLegal(JournalHeader from, JournalHeader to) {
        if (from.state().equals("UNREADABLE")) {
            return true;
        }
        boolean same = from.target().equals(to.target())
                && from.manifest().equals(to.manifest())
                && from.outcomeId().equals(to.outcomeId());
        boolean begins = from.state().equals(IDLE)
                || to.state().equals(IDLE)
                || from.state().equals("ABSENT");
        boolean counts = to.trialId() >= from.trialId()
                && (!to.state().equals(ARMED) || (to.trialId() > from.trialId() && to.arms() == from.arms() + 1))
                && (!to.state().equals(TRIAL) || (to.starts() >= from.starts() && to.starts() <= from.starts() + 1));
        boolean tried = from.state().equals("STAGED") && to.state().equals(TRIAL);
        boolean leads = tried
                ? to.componentsAlone() && to.trialId() > from.trialId() // nobody arms them
                : NEXT.getOrDefault(from.state(), Set.of()).contains(to.state());
        boolean armed = to.state().equals(ARMED) && to.componentsAlone();
        return leads && !armed && (begins || same) && counts;
    }
}
