// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal;

import static io.twinbank.core.UpdateState.DOWNLOADING;
import static io.twinbank.core.UpdateState.IDLE;

import io.twinbank.core.AgentEvent;
import io.twinbank.core.policy.Decision;
import io.twinbank.core.spi.Scheduler;
import io.twinbank.core.spi.Scheduler.Cancellable;
import io.twinbank.core.spi.Scheduler.Lane;
import io.twinbank.core.suit.InstallPlan;
import io.twinbank.hal.HalException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Holds back what the site doesn't allow to be downloaded, and asks again: an offer before it becomes the update under way (row
 * 2e), and the download of the one that is. What is staged asks for itself, see {@link Arming}.
 */
final class Holding {
    /** How soon a change at the site is noticed: power, link, a gate, a window's end. */
    private static final Duration ASK_EVERY = Duration.ofSeconds(30);

    private final StateMachine machine;
    private final RowRunner rows;
    private final Installation installation;
    private final Permits permits;
    private final Routes routes;
    private final Scheduler scheduler;
    private final Consumer<AgentEvent> events;
    private final UpdateEngine engine;
    private @Nullable Cancellable askAgain;
    private @Nullable Cancellable tick;

    Holding(
            StateMachine machine,
            RowRunner rows,
            Installation installation,
            Permits permits,
            Routes routes,
            Scheduler scheduler,
            Consumer<AgentEvent> events,
            UpdateEngine engine) {
        this.machine = machine;
        this.rows = rows;
        this.installation = installation;
        this.permits = permits;
        this.routes = routes;
        this.scheduler = scheduler;
        this.events = events;
        this.engine = engine;
    }

    /** Reads what the policy remembers, and begins to count the time where it wants that. */
    void load() throws HalException {
        permits.load();
        if (tick == null) {
            tickLater();
        }
    }

    private void tickLater() {
        permits.ticks()
                .ifPresent(every -> tick = scheduler.after(Lane.AGENT, every, () -> {
                    tickLater();
                    rows.run(permits::tick);
                }));
    }

    /** Returns what a new update has to wait for; it is asked about again then. */
    Optional<String> offer(InstallPlan plan) throws HalException {
        Optional<Decision.Wait> wait = machine.state() == IDLE
                ? permits.download(plan, routes.of(plan).fetchedBytes())
                : permits.downloadLater(plan);
        if (wait.isPresent()) {
            askOfferLater();
        }
        return wait.map(Decision.Wait::sentence);
    }

    private void askOfferLater() {
        if (askAgain != null) {
            askAgain.cancel();
        }
        askAgain = scheduler.after(Lane.AGENT, ASK_EVERY, () -> rows.judge(this::askOffer, this::askOffer));
    }

    private void askOffer() throws HalException {
        Optional<InstallPlan> held = engine.offers().held();
        if (held.isEmpty()) {
            return;
        }
        Optional<String> wait = engine.ready() ? offer(held.get()) : Optional.of("the device");
        if (wait.isEmpty()) {
            engine.offers().takeParked();
        } else if (engine.ready() && machine.state() == IDLE) {
            events.accept(new AgentEvent.Waiting(wait.get()));
        } else {
            askOfferLater();
        }
    }

    /** Goes on with a download unless it has to wait; either way it is asked about again. */
    void download(InstallPlan plan, long bytesLeft, Work begin) throws HalException {
        Optional<Decision.Wait> wait = permits.download(plan, bytesLeft);
        if (wait.isPresent()) {
            hold(wait.get().sentence());
        } else {
            begin.run();
            watch(plan);
        }
    }

    /** Something that begins a download. */
    interface Work {
        void run() throws HalException;
    }

    /** Has a download that runs asked about now and then. */
    void watch(InstallPlan plan) {
        if (machine.state() == DOWNLOADING && permits.mayStop()) {
            rows.later(ASK_EVERY, () -> rows.run(() -> stillAllowed(plan)));
        }
    }

    private void stillAllowed(InstallPlan plan) throws HalException {
        Optional<Decision.Wait> wait = permits.download(plan, installation.bytesLeft(plan));
        if (wait.isPresent()) {
            hold(wait.get().sentence());
        } else {
            watch(plan);
        }
    }

    /** Stops the download; what it wrote is found again by its checkpoint. */
    void hold(String why) {
        installation.stop();
        events.accept(new AgentEvent.Waiting(why));
        rows.later(ASK_EVERY, () -> rows.run(engine::resume));
    }

    /** Somebody answered, or more devices may have the update: asks at once. */
    void siteChanged() {
        if (!engine.ready()) {
            return;
        }
        switch (machine.state()) {
            case IDLE -> rows.judge(this::askOffer, this::askOffer);
            case DOWNLOADING -> {
                if (!installation.isDownloading()) {
                    rows.run(engine::resume);
                }
            }
            case STAGED -> rows.run(engine::askGate);
            case VERIFYING, ARMED, TRIAL, COMMITTING -> {}
        }
    }

    void close() {
        if (tick != null) {
            tick.cancel();
        }
        if (askAgain != null) {
            askAgain.cancel();
        }
    }
}
