// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.report;

import io.twinbank.simulator.report.OperationReport.Step;
import io.twinbank.simulator.report.TimelineReport.Boot;
import io.twinbank.simulator.report.TimelineReport.Ending;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeSet;

/**
 * Reports that look like real ones, without the hours of a sweep: an upgrade of a 64 KiB image, with outcomes where a real
 * sweep has them. {@link #main} writes the pages, for who changes them and wants to look.
 */
final class SampleReport {
    static final String HOSTILE = "</script><script>window.owned=1</script><img src=x onerror=window.owned=1>&\"'";
    private static final List<String> VARIANTS = List.of(
            "before",
            "after",
            "prefix:1",
            "prefix:37",
            "prefix:128",
            "prefix:255",
            "suffix:37",
            "even",
            "odd",
            "bits:1",
            "bits:55",
            "bits:aa",
            "keep:none",
            "fail:io");

    private static final Map<Outcome, List<String>> WORDS = Map.of(
            Outcome.BRICK,
            List.of(
                    "S1",
                    "no bank boots: ENV copy 0 has a stale checksum, ENV copy 1 is torn at byte 255; bank B is empty"),
            Outcome.WRONG_IMAGE,
            List.of("S2", "boot 3 jumps into bank B, whose digest 51c0a7e2 isn't the manifest's 9f2c61d0"),
            Outcome.FLOOR_VIOLATED,
            List.of("S4", "the floor rises to 15 in boot 2, before 1.5.0 is confirmed"),
            Outcome.NOT_CONVERGED,
            List.of("L1", "not at rest after 12 boots: each resumes the download at byte 8192"),
            Outcome.LIED,
            List.of("L2", "the server got Installed twice, with ids 7f03 and 81be"),
            Outcome.RULE_BROKEN,
            List.of("O-W1", "BANK_B page 12 is programmed twice without an erase"));
    private static final Coverage COVERAGE = new Coverage(
            List.of("1", "16", "23c"),
            List.of(),
            List.of("17e"),
            List.of(
                    new VacuityReport("V4", "rows taken after a fault: all 3 that this sweep must take", true),
                    new VacuityReport("V5", "both endings reached: Installed and RolledBack", true)));
    private static final int MOST_TIMELINES = 500;
    /** The kinds of operations that the pair strikes which is violated. */
    static final int FIRST_OF_PAIR = 3;

    static final int SECOND_OF_PAIR = 7;

    private final SplittableRandom random;
    private final RunReport.Id id;
    private final SampleUpgrade upgrade;
    private final Map<Long, Map<String, Outcome>> bad;
    private final List<CellReport> cells = new ArrayList<>();
    private final List<TimelineReport> timelines = new ArrayList<>();
    private final List<ViolationReport> violations = new ArrayList<>();

    private SampleReport(RunReport.Id id, SampleUpgrade upgrade, Map<Long, Map<String, Outcome>> bad) {
        this.random = new SplittableRandom(id.toString().hashCode());
        this.id = id;
        this.upgrade = upgrade;
        this.bad = bad;
    }

    /** One run of 3,500 operations. */
    static SweepReport large() {
        RunReport.Id id = new RunReport.Id("nor-4k", "u-boot", "upgrade", "single", 1);
        SampleUpgrade upgrade = SampleUpgrade.ofBlocks(200);
        long last = upgrade.operations().size();
        return sweep(
                "Large",
                List.of(new SampleReport(
                                id,
                                upgrade,
                                Map.of(1500L, Map.of("odd", Outcome.WRONG_IMAGE), last, Map.of("after", Outcome.LIED)))
                        .run(false)));
    }

    /** One run of about 300 operations with 14 variants and one violation. */
    static SweepReport oneRun() {
        SampleUpgrade upgrade = SampleUpgrade.ofBlocks(16);
        long arm = upgrade.numberOf("armTrial B x3", 2);
        RunReport run = new SampleReport(
                        new RunReport.Id("nor-4k", "u-boot", "upgrade", "single", 1),
                        upgrade,
                        Map.of(arm, Map.of("prefix:255", Outcome.BRICK)))
                .run(false);
        return sweep("Upgrade of a 64 KiB image", List.of(run));
    }

