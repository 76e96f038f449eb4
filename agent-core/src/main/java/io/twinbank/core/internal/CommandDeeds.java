// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal;

import io.twinbank.core.UpdateState;
import io.twinbank.core.suit.Digest;

/** What commands do to the update under way. */
final class CommandDeeds implements Commands.Port {
    private final StateMachine machine;
    private final RowRunner rows;
    private final Installation installation;
    private final Offers offers;
    private final UpdateEngine engine;

    CommandDeeds(StateMachine machine, RowRunner rows, Installation installation, Offers offers, UpdateEngine engine) {
        this.machine = machine;
        this.rows = rows;
        this.installation = installation;
        this.offers = offers;
        this.engine = engine;
    }

    @Override
    public boolean ready() {
        return rows.ready();
    }

    @Override
    public void ordered() {
        rows.note(UpdateTable.ORDER);
    }

    @Override
    public Commands.Cancelling cancel(Digest manifest) {
        if (machine.state() == UpdateState.IDLE
                || !machine.journal().manifestDigest().equals(manifest)) {
            return Commands.Cancelling.OVER;
        }
        engine.cancel();
        return switch (machine.state()) {
            case IDLE -> Commands.Cancelling.OVER;
            case TRIAL, COMMITTING -> Commands.Cancelling.TOO_LATE;
            case DOWNLOADING, VERIFYING, STAGED, ARMED -> Commands.Cancelling.FAILED;
        };
    }

    /** What is being read back goes on being read; what is staged asks the gate again and again anyway. */
    @Override
    public void pauseChanged() {
        if (machine.state() == UpdateState.DOWNLOADING) {
            installation.stop();
            rows.run(engine::resume);
        } else if (machine.state() == UpdateState.IDLE && !engine.paused()) {
            rows.judge(offers::takeParked, offers::takeParked);
        }
    }

    @Override
    public void rolloutRaised() {
        engine.holding().siteChanged();
    }
}
