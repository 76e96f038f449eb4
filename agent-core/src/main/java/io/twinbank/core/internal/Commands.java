// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal;

import io.twinbank.core.AgentEvent;
import io.twinbank.core.OtaAgentConfig;
import io.twinbank.core.RejectReason;
import io.twinbank.core.RejectedException;
import io.twinbank.core.Rejection;
import io.twinbank.core.command.Command;
import io.twinbank.core.command.Order;
import io.twinbank.core.command.Recipient;
import io.twinbank.core.command.SignedCommand;
import io.twinbank.core.internal.record.Security;
import io.twinbank.core.internal.record.StandingOrders;
import io.twinbank.core.spi.Scheduler;
import io.twinbank.core.spi.Scheduler.Lane;
import io.twinbank.core.suit.Digest;
import io.twinbank.hal.HalException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * What becomes of a signed command: rows 27 and 27a. Everything runs on the agent thread. A command is done first and counted
 * afterwards: a power cut between the two has it done again when it comes again, which changes nothing.
 */
final class Commands {
    /** What a command may lead to. */
    interface Port {
        /** Whether a row has been carried out since the start, so that the state is known. */
        boolean ready();

        /** Rows 9, 9b and 9c, if it is this manifest's update that is under way. */
        Cancelling cancel(Digest manifest);

        /** Row 27 is due: its orders are stored next. */
        void ordered();

        /** The pause began or ended; it is stored. */
        void pauseChanged();

        /** More devices may have an update; it is stored. */
        void rolloutRaised();
    }

    /** What became of a cancel. */
    enum Cancelling {
        /** Such an update isn't under way any more, or never was. */
        OVER,
        /** Its trial has begun. */
        TOO_LATE,
        /** The device failed meanwhile. */
        FAILED
    }

    /**
     * A command on its way through the engine.
     *
     * @param bytes as it came
     * @param settled run once it is done or judged, so that its message can be acknowledged
     * @param answer completed with what became of it, before its message is acknowledged
     * @param throwsSoFar how often the agent threw at it
     */
    record Incoming(byte[] bytes, Runnable settled, CompletableFuture<CommandAnswer> answer, int throwsSoFar) {
        Incoming(byte[] bytes, Runnable settled, CompletableFuture<CommandAnswer> answer) {
            this(bytes, settled, answer, 0);
        }

        void answer(CommandAnswer became) {
            answer.complete(became);
            settled.run();
        }
    }

    /** What an update waits for during a pause. */
    static final String PAUSED = "a command to resume";

    /** How many commands may wait for a device that isn't ready. */
    private static final int MAX_WAITING = 8;

    private static final Duration AGAIN = Duration.ofSeconds(10);

    /** How often the agent may throw at the same command before it is dropped. */
    private static final int MAX_THROWS = 5;

    private final OtaAgentConfig config;
    private final Trust trust;
    private final Records records;
    private final TimeFloor timeFloor;
    private final Supplier<Security> security;
    private final Strangers strangers;
    private final Scheduler scheduler;
    private final Consumer<AgentEvent> events;
    private final Port port;
    private StandingOrders standing = StandingOrders.none();
    private int waiting;

    Commands(
            OtaAgentConfig config,
            Trust trust,
            Records records,
            TimeFloor timeFloor,
            Supplier<Security> security,
            Strangers strangers,
            Scheduler scheduler,
            Consumer<AgentEvent> events,
            Port port) {
        this.config = config;
        this.trust = trust;
        this.records = records;
        this.timeFloor = timeFloor;
        this.security = security;
        this.strangers = strangers;
        this.scheduler = scheduler;
        this.events = events;
        this.port = port;
    }

    /** What holds since the last command. */
    StandingOrders standing() {
        return standing;
    }

    /** Reads what commands left behind before the reset, and tells the policy its settings. */
    void load() throws HalException {
        StandingOrders found = records.orders();
        if (!Objects.equals(found, standing)) { // see Permits.restricts
            standing = found;
            try {
                config.updatePolicy().settings(standing.settings());
            } catch (RuntimeException e) {
                events.accept(new AgentEvent.Trouble("the update policy doesn't take its stored settings "
                        + standing.settings().keySet() + ": " + e.getMessage()));
            }
        }
    }

