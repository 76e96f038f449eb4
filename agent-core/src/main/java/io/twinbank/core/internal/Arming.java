// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal;

import static io.twinbank.core.UpdateState.ARMED;

import io.twinbank.core.AgentEvent;
import io.twinbank.core.Cause;
import io.twinbank.core.Outcome;
import io.twinbank.core.UpdateState;
import io.twinbank.core.policy.Decision;
import io.twinbank.core.suit.InstallPlan;
import io.twinbank.hal.HalException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * From a good image in the bank to the reset into it: rows 10 to 10b, 18 and 18b; and from staged components to their
 * activation, row 10c. The gate decides when, never whether; what is armed and may not reset for a day is called off.
 */
final class Arming {
    private static final Duration ASK_EVERY = Duration.ofSeconds(5);
    private static final Duration DEADLINE = Duration.ofHours(24);

    private final StateMachine machine;
    private final Steps steps;
    private final RowRunner rows;
    private final ArmCheck check;
    private final Board board;
    private final Permits permits;
    private final TrustWatch trustWatch;
    private final Consumer<AgentEvent> events;
    private final UpdateEngine engine;
    private Duration shut = Duration.ZERO;
    /** Of the update that waits, for the gate is asked again and again. */
    private Optional<InstallPlan> plan = Optional.empty();
    /** The image was read back, and nothing has been waited for since. */
    private boolean verifiedJustNow;
    /** The gate was found shut, by this agent. */
    private boolean waits;

    Arming(
            StateMachine machine,
            Steps steps,
            RowRunner rows,
            ArmCheck check,
            Board board,
            Permits permits,
            TrustWatch trustWatch,
            Consumer<AgentEvent> events,
            UpdateEngine engine) {
        this.machine = machine;
        this.steps = steps;
        this.rows = rows;
        this.check = check;
        this.board = board;
        this.permits = permits;
        this.trustWatch = trustWatch;
        this.events = events;
        this.engine = engine;
    }

    void verified() {
        verifiedJustNow = true;
    }

    void stop() {
        verifiedJustNow = false;
        waits = false;
        plan = Optional.empty();
    }

    void askGate() throws HalException {
        Optional<String> shut = shut();
        if (shut.isPresent()) {
            keepShut(shut.get());
        } else if (plan.isEmpty() && permits.restricts()) {
            endUnasked();
        } else if (machine.state() == ARMED) {
            if (trustWatch.believesUpdate()) {
                engine.reset();
            } else {
                review();
            }
        } else if (!verifiedJustNow) {
            engine.readBack();
        } else {
            arm();
        }
    }

    /** What is waited for; an update whose envelope was lost waits for the gates alone. */
    private Optional<String> shut() throws HalException {
        if (engine.paused()) {
            return Optional.of(Commands.PAUSED);
        }
        if (plan.isEmpty()) {
            plan = board.storedPlan(machine.journal());
        }
        if (plan.isEmpty()) {
            return permits.shutGate();
        }
        Optional<Decision.Wait> wait = machine.state() == ARMED ? permits.reset(plan.get()) : permits.trial(plan.get());
        return wait.map(Decision.Wait::sentence);
    }

    /** What has to wait is asked first who signed it: before this start the trust set may have changed, or been lost. */
    private void keepShut(String what) throws HalException {
        if (!waits && !trustWatch.believesUpdate()) {
            review();
            return;
        }
        waits = true;
        events.accept(new AgentEvent.Waiting(what));
        verifiedJustNow = false;
        shut = shut.plus(ASK_EVERY);
        if (machine.state() == ARMED && shut.compareTo(DEADLINE) > 0) {
            shut = Duration.ZERO;
            rows.carryOut(UpdateTable.GATE_SHUT, Deed.none());
        } else {
            rows.later(ASK_EVERY, () -> rows.run(this::askGate));
        }
    }

    /** Without its envelope nobody can say what the site lets an update do: it isn't restarted into. */
    private void endUnasked() throws HalException {
        if (machine.state() == ARMED) {
            rows.carryOut(UpdateTable.GATE_SHUT, Deed.none());
        } else {
            engine.end(
                    UpdateTable.UNFIT, new Outcome.Failed(Cause.UNKNOWN, Optional.empty(), UpdateEngine.ENVELOPE_LOST));
        }
    }

    /** Ends an update that isn't believed any more; one whose envelope was only read wrong is asked about again. */
    private void review() throws HalException {
        UpdateState before = machine.state();
        trustWatch.review();
        if (machine.state() == before) {
            rows.later(ASK_EVERY, () -> rows.run(this::askGate));
        }
    }

    private void arm() throws HalException {
        Optional<Outcome> unfit = trustWatch.believesUpdate()
                ? check.unfit(machine.journal(), steps.security())
                : Optional.of(new Outcome.Cancelled(Cause.REVOKED));
        if (unfit.isPresent()) {
            engine.end(UpdateTable.UNFIT, unfit.get());
        } else {
            boolean alone = machine.journal().componentsAlone();
            rows.carryOut(alone ? UpdateTable.TRY_ALONE : UpdateTable.ARM, Deed.none());
        }
    }
}
