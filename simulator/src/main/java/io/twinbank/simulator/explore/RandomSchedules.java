// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.explore;

import io.twinbank.hal.HalException;
import io.twinbank.simulator.fault.Fault;
import io.twinbank.simulator.fault.Fault.Cut;
import io.twinbank.simulator.fault.Fault.Fails;
import io.twinbank.simulator.fault.Fault.ReadFails;
import io.twinbank.simulator.fault.Fault.Silent;
import io.twinbank.simulator.fault.Schedule;
import io.twinbank.simulator.medium.Survival;
import io.twinbank.simulator.medium.Tear;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Draws schedules of up to six faults, all but one of them power cuts. The same seed draws the same schedule. */
final class RandomSchedules {
    private static final int MAX_FAULTS = 6;
    private static final List<Tear> TEARS = List.of(
            Tear.BEFORE,
            Tear.AFTER,
            new Tear(Tear.Kind.PREFIX, 7),
            new Tear(Tear.Kind.SUFFIX, 64),
            new Tear(Tear.Kind.EVEN, 0),
            new Tear(Tear.Kind.ODD, 0),
            new Tear(Tear.Kind.SEEDED, 3),
            new Tear(Tear.Kind.ALL_BUT_BIT, 1));
    private static final List<HalException.Kind> KINDS =
            List.of(HalException.Kind.IO, HalException.Kind.TIMEOUT, HalException.Kind.OUTCOME_UNKNOWN);

    private RandomSchedules() {}

    static Schedule draw(long seed, long operations, long reads) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Fault> faults = new ArrayList<>();
        int size = 1 + random.nextInt(MAX_FAULTS);
        for (int i = 0; i < size; i++) {
            Fault fault = fault(random, operations, reads);
            boolean oneTooMany = !(fault instanceof Cut) && !faults.stream().allMatch(Cut.class::isInstance);
            faults.add(oneTooMany ? new Cut(1 + random.nextLong(operations), Tear.AFTER, Survival.NONE) : fault);
        }
        return new Schedule(faults);
    }

    private static Fault fault(SplittableRandom random, long operations, long reads) {
        long operation = 1 + random.nextLong(operations);
        return switch (random.nextInt(10)) {
            case 0 -> new Fails(operation, KINDS.get(random.nextInt(KINDS.size())), random.nextBoolean(), 1);
            case 1 -> new Silent(operation);
            case 2 -> new ReadFails(1 + random.nextLong(Math.max(1, reads)), HalException.Kind.ECC, 1);
            default ->
                new Cut(
                        operation,
                        TEARS.get(random.nextInt(TEARS.size())),
                        new Survival(Survival.Kind.MASK, random.nextLong(64)));
        };
    }
}
