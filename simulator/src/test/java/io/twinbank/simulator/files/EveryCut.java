// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.files;

import io.twinbank.hal.HalException;
import io.twinbank.simulator.Storage;
import io.twinbank.simulator.medium.Change;
import io.twinbank.simulator.medium.Fate;
import io.twinbank.simulator.medium.Faults;
import io.twinbank.simulator.medium.Operation;
import io.twinbank.simulator.medium.Survival;
import io.twinbank.simulator.medium.Tear;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** Collects the states in which a power cut, or the end of the process, may leave a storage, at each of its operations. */
final class EveryCut implements Faults {
    /** A state, and how it came about. */
    record State(String how, Object saved) {}

    private final Storage storage;
    private final List<State> afterCuts = new ArrayList<>();
    private final List<State> afterKills = new ArrayList<>();

    EveryCut(Storage storage) {
        this.storage = storage;
    }

    /** The power fails. */
    List<State> afterCuts() {
        return afterCuts;
    }

    /** Only the process ends. */
    List<State> afterKills() {
        return afterKills;
    }

    @Override
    public Fate at(Operation operation, Change change) {
        try {
            Object before = storage.save();
            collect(operation, Tear.BEFORE);
            change.whole();
            collect(operation, Tear.AFTER);
            for (Tear tear : change.tears()) {
                storage.restore(before);
                change.torn(tear);
                collect(operation, tear);
            }
            storage.restore(before);
            return Fate.DONE;
        } catch (HalException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void collect(Operation operation, Tear tear) throws HalException {
        Object now = storage.save();
        String how = operation + " " + tear;
        if (tear.equals(Tear.BEFORE) || tear.equals(Tear.AFTER)) {
            afterKills.add(new State(how, now));
        }
        for (Survival survival : storage.survivals()) {
            storage.losePower(survival);
            afterCuts.add(new State(how + " " + survival, storage.save()));
            storage.restore(now);
        }
    }
}
