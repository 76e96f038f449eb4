// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.oracle;

import io.twinbank.hal.HalException;
import io.twinbank.hal.StateKey;
import io.twinbank.hal.StateStore;
import io.twinbank.simulator.BoardRecords;
import io.twinbank.simulator.fault.Fault;
import io.twinbank.simulator.medium.Operation;
import io.twinbank.simulator.medium.Operation.Part;
import io.twinbank.simulator.medium.Region;
import io.twinbank.simulator.scenario.World;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Watches the records through power cuts (S10): whatever is cut, each of them is found as it was when the call began that was
 * under way, or as that call has meanwhile made it; never spoilt, and never what it wasn't.
 */
public final class RecordsWatch {
    private final BoardRecords records;
    private final Map<StateKey, Set<StateStore.Loaded>> known = new EnumMap<>(StateKey.class);
    private String call = "";
    /** Whether an operation has changed them since they were last read: reading them at every operation costs too much. */
    private boolean changed = true;

    /**
     * Makes a watch.
     *
     * @param records which it watches
     */
    public RecordsWatch(BoardRecords records) {
        this.records = records;
    }

    /**
     * Told of each operation before it is done.
     *
     * @param operation the operation
     * @throws HalException if the records can't be read
     */
    public void before(Operation operation) throws HalException {
        boolean store = operation.part() == Part.STATE_STORE;
        String now = store ? operation.call() : "";
        boolean another = !now.equals(call) || now.isEmpty();
        if (another && changed) {
            known.clear();
            collect(known);
        }
        call = now;
        changed = store;
    }

    /**
     * Told when that operation is done. What is there in the middle of a call is a record, unless it is deleted.
     *
     * @throws HalException if the records can't be read
     */
    public void note() throws HalException {
        if (!changed) {
            return;
        }
        for (StateKey key : StateKey.values()) {
            StateStore.Loaded found = records.peek(key);
            if (found instanceof StateStore.Found || call.startsWith("delete")) {
                known.computeIfAbsent(key, any -> new HashSet<>()).add(found);
            }
        }
    }

    /**
     * Lets something happen while the power is off. Where that is a bit of a record that flips, what is found then is what was
     * there, or what is there without the whole erase unit of that bit.
     *
     * @param world which is off
     * @param off what happens to it
     * @return what is found and mustn't be
     * @throws HalException if the records can't be read
     */
    public List<Violation> whileOff(World world, Fault.Off off) throws HalException {
        Optional<Region> region = world.board().storage().region(Part.STATE_STORE);
        if (region.isEmpty() || !off.what().equals("flip") || !off.target().equals("state-store")) {
            world.whileOff(off);
            return List.of();
        }
        Map<StateKey, Set<StateStore.Loaded>> allowed = new EnumMap<>(StateKey.class);
        collect(allowed);
        Object saved = world.board().save();
        int unit = region.get().units().eraseBytes();
        byte[] garbage = new byte[unit];
        for (int i = 0; i < unit; i++) {
            garbage[i] = (byte) (i * 37);
        }
        region.get().poke(off.parameter() / Byte.SIZE / unit * unit, ByteBuffer.wrap(garbage));
        collect(allowed);
        world.board().restore(saved);
        world.whileOff(off);
        return violations(allowed, "after " + off);
    }

    private void collect(Map<StateKey, Set<StateStore.Loaded>> into) throws HalException {
        for (StateKey key : StateKey.values()) {
            into.computeIfAbsent(key, any -> new HashSet<>()).add(records.peek(key));
        }
    }

    /**
     * Judges what a power cut has left.
     *
     * @param cached whether the device may have lost what it was given before
     * @return what is found and mustn't be; nothing where the cut can't have touched a record
     * @throws HalException if the records can't be read
     */
    public List<Violation> afterCut(boolean cached) throws HalException {
        if (call.isEmpty() && !cached) {
            return List.of();
        }
        return violations(known, "after the cut");
    }

    private List<Violation> violations(Map<StateKey, Set<StateStore.Loaded>> allowed, String when) throws HalException {
        List<Violation> violations = new ArrayList<>();
        for (StateKey key : StateKey.values()) {
            StateStore.Loaded found = records.peek(key);
            Set<StateStore.Loaded> may = allowed.getOrDefault(key, Set.of());
            if (!may.contains(found)) {
                violations.add(new Violation(
                        "S10", key + " is " + found + " " + when + ", and was " + may, Strictness.NO_LIE));
            }
        }
        return violations;
    }
}
