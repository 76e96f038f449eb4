// SPDX-License-Identifier: Apache-2.0
package io.twinbank.agentd;

import io.twinbank.agentd.control.Replies;
import io.twinbank.core.policy.Decision;
import io.twinbank.core.policy.Forecast;
import io.twinbank.core.policy.Phase;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A forecast, for people and for scripts.
 *
 * @param forecast what was forecast
 * @param zone in which times are written
 */
record PlanReport(Forecast forecast, ZoneId zone) {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("EEE yyyy-MM-dd HH:mm", Locale.ENGLISH);

    static PlanReport of(Forecast forecast, ZoneId zone) {
        return new PlanReport(forecast, zone);
    }

    /** Says it; returns 1 if a part doesn't happen within the time that was asked about. */
    int tell(boolean json, Replies replies) {
        if (json) {
            replies.line(json());
        } else {
            lines().forEach(replies::line);
        }
        return forecast.steps().stream().allMatch(step -> step.after().isPresent()) ? 0 : 1;
    }

    private List<String> lines() {
        List<String> lines = new ArrayList<>();
        for (Forecast.Step step : forecast.steps()) {
            String when = step.after()
                    .map(after -> step.at().map(this::time).orElse("in " + words(after) + " of uptime"))
                    .orElse("not until then");
            lines.add(String.format(Locale.ROOT, "%-12s %s", name(step.phase()), when));
            for (Decision.Wait wait : step.waits()) {
                lines.add("             " + wait.sentence());
            }
        }
        forecast.assumes().forEach(sentence -> lines.add("provided     " + sentence));
        return lines;
    }

    private String time(Instant at) {
        return TIME.format(at.atZone(zone)) + " (" + zone + ")";
    }

    private static String words(Duration after) {
        return after.toHours() + " h " + after.toMinutesPart() + " min";
    }

    private static String name(Phase phase) {
        return phase == Phase.RESET ? "restart" : phase.name().toLowerCase(Locale.ROOT);
    }

    private String json() {
        return Json.object(json -> {
            json.beginArray("steps");
            for (Forecast.Step step : forecast.steps()) {
                json.beginObject();
                json.field("phase", name(step.phase()));
                if (step.after().isPresent()) {
                    json.field("afterSeconds", step.after().get().toSeconds());
                } else {
                    json.nullField("afterSeconds");
                }
                Json.text(json, "at", step.at().map(Instant::toString));
                json.beginArray("waits");
                for (Decision.Wait wait : step.waits()) {
                    json.beginObject();
                    json.field("what", wait.what().name());
                    json.field("sentence", wait.sentence());
                    json.endObject();
                }
                json.endArray();
                json.endObject();
            }
            json.endArray();
            json.beginArray("provided");
            for (String sentence : forecast.assumes()) {
                json.value(sentence);
            }
            json.endArray();
        });
    }
}