    /** A run in which nothing is wrong. */
    static SweepReport clean() {
        RunReport.Id id = new RunReport.Id("nor-4k", "u-boot", "upgrade", "single", 1);
        return sweep("Clean", List.of(new SampleReport(id, SampleUpgrade.ofBlocks(2), Map.of()).run(false)));
    }

    /** Every bad outcome, and text that tries to break out of the page. */
    static SweepReport hostile() {
        SampleUpgrade upgrade = SampleUpgrade.ofBlocks(1);
        Map<Long, Map<String, Outcome>> bad = new HashMap<>();
        for (Outcome outcome : Outcome.values()) {
            if (outcome.bad()) {
                bad.put(3L + outcome.ordinal(), Map.of("after", outcome));
            }
        }
        RunReport.Id id = new RunReport.Id(HOSTILE, "u-boot", HOSTILE, "single", 1);
        return sweep(HOSTILE, List.of(new SampleReport(id, upgrade, bad).run(false)));
    }

    /** 40 runs and their pairs, two of them violated, one vacuous. */
    static SweepReport matrix() {
        List<RunReport> runs = new ArrayList<>();
        SampleUpgrade upgrade = SampleUpgrade.ofBlocks(8);
        for (String profile : List.of("nor-4k", "internal-nor-16", "nand-2k", "emmc-4k", "file-ext4")) {
            for (String boot : List.of("u-boot", "mcuboot", "slots", "grub-1-try")) {
                for (String scenario : List.of("upgrade", "rollback: trial hangs")) {
                    runs.add(oneOf(upgrade, new RunReport.Id(profile, boot, scenario, "single", 1)));
                }
            }
        }
        runs.addAll(pairs().runs());
        return sweep("Nightly, all profiles", runs);
    }

    /** A run with pairs of cuts, one of which is violated. */
    static SweepReport pairs() {
        RunReport.Id id = new RunReport.Id("nor-4k", "u-boot", "upgrade", "pairs", 2);
        SampleUpgrade upgrade = SampleUpgrade.ofBlocks(8);
        return sweep("Pairs", List.of(new SampleReport(id, upgrade, Map.of()).run(true)));
    }

    private static RunReport oneOf(SampleUpgrade upgrade, RunReport.Id id) {
        Map<Long, Map<String, Outcome>> bad = new HashMap<>();
        if (id.profile().equals("emmc-4k") && id.boot().equals("grub-1-try")) {
            long arm = upgrade.numberOf("armTrial B x3", 1);
            bad.put(arm, Map.of("keep:none", Outcome.WRONG_IMAGE, "prefix:255", Outcome.LIED));
            bad.put(arm + 4, Map.of("bits:1", Outcome.FLOOR_VIOLATED));
        }
        if (id.profile().equals("nand-2k")
                && id.boot().equals("mcuboot")
                && id.scenario().startsWith("rollback")) {
            for (long op = 20; op < 60; op++) {
                bad.put(op, Map.of("even", Outcome.NOT_CONVERGED, "odd", Outcome.NOT_CONVERGED));
            }
        }
        return new SampleReport(id, upgrade, bad).run(false);
    }

    /** Recovery goes back to the phase before that of the first cut, and on from there. */
    private PairsReport squares() {
        Map<Step, OperationReport> kinds = new LinkedHashMap<>();
        for (OperationReport operation : upgrade.operations()) {
            Step step = operation.step();
            String call = step.part().startsWith("BANK") ? "" : step.call();
            kinds.putIfAbsent(new Step(step.phase(), step.part(), step.name(), call, ""), operation);
        }
        List<OperationReport> struck = List.copyOf(kinds.values());
        List<PairsReport.Square> all = new ArrayList<>();
        for (int first = 0; first < struck.size(); first++) {
            for (int second = Math.max(0, first - 3); second < struck.size(); second++) {
                all.add(square(struck, first, second));
            }
        }
        return new PairsReport(List.copyOf(kinds.keySet()), List.copyOf(kinds.keySet()), all);
    }

