// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class JsonReportTest {
    static List<Named<SweepReport>> reports() {
        return List.of(
                Named.of("clean", SampleReport.clean()),
                Named.of("hostile", SampleReport.hostile()),
                Named.of("pairs", SampleReport.pairs()),
                Named.of("empty", new SweepReport("", "", "", "", 0, 0, List.of(), Coverage.NONE)));
    }

    private static String whole(SweepReport report) throws IOException {
        StringWriter text = new StringWriter();
        JsonReport.write(report, text);
        return text.toString();
    }

    @ParameterizedTest
    @MethodSource("reports")
    void write_anyReport_isAsTheSchemaSays(SweepReport report) throws IOException {
        assertEquals(List.of(), Schema.ofReport().problems(whole(report)));
    }

    @ParameterizedTest
    @MethodSource("reports")
    void line_anyReport_isOneLineAsTheSchemaSays(SweepReport report) throws IOException {
        String line = JsonReport.line(report);

        assertEquals(1, line.lines().count());
        assertEquals(List.of(), Schema.ofReport().problems(line));
    }

    @Test
    void line_oneViolation_hasTheFiguresAndItsSchedule() throws IOException {
        Map<String, Object> line = Json.object(JsonReport.line(SampleReport.oneRun()));

        assertEquals(
                "[ok, violations, cuts, distinctStates, operations, uncovered, cutsPerSecond, seconds, rows, vacuity, runs]",
                line.keySet().toString());
        assertEquals(false, line.get("ok"));
        assertEquals(1L, line.get("violations"));
        assertEquals(4047L, line.get("cuts"));
        assertEquals(293L, line.get("operations"));
        assertEquals(0L, line.get("uncovered"));
        String run = ((List<?>) line.get("runs")).get(0).toString();
        assertTrue(run.contains("schedule=nor-4k/u-boot/upgrade@7:cut(285,prefix:255)"), run);
    }

    @Test
    void schema_brokenReport_isFound() throws IOException {
        String whole = whole(SampleReport.clean());

        List<String> unknown =
                Schema.ofReport().problems(whole.replace("\"outcome\":\"resumed\"", "\"outcome\":\"odd\""));
        List<String> missing = Schema.ofReport().problems(whole.replace("\"boots\":3", "\"boats\":3"));

        assertTrue(unknown.get(0).startsWith("/runs/0/cells/"), unknown.get(0));
        assertTrue(missing.get(0).contains("boots"), missing.get(0));
    }

    @Test
    void schema_outcomes_areThoseOfTheEnum() throws IOException {
        String schema = Files.readString(Path.of("..", "docs", "report.schema.json"));

        String names = Arrays.stream(Outcome.values())
                .map(outcome -> '"' + outcome.id() + '"')
                .collect(Collectors.joining(", "));

        assertTrue(schema.replaceAll("\\s+", " ").contains("[ " + names + " ]"), names);
    }
}
