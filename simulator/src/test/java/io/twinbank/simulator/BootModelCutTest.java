// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.hal.BankId;
import io.twinbank.hal.BootControl;
import io.twinbank.hal.BootStatus.Trial;
import io.twinbank.hal.HalException;
import io.twinbank.simulator.boot.BootLoaders;
import io.twinbank.simulator.medium.Fate;
import io.twinbank.simulator.medium.PowerCut;
import io.twinbank.simulator.medium.Survival;
import io.twinbank.simulator.medium.Tear;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Power cuts with every tear at every operation of every call, in every state of a trial. Afterwards the board boots, and is
 * where it would be had the call not been made, or been completed.
 */
class BootModelCutTest {
    private static final BankId FIRST = BankId.A;

    private interface Step {
        void run(BootBench bench) throws IOException;
    }

    /** What survives of a status: the fallback follows from the markers, whose writes are no part of a trial's state. */
    private record Standing(BankId running, Trial trial, int attemptsLeft, long lastTrialId) {
        static Standing of(BootBench bench) throws IOException {
            var status = bench.status();
            return new Standing(status.running(), status.trial(), status.attemptsLeft(), status.lastTrialId());
        }
    }

    /** A state: what came before its last boot, and after it. */
    private record Start(String name, List<Step> beforeBoot, List<Step> afterBoot) {}

    private static final Step BOOT = BootBench::boot;
    private static final Step ARM = call(
            control -> control.armTrial(control.status().running().other(), Math.min(2, control.maxAttempts()), 0x77));

    private static final List<Start> STARTS = List.of(
            new Start("none", List.of(), List.of()),
            new Start("armed", List.of(), List.of(ARM)),
            new Start("running", List.of(BOOT, ARM), List.of()),
            new Start("disarmed", List.of(BOOT, ARM), List.of(call(BootControl::disarm))),
            new Start("fell back", List.of(BOOT, ARM, BOOT, BootModelCutTest::useUp), List.of()),
            new Start("confirmed", List.of(BOOT, ARM, BOOT, call(BootControl::confirm)), List.of()),
            new Start("armed again", List.of(BOOT, ARM, BOOT, call(BootControl::confirm)), List.of(ARM)),
            new Start("lost", List.of(BOOT, bench -> bench.loader.loseVariables()), List.of()));

    private static final Map<String, Step> CALLS = new LinkedHashMap<>(Map.of(
            "armTrial",
                    call(control -> control.armTrial(control.status().running().other(), 1, 0x99)),
            "confirm", call(BootControl::confirm),
            "disarm", call(BootControl::disarm),
            "invalidate",
                    call(control ->
                            control.invalidate(control.status().running().other())),
            "boot", BOOT));

    static Stream<Arguments> modelsAndMedia() {
        return BootLoaders.all().stream()
                .flatMap(model -> Arrays.stream(BootBench.Chip.values()).map(chip -> Arguments.of(model.name(), chip)));
    }

    @ParameterizedTest
    @MethodSource("modelsAndMedia")
    void anyCall_cutWithEveryTearAtEveryOperation_isDoneOrNotDone(String model, BootBench.Chip chip)
            throws IOException {
        BootBench bench = new BootBench(BootLoaders.named(model).factory(), chip);
        Object factory = bench.save();
        int cuts = 0;
        for (Start start : STARTS) {
            bench.restore(factory);
            for (Step step : start.beforeBoot()) {
                step.run(bench);
            }
            Object saved = bench.save();
            for (Map.Entry<String, Step> call : CALLS.entrySet()) {
                cuts += cutEverywhere(bench, saved, start, call);
            }
        }

        assertTrue(cuts > 50, cuts + " cuts");
        assertEquals(List.of(), bench.findings());
    }

    private static int cutEverywhere(BootBench bench, Object saved, Start start, Map.Entry<String, Step> call)
            throws IOException {
        begin(bench, saved, start);
        Standing before = rebooted(bench);
        begin(bench, saved, start);
        List<List<Fate.Cut>> variants = record(bench, call.getValue());
        Standing after = rebooted(bench);
        int cuts = 0;
        for (int operation = 0; operation < variants.size(); operation++) {
            for (Fate.Cut cut : variants.get(operation)) {
                String at = start.name() + ", " + call.getKey() + " cut at operation " + (operation + 1) + " " + cut;
                begin(bench, saved, start);
                cut(bench, call.getValue(), operation, cut, at);
                Standing found = rebooted(bench);
                assertTrue(
                        found.equals(before) || found.equals(after),
                        () -> at + ": " + found + " is neither " + before + " nor " + after + "; "
                                + bench.loader.describe());
                assertEquals("", bench.loader.disagreement().orElse(""), at);
                cuts++;
            }
        }
        return cuts;
    }

    private static void begin(BootBench bench, Object saved, Start start) throws IOException {
        bench.restore(saved);
        bench.boot();
        for (Step step : start.afterBoot()) {
            step.run(bench);
        }
    }

    /** Runs a call and lists the cuts that each of its operations can suffer. */
    private static List<List<Fate.Cut>> record(BootBench bench, Step call) throws IOException {
        List<List<Fate.Cut>> variants = new ArrayList<>();
        bench.log.faults((operation, change) -> {
            Set<Fate.Cut> cuts = new LinkedHashSet<>();
            for (Tear tear : Stream.concat(Stream.of(Tear.BEFORE, Tear.AFTER), change.tears().stream())
                    .toList()) {
                for (Survival survival : bench.survivals()) {
                    cuts.add(new Fate.Cut(tear, survival));
                }
                cuts.add(new Fate.Cut(tear, Survival.ALL));
            }
            variants.add(List.copyOf(cuts));
            return Fate.DONE;
        });
        call.run(bench);
        bench.log.faults((operation, change) -> Fate.DONE);
        return variants;
    }

    private static void cut(BootBench bench, Step call, int at, Fate.Cut cut, String what) throws IOException {
        long first = bench.log.count() + 1;
        bench.log.faults((operation, change) -> operation.number() == first + at ? cut : Fate.DONE);
        boolean fired = false;
        try {
            call.run(bench);
        } catch (PowerCut expected) {
            fired = true;
        }
        bench.log.faults((operation, change) -> Fate.DONE);
        assertTrue(fired, what);
    }

    private static Standing rebooted(BootBench bench) throws IOException {
        bench.boot();
        return Standing.of(bench);
    }

    /** Boots until the trial is over. */
    private static void useUp(BootBench bench) throws IOException {
        BankId trial = bench.status().running();
        for (int left = bench.status().attemptsLeft(); left > 0; left--) {
            bench.boot();
        }
        assertEquals(FIRST.other(), trial);
    }

    private interface Call {
        void on(BootControl control) throws HalException;
    }

    private static Step call(Call call) {
        return bench -> call.on(bench.control());
    }
}