    private PairsReport.Square square(List<OperationReport> struck, int first, int second) {
        boolean wrong = first == FIRST_OF_PAIR && second == SECOND_OF_PAIR;
        String phase = struck.get(second).step().phase();
        Outcome outcome = phase.equals("TRIAL") && random.nextInt(2) == 0
                ? Outcome.ROLLED_BACK
                : phase.equals("DOWNLOADING") ? Outcome.RESUMED : Outcome.COMMITTED;
        OperationReport cut = struck.get(first);
        String schedule = schedule("cut(" + cut.number() + ",after)>cut(" + (second + 1) + ",before)");
        if (wrong) {
            violations.add(violation(cut, Outcome.NOT_CONVERGED, schedule));
        }
        timelines.add(timeline(cut, "after", wrong ? Outcome.NOT_CONVERGED : outcome, schedule));
        return new PairsReport.Square(
                first,
                second,
                wrong ? Outcome.NOT_CONVERGED : outcome,
                second > first + 8 ? 0 : 12L * (second + 1),
                schedule,
                timelines.size() - 1);
    }

    private static SweepReport sweep(String title, List<RunReport> runs) {
        double seconds =
                runs.stream().mapToDouble(run -> run.figures().seconds()).sum() / 2;
        String command = "otasim sweep --profile all --boot all --scenario all --seed 7 --report report.json";
        return new SweepReport(
                title, command, "0.1.0-SNAPSHOT", "2 cores, Java 17.0.15, Linux 6.1", 7, seconds, runs, COVERAGE);
    }

    private RunReport run(boolean inPairs) {
        upgrade.operations().forEach(this::cellsOf);
        PairsReport pairs = inPairs ? squares() : null;
        long cuts = pairs == null ? cells.size() : 1_830_412;
        long distinct = Math.round(cuts * 0.031);
        boolean vacuous = id.profile().equals("file-ext4") && id.boot().equals("slots");
        List<Long> uncovered = vacuous ? List.of(31L, 32L) : List.of();
        return new RunReport(
                id,
                "Installed 1.5.0",
                upgrade.operations(),
                cells,
                pairs,
                timelines,
                violations,
                vacuity(vacuous),
                uncovered,
                new Reached(new TreeSet<>(List.of("1", "16", "23c")), new TreeSet<>(List.of("Installed"))),
                new RunReport.Figures(cuts, cuts, distinct, violations.size(), id.depth(), distinct / 2345.6 * 4));
    }

    private List<VacuityReport> vacuity(boolean vacuous) {
        int count = upgrade.operations().size();
        return List.of(
                new VacuityReport("V1", "every fault fired: " + cells.size() + " of " + cells.size(), true),
                new VacuityReport("V2", "the baseline installs 1.5.0 in " + count + " operations", true),
                new VacuityReport(
                        "V3", (vacuous ? count - 2 : count) + " of " + count + " operations got a fault", !vacuous));
    }

    private void cellsOf(OperationReport operation) {
        for (String variant : VARIANTS) {
            boolean whole = variant.equals("before") || variant.equals("after") || variant.equals("fail:io");
            if (!whole && !operation.step().name().matches("program|erase|write")) {
                continue;
            }
            String schedule = schedule("cut(" + operation.number() + "," + variant + ")");
            Outcome wrong = bad.getOrDefault(operation.number(), Map.of()).get(variant);
            Outcome outcome = wrong != null ? wrong : upgrade.outcome(operation, variant, random);
            boolean kept = wrong != null
                    || timelines.size() < MOST_TIMELINES && (variant.equals("before") || operation.number() % 37 == 0);
            boolean duplicate = wrong == null && random.nextInt(50) == 0;
            TimelineReport timeline = kept ? timeline(operation, variant, outcome, schedule) : null;
            cells.add(new CellReport(
                    operation.number(),
                    variant,
                    outcome,
                    duplicate,
                    3,
                    schedule,
                    timeline == null ? -1 : timelines.size()));
            if (wrong != null) {
                violations.add(violation(operation, wrong, schedule));
            }
            if (timeline != null) {
                timelines.add(timeline);
            }
        }
    }

