// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.report;

import static io.twinbank.simulator.report.JsonReport.array;

import com.fasterxml.jackson.core.JsonGenerator;
import io.twinbank.simulator.report.OperationReport.Step;
import io.twinbank.simulator.report.TimelineReport.Boot;
import io.twinbank.simulator.report.TimelineReport.Region;
import io.twinbank.simulator.report.TimelineReport.Snapshot;
import io.twinbank.simulator.report.TimelineReport.StoredRecord;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** Writes one run. Steps and snapshots, which timelines repeat, are written once and referred to by index. */
final class RunJson {
    private final RunReport run;
    private final Map<Step, Integer> steps = new LinkedHashMap<>();
    private final Map<Snapshot, Integer> snapshots = new LinkedHashMap<>();

    RunJson(RunReport run) {
        this.run = run;
    }

    /** An object with identity, figures and violations. */
    void brief(JsonGenerator json) throws IOException {
        json.writeStartObject();
        figures(json);
        array(json, "violations", run.violations(), violation -> {
            json.writeStartObject();
            words(json, violation);
            json.writeEndObject();
        });
        json.writeEndObject();
    }

    /** An object with everything. */
    void whole(JsonGenerator json) throws IOException {
        json.writeStartObject();
        members(json);
        json.writeEndObject();
    }

    /** The members of that object. */
    void members(JsonGenerator json) throws IOException {
        figures(json);
        array(json, "uncoveredOperations", run.uncovered(), json::writeNumber);
        array(json, "violations", run.violations(), violation -> violation(json, violation));
        array(json, "baseline", run.operations(), operation -> {
            json.writeStartObject();
            json.writeNumberField("number", operation.number());
            json.writeNumberField("boot", operation.boot());
            json.writeNumberField("step", index(steps, operation.step()));
            json.writeEndObject();
        });
        array(json, "cells", run.cells(), cell -> cell(json, cell));
        if (run.pairs() != null) {
            pairs(json, run.pairs());
        }
        array(json, "timelines", run.timelines(), timeline -> timeline(json, timeline));
        array(json, "steps", steps.keySet(), step -> step(json, step));
        array(json, "snapshots", snapshots.keySet(), snapshot -> snapshot(json, snapshot));
    }

    private void figures(JsonGenerator json) throws IOException {
        json.writeStringField("profile", run.id().profile());
        json.writeStringField("boot", run.id().boot());
        json.writeStringField("scenario", run.id().scenario());
        json.writeStringField("mode", run.id().mode());
        json.writeNumberField("depth", run.id().depth());
        json.writeBooleanField("ok", run.ok());
        json.writeStringField("baselineEnding", run.baselineEnding());
        json.writeNumberField("operations", run.operations().size());
        json.writeNumberField("uncovered", run.uncovered().size());
        json.writeNumberField("cuts", run.figures().cuts());
        json.writeNumberField("statesConsidered", run.figures().statesConsidered());
        json.writeNumberField("distinctStates", run.figures().distinctStates());
        json.writeNumberField("violationCount", run.figures().violations());
        json.writeNumberField("depthClosed", run.figures().depthClosed());
        JsonReport.decimal(json, "seconds", run.figures().seconds());
        array(json, "rows", run.reached().rows(), json::writeString);
        array(json, "outcomes", run.reached().outcomes(), json::writeString);
        JsonReport.vacuity(json, run.vacuity());
    }

    private static void words(JsonGenerator json, ViolationReport violation) throws IOException {
        json.writeStringField("oracle", violation.oracle());
        json.writeStringField("message", violation.message());
        json.writeStringField("schedule", violation.schedule());
        json.writeStringField("shrunk", violation.shrunk());
        if (!violation.remark().isEmpty()) {
            json.writeStringField("remark", violation.remark());
        }
    }

    private static void violation(JsonGenerator json, ViolationReport violation) throws IOException {
        json.writeStartObject();
        words(json, violation);
        json.writeStringField("junitTest", violation.junitTest());
        array(json, "pages", violation.pages(), page -> {
            json.writeStartObject();
            json.writeStringField("region", page.region());
            json.writeNumberField("offset", page.offset());
            json.writeStringField("before", page.before());
            json.writeStringField("after", page.after());
            json.writeEndObject();
        });
        pointer(json, violation.timeline());
        json.writeEndObject();
    }

