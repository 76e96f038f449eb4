// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.hal.BankId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class EventIdTest {
    @Test
    void ids_areThoseOfTheManual() throws IOException {
        List<String> manual = rows("| id | level |");

        assertEquals(
                Arrays.stream(EventId.values())
                        .map(id -> "| `" + id.text() + "` | " + id.level() + " | " + id.meaning() + " | " + id.remedy()
                                + " |")
                        .toList(),
                manual);
    }

    private static List<String> rows(String head) throws IOException {
        return Files.readString(Path.of("..", "docs", "operations.md"))
                .lines()
                .dropWhile(line -> !line.startsWith(head))
                .skip(2)
                .takeWhile(line -> line.startsWith("|"))
                .toList();
    }

    @Test
    void ids_areDifferent_andFoundByTheirText() {
        Set<String> texts = new HashSet<>();
        for (EventId id : EventId.values()) {
            assertTrue(texts.add(id.text()), id.text());
            assertEquals(Optional.of(id), EventId.of(id.text()));
        }
    }

    @Test
    void of_event_isWhatItIsAbout() {
        assertEquals(EventId.AGENT_STARTED, EventId.of(new AgentEvent.Started(BankId.A, "1")));
        assertEquals(
                EventId.DOWNLOAD_INTERRUPTED, EventId.of(new AgentEvent.DownloadInterrupted("cut", Duration.ZERO)));
        assertEquals(EventId.LINK_OFFLINE, EventId.of(new AgentEvent.Link(false, "no route")));
        assertEquals(EventId.DEVICE_TROUBLE, EventId.of(new AgentEvent.Trouble("worn out")));
        assertEquals(EventId.COMMAND_DONE, EventId.of(new AgentEvent.Commanded("pause", Optional.empty())));
        assertEquals(
                EventId.UPDATE_ROLLED_BACK,
                EventId.of(new AgentEvent.Ended("u", new Outcome.RolledBack(Cause.SELF_TEST_FAILED, "x"))));
        assertEquals(
                EventId.UPDATE_CANCELLED, EventId.of(new AgentEvent.Ended("u", new Outcome.Cancelled(Cause.OPERATOR))));
    }

    @Test
    void line_beginsWithTheIdInBrackets() {
        assertEquals("[link.online] online", EventId.LINK_ONLINE.line("online"));
    }
}
