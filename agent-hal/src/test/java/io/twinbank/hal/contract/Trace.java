// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal.contract;

import io.twinbank.hal.HalException;
import java.util.ArrayList;
import java.util.List;

/**
 * What a board was made to do, one line a durable step ({@code store JOURNAL}, {@code erase B 0+4096}, {@code armTrial B},
 * {@code reset}), in order and over all its parts; and the place where a test makes one of them fail.
 */
public final class Trace {
    private final List<String> steps = new ArrayList<>();
    private final List<Fault> faults = new ArrayList<>();

    private record Fault(String prefix, HalException.Kind kind) {}

    /**
     * Returns what was done, with what failed left out.
     *
     * @return a copy
     */
    public synchronized List<String> steps() {
        return List.copyOf(steps);
    }

    /** Forgets the steps so far. */
    public synchronized void clear() {
        steps.clear();
    }

    /**
     * Makes the next step of this name fail, before it changes anything, once.
     *
     * @param prefix how the step begins, such as {@code store JOURNAL} or {@code write}; reads are {@code read},
     *     {@code load}, {@code status}, though they aren't listed
     * @param kind the fault
     */
    public synchronized void failNext(String prefix, HalException.Kind kind) {
        faults.add(new Fault(prefix, kind));
    }

    /**
     * Notes a durable step; for parts of a test that aren't the board's, to be called before they change anything.
     *
     * @param step such as {@code store JOURNAL}
     * @throws HalException if it is to fail
     */
    public synchronized void step(String step) throws HalException {
        check(step);
        steps.add(step);
    }

    synchronized void check(String step) throws HalException {
        for (Fault fault : faults) {
            if (step.startsWith(fault.prefix)) {
                faults.remove(fault);
                throw new HalException(fault.kind, step + ": failed by the test");
            }
        }
    }
}