    private static void cell(JsonGenerator json, CellReport cell) throws IOException {
        json.writeStartObject();
        json.writeNumberField("operation", cell.operation());
        json.writeStringField("variant", cell.variant());
        json.writeStringField("outcome", cell.outcome().id());
        if (cell.duplicate()) {
            json.writeBooleanField("duplicate", true);
        }
        json.writeNumberField("boots", cell.boots());
        json.writeStringField("schedule", cell.schedule());
        pointer(json, cell.timeline());
        json.writeEndObject();
    }

    private void pairs(JsonGenerator json, PairsReport pairs) throws IOException {
        json.writeObjectFieldStart("pairs");
        array(json, "firsts", pairs.firsts(), kind -> json.writeNumber(index(steps, kind)));
        array(json, "seconds", pairs.seconds(), kind -> json.writeNumber(index(steps, kind)));
        array(json, "squares", pairs.squares(), square -> {
            json.writeStartObject();
            json.writeNumberField("first", square.first());
            json.writeNumberField("second", square.second());
            json.writeStringField("outcome", square.outcome().id());
            json.writeNumberField("pairs", square.pairs());
            json.writeStringField("schedule", square.schedule());
            pointer(json, square.timeline());
            json.writeEndObject();
        });
        json.writeEndObject();
    }

    private static void pointer(JsonGenerator json, int timeline) throws IOException {
        if (timeline != RunReport.NO_TIMELINE) {
            json.writeNumberField("timeline", timeline);
        }
    }

    private void timeline(JsonGenerator json, TimelineReport timeline) throws IOException {
        json.writeStartObject();
        json.writeStringField("schedule", timeline.schedule());
        array(json, "boots", timeline.boots(), boot -> boot(json, boot));
        json.writeEndObject();
    }

    private void boot(JsonGenerator json, Boot boot) throws IOException {
        json.writeStartObject();
        json.writeNumberField("number", boot.number());
        json.writeStringField("cause", boot.cause());
        json.writeStringField("bank", boot.bank());
        json.writeStringField("image", boot.image());
        json.writeNumberField("firstOperation", boot.firstOperation());
        array(json, "steps", boot.steps(), step -> json.writeNumber(index(steps, step)));
        json.writeStringField("ending", boot.ending().name());
        json.writeStringField("ended", boot.ended());
        json.writeNumberField("before", index(snapshots, boot.before()));
        json.writeNumberField("after", index(snapshots, boot.after()));
        json.writeEndObject();
    }

    private static void step(JsonGenerator json, Step step) throws IOException {
        json.writeStartObject();
        json.writeStringField("phase", step.phase());
        json.writeStringField("part", step.part());
        json.writeStringField("name", step.name());
        json.writeStringField("call", step.call());
        json.writeStringField("source", step.source());
        json.writeEndObject();
    }

    private static void snapshot(JsonGenerator json, Snapshot snapshot) throws IOException {
        json.writeStartObject();
        array(json, "records", snapshot.records(), record -> storedRecord(json, record));
        array(json, "regions", snapshot.regions(), region -> region(json, region));
        json.writeEndObject();
    }

    private static void storedRecord(JsonGenerator json, StoredRecord record) throws IOException {
        json.writeStartObject();
        json.writeStringField("name", record.name());
        json.writeStringField("text", record.text());
        json.writeBooleanField("readable", record.readable());
        json.writeEndObject();
    }

    private static void region(JsonGenerator json, Region region) throws IOException {
        StringBuilder blocks = new StringBuilder(region.blocks().size());
        region.blocks().forEach(block -> blocks.append(block.symbol()));
        json.writeStartObject();
        json.writeStringField("name", region.name());
        json.writeNumberField("blockBytes", region.blockBytes());
        json.writeStringField("blocks", blocks.toString());
        json.writeEndObject();
    }

    private static <T> int index(Map<T, Integer> known, T value) {
        Integer index = known.get(value);
        if (index == null) {
            index = known.size();
            known.put(value, index);
        }
        return index;
    }
}