    private String schedule(String faults) {
        return id.profile() + "/" + id.boot() + "/" + id.scenario() + "@7:" + faults;
    }

    private ViolationReport violation(OperationReport operation, Outcome outcome, String schedule) {
        List<String> words = WORDS.get(outcome);
        String oracle = words.get(0);
        String message = words.get(1) + (id.scenario().equals(HOSTILE) ? HOSTILE : "");
        String test = """
                @Test
                void replay_%s_holds() {
                    Replay.of("%s").assertHolds();
                }
                """.formatted(oracle.replace('-', '_'), schedule);
        return new ViolationReport(
                oracle,
                message,
                schedule,
                schedule,
                "",
                test,
                List.of(SampleUpgrade.page(operation)),
                timelines.size());
    }

    private TimelineReport timeline(OperationReport cut, String variant, Outcome outcome, String schedule) {
        List<Boot> boots = new ArrayList<>();
        List<OperationReport> all = upgrade.operations();
        for (int boot = 1; boot <= cut.boot(); boot++) {
            long last = boot == cut.boot() ? cut.number() : upgrade.lastOf(boot);
            boots.add(upgrade.boot(boot, upgrade.firstOf(boot), last, boot == cut.boot() ? variant : ""));
        }
        List<Step> recovery = new ArrayList<>(List.of(new Step("START", "BOOT_LOADER", "write", "bootcount", "")));
        int from = (int) Math.max(0, cut.number() - 9);
        all.subList(from, all.size()).forEach(operation -> recovery.add(operation.step()));
        boots.add(new Boot(
                boots.size() + 1,
                "POWER_ON",
                outcome == Outcome.BRICK ? "" : "A",
                outcome == Outcome.BRICK ? "bank A: no valid header; bank B: no valid header" : "1.4.0",
                cut.number() + 1,
                outcome == Outcome.BRICK ? List.of() : recovery,
                outcome == Outcome.BRICK ? Ending.STUCK : Ending.RESET,
                outcome == Outcome.BRICK ? "no image to jump into" : "reset by the agent into the trial",
                upgrade.snapshot(cut.number(), variant),
                upgrade.snapshot(outcome == Outcome.BRICK ? cut.number() : all.size(), "")));
        if (outcome != Outcome.BRICK) {
            boots.add(new Boot(
                    boots.size() + 1,
                    "SOFTWARE",
                    outcome == Outcome.ROLLED_BACK ? "A" : "B",
                    outcome == Outcome.ROLLED_BACK ? "1.4.0" : "1.5.0",
                    cut.number() + recovery.size() + 1,
                    all.subList(all.size() - 9, all.size()).stream()
                            .map(OperationReport::step)
                            .toList(),
                    Ending.REST,
                    "at rest: " + outcome.id(),
                    upgrade.snapshot(all.size(), ""),
                    upgrade.snapshot(all.size(), "")));
        }
        return new TimelineReport(schedule, boots);
    }

    public static void main(String[] args) throws IOException {
        Path folder = Files.createDirectories(Path.of(args[0]));
        HtmlReport.write(oneRun(), folder.resolve("one.html"));
        HtmlReport.write(clean(), folder.resolve("clean.html"));
        HtmlReport.write(large(), folder.resolve("large.html"));
        HtmlReport.write(matrix(), folder.resolve("matrix.html"));
        HtmlReport.write(pairs(), folder.resolve("pairs.html"));
        HtmlReport.write(hostile(), folder.resolve("hostile.html"));
        try (var out = Files.newBufferedWriter(folder.resolve("one.json"))) {
            JsonReport.write(oneRun(), out);
        }
    }
}
