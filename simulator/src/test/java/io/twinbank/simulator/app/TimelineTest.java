// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.core.AgentEvent;
import io.twinbank.core.Cause;
import io.twinbank.core.Outcome;
import io.twinbank.core.RejectReason;
import io.twinbank.core.Rejection;
import io.twinbank.core.UpdateState;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TimelineTest {
    private final StringWriter text = new StringWriter();

    @Test
    void progress_elsewhere_isOneLineWhenItIsWhole() {
        Timeline timeline = timeline(false);

        timeline.event(new AgentEvent.StateChanged(UpdateState.IDLE, UpdateState.DOWNLOADING, "1"));
        timeline.event(new AgentEvent.Progress(UpdateState.DOWNLOADING, 1 << 20, 2 << 20));
        timeline.event(new AgentEvent.Progress(UpdateState.DOWNLOADING, 2 << 20, 2 << 20));

        List<String> lines = text.toString().lines().toList();
        assertEquals(2, lines.size());
        assertTrue(lines.get(0).endsWith("gateway  IDLE -> DOWNLOADING (row 1)"), lines.get(0));
        assertTrue(lines.get(1).endsWith("download   [################] 100 %    2.0 MiB of 2.0 MiB"), lines.get(1));
    }

    @Test
    void progress_onATerminal_isABarWithALineOfItsOwn() {
        Timeline timeline = timeline(true);

        timeline.event(new AgentEvent.Progress(UpdateState.VERIFYING, 1 << 20, 2 << 20));
        timeline.say("next");

        String[] parts = text.toString().split("\r?\n|\r");
        assertEquals('\r', text.toString().charAt(0));
        assertTrue(parts[1].endsWith("read back  [########........]  50 %    1.0 MiB of 2.0 MiB"), parts[1]);
        assertTrue(parts[1].length() <= 79, parts[1]);
        assertTrue(parts[2].endsWith("next"), parts[2]);
    }

    @Test
    void event_outcome_saysWhyWithItsNumbers() {
        Timeline timeline = timeline(false);
        Rejection tooLow = Rejection.of(RejectReason.SEQUENCE_TOO_LOW, "too old", 1, 2);

        timeline.event(new AgentEvent.Ended("a", new Outcome.Rejected(tooLow)));
        timeline.event(new AgentEvent.Ended("b", new Outcome.RolledBack(Cause.SELF_TEST_FAILED, "no modem")));

        assertTrue(text.toString().contains("Rejected, SEQUENCE_TOO_LOW: too old (found 1, expected 2)"));
        assertTrue(text.toString().contains("RolledBack, SELF_TEST_FAILED: no modem"));
    }

    @Test
    void brief_eachOutcome_namesItsReason() {
        Rejection digest = Rejection.of(RejectReason.PAYLOAD_DIGEST, "");

        assertEquals("Installed", Outcomes.brief(new Outcome.Installed(false)));
        assertEquals("Rejected(PAYLOAD_DIGEST)", Outcomes.brief(new Outcome.Rejected(digest)));
        assertEquals(
                "Failed(PAYLOAD_DIGEST)", Outcomes.brief(new Outcome.Failed(Cause.PAYLOAD, Optional.of(digest), "")));
        assertEquals("Failed(FLASH)", Outcomes.brief(new Outcome.Failed(Cause.FLASH, Optional.empty(), "")));
        assertEquals("Cancelled(OPERATOR)", Outcomes.brief(new Outcome.Cancelled(Cause.OPERATOR)));
        assertEquals("Superseded", Outcomes.brief(new Outcome.Superseded()));
    }

    private Timeline timeline(boolean terminal) {
        return new Timeline(new PrintWriter(text), terminal);
    }
}
