// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.hal.BankId;
import io.twinbank.hal.BootStatus;
import io.twinbank.hal.BootStatus.Trial;
import io.twinbank.simulator.boot.BootLoaders;
import io.twinbank.simulator.boot.BootLoaders.Named;
import io.twinbank.simulator.boot.BootResult;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The table of the ideal loader, driven through the handshake; where a model differs, {@code boot-model-cases.txt} says so.
 */
class BootModelTableTest {
    static Stream<String> models() {
        return BootLoaders.all().stream().map(Named::name);
    }

    @ParameterizedTest
    @MethodSource("models")
    void boot_everyStateOfVariablesAndBanks_asTheTableSays(String name) throws IOException {
        Named model = BootLoaders.named(name);
        Map<String, String> expected = new LinkedHashMap<>(cases("/boot-loader-cases.txt"));
        differencesOf(name).forEach((given, then) -> {
            if (given.contains(",")) {
                expected.put(given, then);
            } else {
                expected.replaceAll((state, ideal) -> ideal.replace(given, then));
            }
        });
        List<String> differences = new ArrayList<>();
        int reached = 0;
        for (Map.Entry<String, String> line : expected.entrySet()) {
            Optional<String> found = run(model, line.getKey());
            reached += found.isPresent() ? 1 : 0;
            String then = line.getKey().contains(", 0, yes,")
                    ? line.getValue()
                            .replace(
                                    "RUNNING, 1",
                                    "RUNNING, " + (model.abilities().maxAttempts() - 1))
                    : line.getValue();
            if (found.isPresent() && !found.get().equals(then)) {
                differences.add(line.getKey() + " -> " + found.get() + ", not " + then);
            }
        }

        assertEquals("", String.join("\n", differences));
        assertTrue(reached > 20, reached + " states were reached");
    }

    /** Single cases, or a word that the model says instead of another. */
    private static Map<String, String> differencesOf(String name) throws IOException {
        Map<String, String> differences = new LinkedHashMap<>();
        cases("/boot-model-cases.txt").forEach((given, then) -> {
            if (given.startsWith(name + ": ")) {
                differences.put(given.substring(name.length() + 2), then);
            }
        });
        return differences;
    }

    private static Map<String, String> cases(String resource) throws IOException {
        Map<String, String> cases = new LinkedHashMap<>();
        try (InputStream in = Objects.requireNonNull(BootModelTableTest.class.getResourceAsStream(resource))) {
            new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> line.split(" -> "))
                    .forEach(sides -> cases.put(sides[0], withoutPermanent(sides[1])));
        }
        return cases;
    }

    /** What a status tells: bank, trial, attempts. */
    private static String withoutPermanent(String expected) {
        List<String> words = List.of(expected.split(", "));
        return words.size() == 4 ? words.get(0) + ", " + words.get(1) + ", " + words.get(3) : expected;
    }

    /** Brings a board into a state through the handshake and boots it; empty if this model doesn't have that state. */
    private static Optional<String> run(Named model, String given) throws IOException {
        List<String> words = List.of(given.split(", "));
        Trial trial = Trial.valueOf(words.get(0));
        BankId permanent = BankId.valueOf(words.get(1));
        int attempts = Integer.parseInt(words.get(2));
        boolean lost = words.get(3).equals("yes");
        BootBench bench = new BootBench(model.factory(), BootBench.Chip.BLOCKS);
        boolean there = lost
                ? lose(bench, model, permanent.other(), attempts, trial)
                : arm(bench, model, permanent, attempts, trial);
        if (!there) {
            return Optional.empty();
        }
        for (BankId bank : BankId.values()) {
            if (words.get(4 + bank.ordinal()).equals("no")) {
                bench.spoil(bank);
            }
        }
        if (bench.power() instanceof BootResult.Brick) {
            return Optional.of("BRICK");
        }
        BootStatus status = bench.status();
        return Optional.of(status.running() + ", " + status.trial() + ", " + status.attemptsLeft());
    }

    private static boolean arm(BootBench bench, Named model, BankId permanent, int attempts, Trial trial)
            throws IOException {
        bench.loader.provision(permanent);
        bench.boot();
        if (trial == Trial.NONE) {
            return true;
        }
        int most = model.abilities().maxAttempts();
        int armed = trial == Trial.ARMED ? attempts : Math.min(most, attempts + 1);
        if (armed > most || armed < 1) {
            return false;
        }
        bench.control().armTrial(permanent.other(), armed, 5);
        for (int i = 0; i < 9 && !is(bench, trial, attempts); i++) {
            bench.boot();
        }
        return is(bench, trial, attempts);
    }

    /** Without variables each bank has as many attempts as the table's two. */
    private static boolean lose(BootBench bench, Named model, BankId tried, int attempts, Trial trial)
            throws IOException {
        bench.boot();
        bench.loader.loseVariables();
        if (trial == Trial.ARMED) {
            return false;
        }
        for (int i = 0; i < 2 * model.abilities().maxAttempts() + 1; i++) {
            bench.boot();
            if (bench.status().running() == tried && is(bench, trial, attempts)) {
                return true;
            }
        }
        return false;
    }

    private static boolean is(BootBench bench, Trial trial, int attempts) throws IOException {
        return bench.status().trial() == trial && bench.status().attemptsLeft() == attempts;
    }
}
