// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal;

import io.twinbank.core.Cause;
import io.twinbank.core.Outcome;
import io.twinbank.hal.HalException;

/** Puts trust sets in force (rows 26 and 26a), and ends the update under way that is believed no more (rows 9 and 9b). */
final class TrustWatch {
    /** How an update ends. */
    @FunctionalInterface
    interface End {
        void by(Row row, Outcome outcome);
    }

    private final Trust trust;
    private final Board board;
    private final StateMachine machine;
    private final Steps steps;
    private final RowRunner rows;
    private final End end;

    TrustWatch(Trust trust, Board board, StateMachine machine, Steps steps, RowRunner rows, End end) {
        this.trust = trust;
        this.board = board;
        this.machine = machine;
        this.steps = steps;
        this.rows = rows;
        this.end = end;
    }

    /** Row 26. */
    void believe(Trust.Next next) throws HalException {
        rows.carryOut(UpdateTable.TRUST, Deed.trust(next));
    }

    /** The set in force is offered again: what a device fault left undone of row 26 is done now. */
    void believeStill() throws HalException {
        if (!trust.isKnownTo(steps.security())) {
            rows.carryOut(UpdateTable.TRUST_CUT, Deed.none());
        }
        review();
    }

    /** A trial isn't ended here: it is judged when it begins, and no set takes effect meanwhile. */
    void review() throws HalException {
        switch (machine.state()) {
            case DOWNLOADING, VERIFYING, STAGED -> endUnlessBelieved(UpdateTable.CANCEL);
            case ARMED -> endUnlessBelieved(UpdateTable.CALL_OFF);
            case IDLE, TRIAL, COMMITTING -> {}
        }
    }

    private void endUnlessBelieved(Row row) throws HalException {
        if (!believesUpdate()) {
            end.by(row, new Outcome.Cancelled(Cause.REVOKED));
        }
    }

    boolean believesUpdate() throws HalException {
        return board.believed(machine.journal(), trust);
    }
}
