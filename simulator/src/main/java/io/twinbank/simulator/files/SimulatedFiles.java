// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.files;

import io.twinbank.hal.HalException;
import io.twinbank.simulator.medium.Durable;
import io.twinbank.simulator.medium.Operation.Part;
import io.twinbank.simulator.medium.OperationLog;
import io.twinbank.simulator.medium.StateHash;
import io.twinbank.simulator.medium.Survival;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * A file system in memory whose changes are operations and whose power fails. Each is volatile until its file or directory
 * is forced; at a power cut any choice of them survives that the {@link Semantics} allow. When only a process ends, the kernel
 * keeps them. A force that fails has lost the data, and the next one says nothing of it.
 */
final class SimulatedFiles implements Durable {
    /** What is done with files. */
    @FunctionalInterface
    interface Action<T> {
        T on(Path root) throws IOException;
    }

    private final OperationLog log;
    private final Volume volume;
    private final Mount mount;
    private int starts = 0;

    SimulatedFiles(Semantics semantics, Set<Flaw> flaws, long capacityBytes, OperationLog log) {
        this.log = log;
        volume = new Volume(semantics);
        mount = new Mount(flaws, capacityBytes);
    }

    /** Returns the root directory, below which each change is an operation of a part. */
    Path root(Part part) {
        return rootOf(volume, mount, Gate.of(part, log));
    }

    private static Path rootOf(Volume volume, Mount mount, Gate gate) {
        return new SimFileSystem(new Calls(volume, mount, gate)).root();
    }

    /** Looks at what programs see, whether the board lives or not; what the action changes is lost. */
    <T> T peek(Action<T> action) throws HalException {
        return act(action, volume.copyOf(volume.seen()));
    }

    /** Looks at what is on the medium; what the action changes is lost. */
    <T> T peekMedium(Action<T> action) throws HalException {
        return act(action, volume.copyOf(volume.kept()));
    }

    /** Tells whether a file is on the medium as programs see it. */
    boolean isDurable(Path path) {
        List<String> names = SimPath.of(path).names();
        return key(volume.kept(), names).equals(key(volume.seen(), names));
    }

    private static StateHash.Key key(Tree tree, List<String> names) {
        return tree.find(names).map(tree::file).orElse(Content.EMPTY).key();
    }

    /** Changes the files past every rule, durably; so does what was pending become. */
    void poke(Action<?> action) throws HalException {
        volume.losePower(Survival.ALL);
        Volume copy = volume.copyOf(volume.kept());
        act(action, copy);
        copy.losePower(Survival.ALL);
        volume.restore(copy.save());
    }

    private static <T> T act(Action<T> action, Volume copy) throws HalException {
        try {
            return action.on(rootOf(copy, new Mount(Set.of(), Long.MAX_VALUE), Gate.OPEN));
        } catch (IOException e) {
            throw e instanceof HalException fault
                    ? fault
                    : new HalException(HalException.Kind.IO, "past the rules: " + e.getMessage(), e);
        }
    }

    /**
     * The board starts: no process holds a lock, or remembers anything. What they wrote is kept, unless the power failed; only
     * the data of a force that failed isn't in any cache any more.
     */
    void start() {
        volume.remount();
        mount.locks().clear();
        starts++;
    }

    /** Tells one start from another. */
    int starts() {
        return starts;
    }

    List<Survival> survivals() {
        return volume.survivals();
    }

    void losePower(Survival survival) {
        volume.losePower(survival);
    }

    @Override
    public Object save() {
        return volume.save();
    }

    @Override
    public void restore(Object saved) {
        volume.restore(saved);
    }

    @Override
    public void addTo(StateHash hash) {
        volume.addTo(hash);
    }
}
