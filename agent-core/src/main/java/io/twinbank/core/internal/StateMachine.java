// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal;

import io.twinbank.core.AgentEvent;
import io.twinbank.core.UpdateState;
import io.twinbank.core.internal.record.Journal;
import io.twinbank.hal.BankId;
import io.twinbank.hal.HalException;
import java.util.function.Consumer;

/** Holds the journal. {@link #transition} is the only place where the state changes. */
final class StateMachine {
    private final Records records;
    private final Consumer<AgentEvent> events;
    private Journal journal = Journal.idle(BankId.A, false, 0);

    StateMachine(Records records, Consumer<AgentEvent> events) {
        this.records = records;
        this.events = events;
    }

    Journal journal() {
        return journal;
    }

    UpdateState state() {
        return journal.state();
    }

    /** Takes over what was stored, at a start. */
    void adopt(Journal stored) {
        journal = stored;
    }

    /**
     * Changes the state: first durably, then in memory. A power cut leaves the old journal or the new one.
     *
     * @param row the row that says so; a state that it doesn't lead to is a bug
     * @param next the new journal
     */
    void transition(Row row, Journal next) throws HalException {
        if (!row.next().contains(next.state())) {
            throw new IllegalStateException("row " + row + " doesn't lead to " + next.state());
        }
        records.store(next);
        UpdateState from = journal.state();
        journal = next;
        if (from != next.state()) {
            events.accept(new AgentEvent.StateChanged(from, next.state(), row.id()));
        }
    }
}
