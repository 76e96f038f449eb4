// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal;

import static io.twinbank.core.UpdateState.ARMED;
import static io.twinbank.core.UpdateState.DOWNLOADING;

import io.twinbank.core.Cause;
import io.twinbank.core.Outcome;
import io.twinbank.core.RejectReason;
import io.twinbank.core.Rejection;
import io.twinbank.core.internal.record.OutcomeRecord;
import io.twinbank.core.suit.InstallPlan;
import io.twinbank.hal.HalException;
import java.util.Optional;

/** Makes an offer that was judged the update under way, or its refusal an outcome: rows 1, 1b, 2, 5 and 9b. */
final class Acceptance implements Offers.Port {
    private final StateMachine machine;
    private final RowRunner rows;
    private final Outbox outbox;
    private final UpdateEngine engine;

    Acceptance(StateMachine machine, RowRunner rows, Outbox outbox, UpdateEngine engine) {
        this.machine = machine;
        this.rows = rows;
        this.outbox = outbox;
        this.engine = engine;
    }

    @Override
    public boolean ready() {
        return rows.ready();
    }

    @Override
    public boolean paused() {
        return engine.paused();
    }

    @Override
    public Optional<String> held(InstallPlan plan) throws HalException {
        return engine.holding().offer(plan);
    }

    @Override
    public void accept(Incoming offer, InstallPlan plan) {
        try {
            rows.carryOut(plan.bringsImage() ? UpdateTable.ACCEPT : UpdateTable.ACCEPT_ALONE, Deed.accept(offer, plan));
        } catch (HalException e) {
            if (machine.state() == DOWNLOADING) {
                engine.failed(Cause.FLASH, Optional.empty(), e.toString());
            } else {
                // Nothing is journalled, so nothing is owed; a fault that doesn't pass isn't worth the wear of more
                // tries.
                if (rows.faultsPersist()) {
                    offer.answer(new Outcome.Rejected(Rejection.of(RejectReason.FLASH_FAILED, e.toString())));
                } else {
                    engine.offers().park(offer);
                }
                rows.trouble(e);
            }
        }
    }

    /** It is the update under way, durably. */
    void journalled(Incoming offer) {
        offer.settled().run();
        engine.offers().journalled(machine.journal().outcomeId(), offer);
    }

    /** Rows 5 and 9b, then row 1. */
    @Override
    public void supersede(Incoming offer, InstallPlan plan) {
        engine.end(machine.state() == ARMED ? UpdateTable.CALL_OFF : UpdateTable.SUPERSEDE, new Outcome.Superseded());
        if (ready()) {
            accept(offer, plan);
        } else {
            engine.offers().park(offer);
        }
    }

    @Override
    public void refuse(Incoming offer, OutcomeRecord outcome) throws HalException {
        rows.note(UpdateTable.REFUSE);
        outbox.add(outcome);
        offer.settled().run();
        outcome.outcome().ifPresent(offer::tell);
    }
}
