// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.oracle;

import io.twinbank.hal.HalException;
import io.twinbank.hal.StateKey;
import io.twinbank.hal.StateStore;
import io.twinbank.simulator.medium.Operation;
import io.twinbank.simulator.scenario.Firmware;
import io.twinbank.simulator.scenario.World;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Watches the component beside the banks in one life: it is activated only by the image that it came with (S15), and a rollback
 * becomes an outcome only when it is reverted (S16).
 */
final class ComponentWatch {
    private static final byte[] ROLLED_BACK = "RolledBack".getBytes(StandardCharsets.US_ASCII);

    private final World world;
    private final Supplier<Optional<Firmware>> runs;
    private final List<Violation> violations;

    ComponentWatch(World world, Supplier<Optional<Firmware>> runs, List<Violation> violations) {
        this.world = world;
        this.runs = runs;
        this.violations = violations;
    }

    /** Tells whether the component holds what came with firmware; true where there is no component. */
    static boolean belongs(World world, Firmware firmware) {
        return !world.scenario().hasComponent()
                || Arrays.equals(world.board().component().held(), firmware.component());
    }

    /** Told of each operation before it is done. */
    void operation(Operation operation) {
        if (operation.part() == Operation.Part.COMPONENT
                && operation.name().equals("activate")
                && runs.get().isPresent()
                && !Arrays.equals(
                        world.board().component().staged(), runs.get().get().component())) {
            violations.add(new Violation(
                    "S15",
                    operation + ": the component isn't activated by the image that it came with, but by "
                            + runs.get().get(),
                    Strictness.TRUTHFUL));
        }
    }

    void stores(StateKey key, byte[] record) {
        if (key != StateKey.OUTCOMES
                || runs.get().isEmpty()
                || belongs(world, runs.get().get())) {
            return;
        }
        if (count(record) > count(stored())) {
            violations.add(new Violation(
                    "S16",
                    "a rollback is an outcome while the component doesn't hold what belongs to "
                            + runs.get().get(),
                    Strictness.TRUTHFUL));
        }
    }

    private byte[] stored() {
        try {
            return world.board().storage().records().peek(StateKey.OUTCOMES) instanceof StateStore.Found found
                    ? found.record()
                    : new byte[0];
        } catch (HalException e) {
            return new byte[0];
        }
    }

    private static int count(byte[] record) {
        int count = 0;
        for (int at = 0; at + ROLLED_BACK.length <= record.length; at++) {
            count += Arrays.equals(record, at, at + ROLLED_BACK.length, ROLLED_BACK, 0, ROLLED_BACK.length) ? 1 : 0;
        }
        return count;
    }
}
