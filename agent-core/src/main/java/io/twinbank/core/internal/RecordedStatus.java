// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal;

import io.twinbank.core.AgentStatus;
import io.twinbank.core.UpdateState;
import io.twinbank.core.internal.record.Checkpoint;
import io.twinbank.core.internal.record.Journal;
import io.twinbank.core.internal.record.OutcomeRecord;
import io.twinbank.core.internal.record.OutcomeRing;
import io.twinbank.core.internal.record.Security;
import io.twinbank.core.internal.record.StandingOrders;
import io.twinbank.hal.CounterId;
import io.twinbank.hal.HalException;
import io.twinbank.hal.Platform;
import java.util.Optional;

/** What the records say, while no agent runs that could. */
public final class RecordedStatus {
    private RecordedStatus() {}

    /**
     * Reads it.
     *
     * @param board the board; nothing is changed
     * @return the status
     * @throws HalException if boot loader, counter or records can't be read
     */
    public static AgentStatus read(Platform board) throws HalException {
        Records records = new Records(board.stateStore());
        Optional<Journal> journal = records.journal().value();
        UpdateState state = journal.map(Journal::state).orElse(UpdateState.IDLE);
        boolean underWay = state != UpdateState.IDLE;
        Optional<Security> security = records.security().value().map(Security.Stored::security);
        OutcomeRing outcomes = records.outcomes();
        StandingOrders orders = records.orders();
        Optional<Journal> downloading = journal.filter(each -> each.state() == UpdateState.DOWNLOADING);
        return new AgentStatus(
                state,
                Optional.of(board.bootControl().status().running()),
                security.map(Security::floor).orElse(0L),
                board.counter(CounterId.SECURITY_VERSION).read(),
                security.map(Security::trustVersion).orElse(0L),
                downloading.isPresent()
                        ? records.checkpoint().map(Checkpoint::offset).orElse(0L)
                        : 0,
                downloading.map(Journal::imageBytes).orElse(0L),
                "",
                false,
                underWay ? "an agent" : "",
                Optional.of(board.bootControl().enforcement()),
                outcomes.pending(),
                outcomes.latest().flatMap(OutcomeRecord::outcome),
                0,
                orders.paused(),
                orders.sequence());
    }
}
