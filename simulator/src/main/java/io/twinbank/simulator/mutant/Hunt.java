// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.mutant;

import io.twinbank.simulator.explore.Exploration;
import io.twinbank.simulator.explore.Exploration.Failure;
import io.twinbank.simulator.explore.Explorer;
import io.twinbank.simulator.explore.Limits;
import io.twinbank.simulator.explore.Setting;
import io.twinbank.simulator.explore.Sweep;
import io.twinbank.simulator.fault.Fault;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Hunts seeded bugs, and remembers what was found without them: many are put into the same setting. Not thread-safe. */
public final class Hunt {
    private record Sound(
            String setting, int imageBytes, Object variant, Object mode, List<Fault.Off> offs, boolean grows) {}

    private final Map<Sound, Exploration> sound = new HashMap<>();

    /** Makes a hunt that remembers nothing yet. */
    public Hunt() {}

    /**
     * Hunts one.
     *
     * @param mutant the bug
     * @return whether it was noticed
     */
    public MutantRun run(Mutant mutant) {
        long started = System.nanoTime();
        Setting setting = mutant.sound().get();
        Setting buggy = mutant.bug().apply(setting);
        Limits all = Limits.single().withoutCells();
        Optional<Failure> failure = killing(mutant, sweep(buggy, mutant, all.untilFirst()));
        if (failure.isEmpty()) {
            failure = killing(mutant, sweep(buggy, mutant, all));
        }
        Sound key = new Sound(
                setting.toString(),
                setting.scenario().imageBytes(),
                setting.variant(),
                mutant.mode(),
                mutant.offs(),
                grows(mutant));
        Exploration calm = sound.computeIfAbsent(key, any -> sweep(setting, mutant, all));
        return new MutantRun(mutant, failure, calm.failures(), (System.nanoTime() - started) / 1e9);
    }

    private static Exploration sweep(Setting setting, Mutant mutant, Limits limits) {
        Sweep sweep = new Sweep(setting, mutant.mode(), limits, 0);
        return mutant.offs().isEmpty()
                ? (grows(mutant) ? sweep.askingGrowth() : sweep).explore()
                : new Explorer(setting, limits.withOffs(mutant.offs())).explore();
    }

    private static boolean grows(Mutant mutant) {
        return mutant.oracles().contains("O-M1");
    }

    private static Optional<Failure> killing(Mutant mutant, Exploration found) {
        return found.failures().stream()
                .filter(failure -> mutant.killer(failure).isPresent())
                .findFirst();
    }
}
