// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** What an agent says, in words that an operator understands. */
public final class EventText {
    private EventText() {}

    /**
     * Says what happened.
     *
     * @param event what
     * @return a line for the log, without its {@link EventId}; empty for what would only fill it
     */
    public static Optional<String> of(AgentEvent event) {
        if (event instanceof AgentEvent.Started started) {
            return Optional.of("bank " + started.running() + " runs (start-up row " + started.row() + ")");
        } else if (event instanceof AgentEvent.StateChanged changed) {
            return Optional.of(word(changed.from()) + " -> " + word(changed.to()) + " (row " + changed.row() + ")");
        } else if (event instanceof AgentEvent.DownloadResumed resumed) {
            return Optional.of("downloading from byte " + resumed.offsetBytes() + " of " + resumed.totalBytes());
        } else if (event instanceof AgentEvent.DownloadInterrupted interrupted) {
            return Optional.of("the download was interrupted: " + interrupted.why() + "; again in "
                    + interrupted.retryIn().toSeconds() + " s");
        } else if (event instanceof AgentEvent.RouteTaken taken) {
            return Optional.of(taken.component() + " by " + taken.route() + ": about " + taken.bytes()
                    + " bytes are fetched, " + taken.fullBytes() + " would be of the full image"
                    + taken.impossible().stream()
                            .map(each -> "; not by " + each)
                            .collect(Collectors.joining()));
        } else if (event instanceof AgentEvent.RouteRefused refused) {
            return Optional.of(refused.component() + " can't be had by " + refused.route() + ": " + refused.why());
        } else if (event instanceof AgentEvent.BlocksKept kept) {
            return Optional.of(kept.component() + ": " + kept.keptBytes() + " of " + kept.imageBytes()
                    + " bytes were in the bank already, neither erased nor written");
        } else if (event instanceof AgentEvent.Waiting waiting) {
            String what = waiting.what();
            return Optional.of(what.startsWith("waiting ") ? what : "waiting for " + what);
        } else if (event instanceof AgentEvent.Passed passed) {
            return Optional.of(passed.what());
        } else if (event instanceof AgentEvent.NotAuthentic stranger) {
            return Optional.of(
                    "refused what isn't authentic, " + stranger.total() + " so far: " + stranger.rejection());
        } else if (event instanceof AgentEvent.Commanded commanded) {
            return Optional.of("command: " + commanded.command()
                    + commanded.rejection().map(why -> "; refused: " + why).orElse(""));
        } else if (event instanceof AgentEvent.Ended ended) {
            return Optional.of("update " + ended.id() + ": " + of(ended.outcome()));
        } else if (event instanceof AgentEvent.Reported reported) {
            return Optional.of("reported " + reported.id());
        } else if (event instanceof AgentEvent.Link link) {
            return Optional.of(link.online() ? "online" : "offline: " + link.why());
        } else if (event instanceof AgentEvent.Recovered) {
            return Optional.of("what was wrong with the device has passed");
        } else if (event instanceof AgentEvent.HealthCompared compared) {
            return Optional.of("health: " + compared.report());
        } else if (event instanceof AgentEvent.Trouble trouble) {
            return Optional.of(trouble.what());
        }
        return Optional.empty(); // Progress and RowBegun are many
    }

    /**
     * Says how an update ended.
     *
     * @param outcome how
     * @return a clause
     */
    public static String of(Outcome outcome) {
        if (outcome instanceof Outcome.Installed installed) {
            return "installed" + (installed.counterPending() ? "; the anti-rollback counter still has to follow" : "");
        } else if (outcome instanceof Outcome.Rejected rejected) {
            return "rejected: " + rejected.rejection();
        } else if (outcome instanceof Outcome.RolledBack rolledBack) {
            return "rolled back: " + because(rolledBack.cause(), rolledBack.detail());
        } else if (outcome instanceof Outcome.Inconsistent inconsistent) {
            return "inconsistent: " + because(inconsistent.cause(), inconsistent.detail()) + "; "
                    + inconsistent.components();
        } else if (outcome instanceof Outcome.Failed failed) {
            return "failed: "
                    + failed.rejection()
                            .map(Rejection::toString)
                            .orElseGet(() -> because(failed.cause(), failed.detail()));
        } else if (outcome instanceof Outcome.Cancelled cancelled) {
            return "cancelled: " + because(cancelled.cause(), "");
        } else if (outcome instanceof Outcome.Superseded) {
            return "superseded by a newer update";
        } else if (outcome instanceof Outcome.UnexpectedImage unexpected) {
            return "somebody else installed what runs: " + unexpected.detail();
        } else if (outcome instanceof Outcome.StateLost lost) {
            return "the records were lost: " + lost.detail();
        } else if (outcome instanceof Outcome.TrustUpdated trust) {
            return "trust set " + trust.version() + " is believed";
        } else if (outcome instanceof Outcome.InstalledRevoked revoked) {
            return "what runs was revoked: " + revoked.detail();
        }
        return outcome.toString();
    }

    private static String because(Cause cause, String detail) {
        String words = cause.name().toLowerCase(Locale.ROOT).replace('_', ' ');
        return detail.isEmpty() ? words : words + ": " + detail;
    }

    private static String word(Enum<?> state) {
        return state.name().toLowerCase(Locale.ROOT);
    }
}
