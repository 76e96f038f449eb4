// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core;

import io.twinbank.core.internal.BuildTime;
import io.twinbank.core.internal.RecordedStatus;
import io.twinbank.core.policy.Forecast;
import io.twinbank.hal.HalException;
import io.twinbank.hal.Platform;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * The update agent of one device: hears of updates, installs them into the inactive bank, tries them, and confirms them or
 * lets them roll back. Made by {@link #builder()}; not for implementing.
 *
 * <p>Thread-safe. Nothing blocks but {@link #close()}.
 */
public interface OtaAgent extends AutoCloseable {
    /**
     * Returns a builder.
     *
     * @return a fresh builder
     */
    static OtaAgentBuilder builder() {
        return new OtaAgentBuilder();
    }

    /**
     * Reads how a board stands from its boot loader and its records, for a tool that is asked while no agent runs. Changes nothing,
     * and starts nothing: what the start-up table would make of it is seen when an agent starts.
     *
     * @param board the board; called on this thread
     * @return the status; never online, and waiting for an agent where there is an update under way
     * @throws HalException {@code IO}, or {@code UNSUPPORTED} where it can't be told which bank runs
     */
    static AgentStatus read(Platform board) throws HalException {
        return RecordedStatus.read(board);
    }

    /**
     * Tells which agent this is.
     *
     * @return its version, such as {@code 1.0.0}; empty where the jar doesn't say
     */
    static String version() {
        return BuildTime.versionOfThisAgent();
    }

    /**
     * Starts the agent: reads the boot status and the journal first, finishes what a reset interrupted, then goes online.
     * Returns at once; a second call does nothing.
     */
    void start();

    /**
     * Returns a snapshot.
     *
     * @return the latest status
     */
    AgentStatus status();

    /**
     * Asks for a status that the agent's thread makes when it has its turn. One that hangs, such as in a board's driver, never answers:
     * for a watchdog of the process, which should be patient, since reading a whole bank is one turn.
     *
     * @return completes with the status then; never after {@link #close()}
     */
    CompletionStage<AgentStatus> fresh();

    /**
     * Explains in words what the agent is doing, why, and what it waits for.
     *
     * @return several lines of text
     */
    String explain();

    /**
     * Tells how the device is after its last update, compared with before.
     *
     * @return the latest comparison since the start; empty if there was none
     */
    Optional<HealthReport> health();

    /**
     * Offers an update, as a transport would.
     *
     * @param offer the offer
     * @return completes with the outcome, unless a reset comes first; {@link Outcome.Rejected} for an offer that is refused
     */
    CompletionStage<Outcome> offer(Offer offer);

    /**
     * Hands over a signed command, as a transport would.
     *
     * @param command a {@link io.twinbank.core.command.SignedCommand}
     * @return completes with why it is refused; empty when it is carried out, or was before
     */
    CompletionStage<Optional<Rejection>> command(byte[] command);

    /**
     * Cancels the update under way, if it hasn't begun its trial.
     *
     * @return whether there is an update that can still be cancelled; its outcome tells whether it was
     */
    boolean cancel();

    /**
     * Somebody at the site agrees to the update that waits for consent; does nothing if none does. Stored, so that it is asked for
     * once.
     */
    void consent();

    /**
     * Somebody at the site postpones the update that waits for consent.
     *
     * @param by for how long, at most as the site's policy says
     * @return completes when that is stored; with an {@link IllegalStateException} if there is nothing to postpone, or no more
     *     often, with an {@link IllegalArgumentException} if it is too long, with a {@link HalException} if it can't be stored
     */
    CompletionStage<Void> defer(Duration by);

    /**
     * Tells ahead of time when an update would happen: the one that waits or is under way, or where there is none one that is
     * offered now.
     *
     * @param ahead how far to look, at most 10 years
     * @param bytes how many bytes such a one has
     * @return completes with the forecast, made on the agent's thread, which it may take some milliseconds for each year
     */
    CompletionStage<Forecast> forecast(Duration ahead, long bytes);

    /** An operator's confirm: counts as a passed self-test during a trial, and does nothing otherwise. */
    void confirm();

    /** Stops the agent, its threads and its transport; waits at most 5 s, throws nothing. An update goes on at the next start. */
    @Override
    void close();
}
