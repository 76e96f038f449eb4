// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.explore;

import io.twinbank.simulator.explore.Storyteller.Story;
import io.twinbank.simulator.fault.Schedule;
import io.twinbank.simulator.report.RunReport;
import io.twinbank.simulator.report.TimelineReport;
import io.twinbank.simulator.report.ViolationReport;
import java.util.ArrayList;
import java.util.List;

/**
 * The stories that the report of a run keeps, up to a number. Where a story isn't what the search said, the simulator is
 * wrong: that is a violation, and no reason to lose the rest of the report.
 */
final class Stories {
    private final Setting setting;
    private final int most;
    private final List<TimelineReport> timelines = new ArrayList<>();
    private final List<ViolationReport> violations = new ArrayList<>();

    Stories(Setting setting, int most) {
        this.setting = setting;
        this.most = most;
    }

    boolean haveRoom() {
        return timelines.size() < most;
    }

    List<TimelineReport> timelines() {
        return timelines;
    }

    /** What is wrong with stories. */
    List<ViolationReport> violations() {
        return violations;
    }

    /** Keeps a story; returns its index. */
    int keep(Story story) {
        timelines.add(story.timeline());
        return timelines.size() - 1;
    }

    /** Tells and keeps one; returns its index, or {@link RunReport#NO_TIMELINE} if it can't be told. */
    int tell(Schedule schedule) {
        try {
            return keep(Storyteller.tell(setting, schedule));
        } catch (RuntimeException e) {
            isWrong(schedule, "it was explored, and can't be replayed: " + e);
            return RunReport.NO_TIMELINE;
        }
    }

    void isWrong(Schedule schedule, String why) {
        violations.add(new ViolationReport(
                "REPLAY", why, setting + ":" + schedule, "", "", "", List.of(), RunReport.NO_TIMELINE));
    }
}
