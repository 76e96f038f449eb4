// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.oracle;

import io.twinbank.hal.HalException;
import io.twinbank.hal.StateKey;
import io.twinbank.hal.StateStore;
import io.twinbank.simulator.SimulatedComponent;
import io.twinbank.simulator.medium.Operation;
import io.twinbank.simulator.scenario.ComponentUpdate;
import io.twinbank.simulator.scenario.Firmware;
import io.twinbank.simulator.scenario.World;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;

/**
 * Watches the component beside the banks in one life: it is activated only by the image that it came with, or by an update of
 * components alone that is journalled (S15), an outcome says only what the component holds (S16), and its sequence floor rises
 * only after a self-test with it has passed (S21).
 */
final class ComponentWatch {
    private static final byte[] ROLLED_BACK = name("RolledBack");
    private static final byte[] INSTALLED = name("Installed");

    private static final byte[] FLOOR_OF = floorOf();

    private final World world;
    private final Supplier<Optional<Firmware>> runs;
    private final List<Violation> violations;

    ComponentWatch(World world, Supplier<Optional<Firmware>> runs, List<Violation> violations) {
        this.world = world;
        this.runs = runs;
        this.violations = violations;
    }

    /**
     * Tells whether the component holds what came with firmware, or with a later update of components alone that was told to be
     * installed; true where there is no component.
     */
    static boolean belongs(World world, Firmware firmware) {
        return !world.scenario().hasComponent()
                || Arrays.equals(
                        world.board().component().held(),
                        installedSince(world, firmware)
                                .map(ComponentUpdate::content)
                                .orElse(firmware.component()));
    }

    private static Optional<ComponentUpdate> installedSince(World world, Firmware firmware) {
        List<Reports.Told> told = Reports.outcomes(world.server().reports());
        return world.scenario().componentUpdates().stream()
                .filter(alone -> alone.sequence() > firmware.sequence())
                .filter(alone -> told.stream()
                        .anyMatch(outcome -> outcome.sequence() == alone.sequence()
                                && outcome.outcome().equals("Installed")))
                .reduce((earlier, later) -> later);
    }

    /** Told of each operation before it is done. */
    void operation(Operation operation) {
        if (operation.part() != Operation.Part.COMPONENT
                || !operation.name().equals("activate")
                || runs.get().isEmpty()) {
            return;
        }
        byte[] staged = world.board().component().staged();
        boolean withImage = Arrays.equals(staged, runs.get().get().component());
        boolean alone = underWay()
                .filter(update -> journal().state().equals("TRIAL"))
                .map(update -> Arrays.equals(staged, update.content()))
                .orElse(false);
        if (!withImage && !alone) {
            violations.add(new Violation(
                    "S15",
                    operation + ": the component is activated neither by the image that it came with, but by "
                            + runs.get().get() + ", nor in the trial of components alone: " + journal(),
                    Strictness.TRUTHFUL));
        }
    }

    void stores(StateKey key, byte[] record) {
        if (key == StateKey.SECURITY) {
            checkFloor(record);
        }
        if (key == StateKey.OUTCOMES && runs.get().isPresent()) {
            checkOutcome(record, runs.get().get());
        }
    }

    private void checkOutcome(byte[] record, Firmware running) {
        byte[] before = stored(StateKey.OUTCOMES).orElse(new byte[0]);
        if (count(record, ROLLED_BACK) > count(before, ROLLED_BACK) && !belongs(world, running)) {
            violations.add(new Violation(
                    "S16",
                    "a rollback is an outcome while the component doesn't hold what belongs to " + running,
                    Strictness.TRUTHFUL));
        }
        boolean success = count(record, INSTALLED) > count(before, INSTALLED);
        if (success && !underWay().map(this::isHeld).orElse(true)) {
            violations.add(new Violation(
                    "S16",
                    underWay().get() + " are told to be installed while the component doesn't hold them",
                    Strictness.TRUTHFUL));
        }
    }

    /** Where there was no record, it is rebuilt: from what is held, and not from what failed. */
    private void checkFloor(byte[] record) {
        OptionalLong next = floor(record);
        Optional<byte[]> before = stored(StateKey.SECURITY);
        if (next.isEmpty() || before.flatMap(old -> same(floor(old), next)).isPresent()) {
            return;
        }
        boolean failed = world.scenario().componentUpdates().stream()
                .anyMatch(update -> !update.passes() && update.sequence() == next.getAsLong());
        boolean early = before.isPresent() && !journal().state().equals("COMMITTING");
        boolean another = !underWay().map(this::isHeld).orElse(true) && before.isPresent();
        if (failed || early || another) {
            violations.add(new Violation(
                    "S21",
                    "the component's floor rises to " + next.getAsLong() + " while "
                            + (failed ? "that failed its self-test" : "the journal says " + journal()),
                    Strictness.TRUTHFUL));
        }
    }

    private static Optional<Long> same(OptionalLong one, OptionalLong other) {
        return one.equals(other) ? Optional.of(other.getAsLong()) : Optional.empty();
    }

    private boolean isHeld(ComponentUpdate update) {
        return Arrays.equals(world.board().component().held(), update.content());
    }

    /** Returns the update of components alone that is under way. */
    private Optional<ComponentUpdate> underWay() {
        JournalHeader journal = journal();
        return world.scenario().componentUpdates().stream()
                .filter(update -> journal.componentsAlone() && update.manifest().equals(journal.manifest()))
                .findFirst();
    }

    private JournalHeader journal() {
        try {
            return JournalHeader.of(world.board().storage().records().peek(StateKey.JOURNAL));
        } catch (HalException e) {
            return JournalHeader.of(new StateStore.Corrupt(e.toString()));
        }
    }

    private Optional<byte[]> stored(StateKey key) {
        try {
            return world.board().storage().records().peek(key) instanceof StateStore.Found found
                    ? Optional.of(found.record())
                    : Optional.empty();
        } catch (HalException e) {
            return Optional.empty();
        }
    }

    /** Reads the floor as docs/design.md has it: behind the digest of the component's id. */
    private static OptionalLong floor(byte[] security) {
        int at = at(security, FLOOR_OF, 0);
        return at < 0 || at + FLOOR_OF.length + Long.BYTES > security.length
                ? OptionalLong.empty()
                : OptionalLong.of(ByteBuffer.wrap(security).getLong(at + FLOOR_OF.length));
    }

    /** An outcome's name as its record has it, with its length: a detail may have the same word in it. */
    private static byte[] name(String outcome) {
        byte[] bytes = outcome.getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(Short.BYTES + bytes.length)
                .putShort((short) bytes.length)
                .put(bytes)
                .array();
    }

    private static byte[] floorOf() {
        ByteArrayOutputStream id = new ByteArrayOutputStream();
        try {
            DataOutputStream out = new DataOutputStream(id);
            List<byte[]> segments = SimulatedComponent.ID.segments();
            out.writeShort(segments.size());
            for (byte[] segment : segments) {
                out.writeShort(segment.length);
                out.write(segment);
            }
            return MessageDigest.getInstance("SHA-256").digest(id.toByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private static int count(byte[] record, byte[] word) {
        int count = 0;
        for (int at = at(record, word, 0); at >= 0; at = at(record, word, at + 1)) {
            count++;
        }
        return count;
    }

    private static int at(byte[] record, byte[] word, int from) {
        for (int at = from; at + word.length <= record.length; at++) {
            if (Arrays.equals(record, at, at + word.length, word, 0, word.length)) {
                return at;
            }
        }
        return -1;
    }
}