    void commanded(Incoming command) throws HalException {
        if (!port.ready()) {
            takeLater(command);
            return;
        }
        Optional<Order> read = Optional.empty();
        Order order;
        try {
            byte[] authentic;
            try {
                authentic = SignedCommand.authenticate(command.bytes(), trust.policy());
            } catch (RejectedException e) {
                strangers.tell(e.rejection());
                command.answer(CommandAnswer.notAuthentic(e.rejection()));
                return;
            }
            order = Order.decode(authentic);
            read = Optional.of(order);
            requireForUs(order);
        } catch (RejectedException e) {
            refuse(command, read, e.rejection());
            return;
        }
        if (!standing.isNew(order)) {
            events.accept(new AgentEvent.RowBegun(UpdateTable.ORDER_KNOWN.id()));
            command.answer(CommandAnswer.repeated(order));
            return;
        }
        try {
            carryOut(command, order);
        } catch (HalException e) {
            takeLater(command);
            throw e;
        } catch (RuntimeException | Error e) {
            threw(command, e);
            throw e;
        }
    }

    /** As of an offer: its message isn't acknowledged, and nobody sends it again while the connection lasts. */
    private void threw(Incoming command, Throwable thrown) {
        int times = command.throwsSoFar() + 1;
        if (times < MAX_THROWS) {
            takeLater(new Incoming(command.bytes(), command.settled(), command.answer(), times));
        } else {
            command.settled().run();
            command.answer().completeExceptionally(thrown);
        }
    }

    private void requireForUs(Order order) throws RejectedException {
        Recipient recipient = order.recipient();
        String device = config.platform().identity().name();
        boolean ours = recipient.kind() == Recipient.Kind.DEVICE
                ? recipient.name().equals(device)
                : config.groups().contains(recipient.name());
        if (!ours) {
            throw new RejectedException(
                    RejectReason.WRONG_DEVICE,
                    "recipient of the command",
                    recipient,
                    "device " + device + ", or group " + config.groups());
        }
        if (timeFloor.judge(order.expires(), security.get()) == Validity.EXPIRED) {
            throw new RejectedException(
                    RejectReason.EXPIRED,
                    "the command is no longer valid",
                    timeFloor.latest(security.get()),
                    "before " + Instant.ofEpochSecond(order.expires()));
        }
    }

    private void carryOut(Incoming incoming, Order order) throws HalException {
        Optional<Rejection> rejection = Optional.empty();
        Command command = order.command();
        StandingOrders next = standing.after(order);
        if (command instanceof Command.Cancel cancel) {
            Cancelling cancelling = port.cancel(cancel.manifest());
            if (cancelling == Cancelling.FAILED) {
                takeLater(incoming);
                return;
            }
            if (cancelling == Cancelling.TOO_LATE) {
                rejection = Optional.of(Rejection.of(
                        RejectReason.CONDITION_FAILED,
                        "the update's trial has begun; it ends by its self-test or its deadline"));
            }
        } else if (command instanceof Command.Settings settings) {
            rejection = set(settings.values());
            if (rejection.isPresent()) {
                next = standing.afterRefused(order);
            }
        }
        boolean pauseChanges = next.paused() != standing.paused();
        port.ordered();
        records.store(next);
        standing = next;
        incoming.answer(CommandAnswer.of(order, rejection));
        events.accept(new AgentEvent.Commanded(order.toString(), rejection));
        if (pauseChanges) {
            port.pauseChanged();
        }
        if (command instanceof Command.Rollout) {
            port.rolloutRaised();
        }
    }

    private Optional<Rejection> set(Map<String, String> values) {
        try {
            config.updatePolicy().settings(values);
            return Optional.empty();
        } catch (RuntimeException e) {
            return Optional.of(Rejection.of(
                    RejectReason.UNSUPPORTED, "the update policy doesn't take the settings: " + e.getMessage()));
        }
    }

    /** Nothing is stored: a command that is refused may come again, and then is refused again. */
    private void refuse(Incoming command, Optional<Order> order, Rejection rejection) {
        events.accept(new AgentEvent.RowBegun(UpdateTable.ORDER_KNOWN.id()));
        events.accept(new AgentEvent.Commanded("a command", Optional.of(rejection)));
        command.answer(CommandAnswer.refused(order, rejection));
    }

    private void takeLater(Incoming command) {
        if (waiting == MAX_WAITING) {
            refuse(
                    command,
                    Optional.empty(),
                    Rejection.of(
                            RejectReason.LIMIT_EXCEEDED,
                            "commands that wait for the device; send it again",
                            waiting + 1,
                            "at most " + MAX_WAITING));
            return;
        }
        waiting++;
        scheduler.after(Lane.AGENT, AGAIN, () -> {
            waiting--;
            try {
                commanded(command);
            } catch (HalException e) {
                events.accept(new AgentEvent.Trouble("a command can't be judged: " + e.getMessage()));
            }
        });
    }
}
