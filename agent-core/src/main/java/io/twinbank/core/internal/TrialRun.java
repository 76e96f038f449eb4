// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal;

import io.twinbank.core.AgentEvent;
import io.twinbank.core.Cause;
import io.twinbank.core.OtaAgentConfig;
import io.twinbank.core.spi.Scheduler;
import io.twinbank.core.spi.Scheduler.Cancellable;
import io.twinbank.core.spi.Scheduler.Lane;
import io.twinbank.core.spi.SelfTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the self-test of a trial until it passes, fails, or the deadline comes. The deadline is armed before the self-test is
 * asked first. It counts from boot, for that is when the new image began to run; of components alone, from the start of the
 * trial.
 */
final class TrialRun {
    /** Who is told how the trial went, once, on the agent thread. */
    interface Judge {
        void passed();

        void condemned(Cause cause, String detail);
    }

    private static final Logger LOG = LoggerFactory.getLogger(TrialRun.class);

    private final OtaAgentConfig config;
    private final Scheduler scheduler;
    private final Consumer<AgentEvent> events;
    private final Judge judge;
    private final boolean componentsAlone;
    private final List<Cancellable> pending = new ArrayList<>();
    private boolean decided;

    TrialRun(
            OtaAgentConfig config,
            Scheduler scheduler,
            Consumer<AgentEvent> events,
            Judge judge,
            boolean componentsAlone) {
        this.config = config;
        this.componentsAlone = componentsAlone;
        this.scheduler = scheduler;
        this.events = events;
        this.judge = judge;
    }

    void start() {
        Duration gone =
                componentsAlone ? Duration.ZERO : config.platform().clock().sinceBoot();
        Duration left = config.confirmWithin().minus(gone);
        pending.add(scheduler.after(
                Lane.AGENT,
                left.isNegative() ? Duration.ZERO : left,
                () -> decide(() -> judge.condemned(
                        Cause.SELF_TEST_TIMEOUT,
                        "no pass within " + config.confirmWithin().toSeconds()
                                + (componentsAlone ? " s of the activation" : " s of boot")))));
        ask();
    }

    /** An operator's confirm. */
    void confirm() {
        decide(judge::passed);
    }

    /** Stops asking; the judge isn't told. */
    void stop() {
        decided = true;
        pending.forEach(Cancellable::cancel);
    }

    private void ask() {
        if (!decided) {
            pending.add(scheduler.execute(Lane.SELF_TEST, () -> {
                SelfTest.Result result = run();
                scheduler.execute(Lane.AGENT, () -> answered(result));
            }));
        }
    }

    private SelfTest.Result run() {
        try {
            return config.selfTest().run();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return SelfTest.Result.notYet("interrupted");
        } catch (Exception e) {
            LOG.warn("the self-test threw; that counts as a failure", e);
            return SelfTest.Result.fail(e.toString());
        }
    }

    private void answered(SelfTest.Result result) {
        switch (result.verdict()) {
            case PASS -> decide(judge::passed);
            case FAIL -> decide(() -> judge.condemned(Cause.SELF_TEST_FAILED, result.detail()));
            case NOT_YET -> {
                if (!decided) {
                    events.accept(new AgentEvent.Waiting("self-test: " + result.detail()));
                    pending.add(scheduler.after(Lane.AGENT, config.selfTestEvery(), this::ask));
                }
            }
        }
    }

    private void decide(Runnable verdict) {
        if (!decided) {
            decided = true;
            verdict.run();
        }
    }
}
