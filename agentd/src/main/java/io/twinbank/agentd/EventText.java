// SPDX-License-Identifier: Apache-2.0
package io.twinbank.agentd;

import io.twinbank.core.AgentEvent;
import java.util.Locale;
import java.util.Optional;

/** What an agent says, in words that an operator understands. */
final class EventText {
    private EventText() {}

    /** Returns a line for the log; empty for what would only fill it. */
    static Optional<String> of(AgentEvent event) {
        if (event instanceof AgentEvent.Started started) {
            return Optional.of("bank " + started.running() + " runs (start-up row " + started.row() + ")");
        } else if (event instanceof AgentEvent.StateChanged changed) {
            return Optional.of(word(changed.from()) + " -> " + word(changed.to()) + " (row " + changed.row() + ")");
        } else if (event instanceof AgentEvent.DownloadResumed resumed) {
            return Optional.of("downloading from byte " + resumed.offsetBytes() + " of " + resumed.totalBytes());
        } else if (event instanceof AgentEvent.DownloadInterrupted interrupted) {
            return Optional.of("the download was interrupted: " + interrupted.why() + "; again in "
                    + interrupted.retryIn().toSeconds() + " s");
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
            return Optional.of("update " + ended.id() + ": " + OutcomeText.of(ended.outcome()));
        } else if (event instanceof AgentEvent.Reported reported) {
            return Optional.of("reported " + reported.id());
        } else if (event instanceof AgentEvent.Link link) {
            return Optional.of(link.online() ? "online" : "offline: " + link.why());
        } else if (event instanceof AgentEvent.Recovered) {
            return Optional.of("what was wrong with the device has passed");
        }
        return Optional.empty(); // Progress and RowBegun are many, Trouble the agent logs itself
    }

    private static String word(Enum<?> state) {
        return state.name().toLowerCase(Locale.ROOT);
    }
}
