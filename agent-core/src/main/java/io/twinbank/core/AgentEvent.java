// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core;

import io.twinbank.hal.BankId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Something that happened, for logs and screens. Listeners are called on the agent thread after the change; what a
 * listener throws is logged and stops nothing. New permitted types may come in a minor release.
 */
public sealed interface AgentEvent {
    /**
     * The agent started.
     *
     * @param running the bank that runs
     * @param row the row of the start-up table that matched
     */
    record Started(BankId running, String row) implements AgentEvent {}

    /**
     * The state changed.
     *
     * @param from the state before
     * @param to the state after
     * @param row the row of the update table
     */
    record StateChanged(UpdateState from, UpdateState to, String row) implements AgentEvent {}

    /**
     * A row of the update table or of the start-up table begins, also one that leaves the state as it is. The one event that is
     * told before what it tells of. Not told of rows 2a, 3 and 4, for {@link NotAuthentic}, {@link Progress} and
     * {@link DownloadInterrupted} say as much. There may be as many as offers come in, so it is nothing for a log.
     *
     * @param row the row's number in the design
     */
    record RowBegun(String row) implements AgentEvent {}

    /**
     * Bytes moved: the download, or the read-back of the bank.
     *
     * @param state {@code DOWNLOADING} or {@code VERIFYING}
     * @param doneBytes how many
     * @param totalBytes of how many
     */
    record Progress(UpdateState state, long doneBytes, long totalBytes) implements AgentEvent {}

    /**
     * A download began, or went on after an interruption.
     *
     * @param offsetBytes from where
     * @param totalBytes the payload's size
     */
    record DownloadResumed(long offsetBytes, long totalBytes) implements AgentEvent {}

    /**
     * A download was interrupted and will be tried again.
     *
     * @param why the cause
     * @param retryIn after how long
     */
    record DownloadInterrupted(String why, Duration retryIn) implements AgentEvent {}

    /**
     * It was decided how an image is fetched, of which the manifest offers more than one way. Told when its download begins, and again when
     * another way has to be taken.
     *
     * @param component whose image
     * @param route which way, such as "delta from sha-256:…" or "full image"
     * @param bytes about how many bytes it takes from now on
     * @param fullBytes how many the full image would take
     * @param impossible which other ways can't be gone, each with why
     */
    record RouteTaken(String component, String route, long bytes, long fullBytes, List<String> impossible)
            implements AgentEvent {
        /** Copies the list. */
        public RouteTaken {
            impossible = List.copyOf(impossible);
        }
    }

    /**
     * A way to an image turned out not to lead there: this device doesn't hold what it should, or the payload is wrong or gone. The
     * cheapest of the others is taken, if there is one.
     *
     * @param component whose image
     * @param route which way
     * @param why the cause, with its numbers
     */
    record RouteRefused(String component, String route, String why) implements AgentEvent {}

    /**
     * Of an image that came in, some was in the bank already: those erase units were neither erased nor written. Told when it is complete,
     * of what came since the download began or went on.
     *
     * @param component whose image
     * @param keptBytes how much, in bytes
     * @param imageBytes of how many
     */
    record BlocksKept(String component, long keptBytes, long imageBytes) implements AgentEvent {}

    /**
     * The agent waits for something outside. Told when that begins, and not again while only the time that is left differs.
     *
     * @param what such as "install gate" or "self-test: modem not registered"
     */
    record Waiting(String what) implements AgentEvent {}

    /**
     * An offer or a command that isn't authentic came in. Rate-limited; nothing is stored.
     *
     * @param rejection why, with its numbers
     * @param total how many so far since the start
     */
    record NotAuthentic(Rejection rejection, long total) implements AgentEvent {}

    /**
     * A signed command was carried out, or authentic and refused.
     *
     * @param command what it was, for people
     * @param rejection why it was refused; empty if it was carried out
     */
    record Commanded(String command, Optional<Rejection> rejection) implements AgentEvent {}

    /**
     * An update ended.
     *
     * @param id the outcome's id, its idempotency key
     * @param outcome how it ended
     */
    record Ended(String id, Outcome outcome) implements AgentEvent {}

    /**
     * A report reached the other side.
     *
     * @param id the outcome's id
     */
    record Reported(String id) implements AgentEvent {}

    /**
     * The transport went online or offline.
     *
     * @param online whether it is connected
     * @param why the cause of being offline, else empty
     */
    record Link(boolean online, String why) implements AgentEvent {}

    /**
     * Something is wrong that people should know.
     *
     * @param what such as a device fault, with what to do
     */
    record Trouble(String what) implements AgentEvent {}

    /**
     * What was wrong with the device has passed; {@link Trouble} has said what it was.
     *
     * @param row the row of the update table that could be carried out again
     */
    record Recovered(String row) implements AgentEvent {}

    /**
     * An update went on though the site's policy would have held it, since it is an emergency or waited to its deadline.
     *
     * @param what a sentence: what it passed, and why it may
     */
    record Passed(String what) implements AgentEvent {}

    /**
     * The device's health after an update was compared with before.
     *
     * @param report what it came to
     */
    record HealthCompared(HealthReport report) implements AgentEvent {}
}
