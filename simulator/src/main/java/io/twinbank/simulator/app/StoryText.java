// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.app;

import io.twinbank.simulator.explore.Replay;
import io.twinbank.simulator.explore.Storyteller.Story;
import io.twinbank.simulator.oracle.Violation;
import io.twinbank.simulator.report.OperationReport.Step;
import io.twinbank.simulator.report.TimelineReport.Boot;
import io.twinbank.simulator.report.TimelineReport.Region;
import io.twinbank.simulator.report.TimelineReport.Snapshot;
import io.twinbank.simulator.report.TimelineReport.StoredRecord;
import io.twinbank.simulator.report.ViolationReport.Page;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** A story for a person to read: each life of the board with its operations, and what it held at its end. */
final class StoryText {
    private static final int HEX_PER_LINE = 64;

    private final StringBuilder text = new StringBuilder();

    private StoryText() {}

    static String of(Story story, Replay replay) {
        StoryText text = new StoryText();
        text.line("%s", story.timeline().schedule());
        for (Boot boot : story.timeline().boots()) {
            text.boot(boot);
        }
        story.pages().forEach(text::page);
        text.verdict(replay);
        return text.text.toString();
    }

    private void boot(Boot boot) {
        line(
                "%nboot %d, %s: %s",
                boot.number(),
                boot.cause(),
                boot.bank().isEmpty() ? boot.image() : "firmware " + boot.image() + " in bank " + boot.bank());
        long number = boot.firstOperation();
        List<Step> steps = boot.steps();
        for (int i = 0; i < steps.size(); ) {
            int same = i + 1;
            while (same < steps.size() && steps.get(same).equals(steps.get(i))) {
                same++;
            }
            step(steps.get(i), number + i, number + same - 1);
            i = same;
        }
        line("  -> %s", boot.ended());
        held(boot.before(), boot.after());
    }

    private void step(Step step, long first, long last) {
        line(
                "  %-11s %-11s %-12s %-10s %-22s %s",
                first == last ? "#" + first : "#" + first + "-" + last,
                step.phase(),
                step.part(),
                step.name(),
                step.call(),
                step.source());
    }

    /** Only what changed. */
    private void held(Snapshot before, Snapshot after) {
        for (StoredRecord now : after.records()) {
            if (!before.records().contains(now)) {
                line("     %-16s %s", now.name(), now.text());
            }
        }
        for (Region now : after.regions()) {
            if (!before.regions().contains(now)) {
                String blocks = now.blocks().stream()
                        .map(block -> String.valueOf(block.symbol()))
                        .collect(Collectors.joining());
                line("     %-16s %s", now.name(), blocks);
            }
        }
    }

    private void page(Page page) {
        line("%n%s at %d, before the cut and after it:", page.region(), page.offset());
        for (int at = 0; at < page.before().length(); at += HEX_PER_LINE) {
            int end = Math.min(page.before().length(), at + HEX_PER_LINE);
            String before = page.before().substring(at, end);
            String after = page.after().substring(at, end);
            if (!before.equals(after)) {
                line("  %6d - %s%n         + %s", page.offset() + at / 2, before, after);
            }
        }
    }

    private void verdict(Replay replay) {
        line(
                "%n%s, %d boots after the last fault; firmware %s runs; told: %s",
                replay.verdict().ending(),
                replay.verdict().boots(),
                replay.verdict().permanent().isEmpty()
                        ? "none of the maker's"
                        : replay.verdict().permanent(),
                String.join(", ", replay.verdict().told()));
        if (replay.fired().size() < replay.schedule().faults().size()) {
            line(
                    "only %d of %d faults struck",
                    replay.fired().size(), replay.schedule().faults().size());
        }
        for (Violation violation : replay.violations()) {
            line("VIOLATION %s", violation);
        }
        line("%s", replay.violations().isEmpty() ? "GOOD" : "BAD");
    }

    private void line(String format, Object... arguments) {
        text.append(String.format(Locale.ROOT, format, arguments)).append(System.lineSeparator());
    }
}
