// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.hal.BankId;
import io.twinbank.simulator.boot.BootHost;
import io.twinbank.simulator.boot.BootLoaders;
import io.twinbank.simulator.boot.UBootEnvironment;
import io.twinbank.simulator.medium.Operation.Part;
import io.twinbank.simulator.medium.Region;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The CRC of U-Boot's environment doesn't cover the flags, so a bit that flips there isn't noticed. */
class UBootFlagsTest {
    private static final int FLAGS_AT = 4;

    private final BootBench bench = bench();
    private final int unitBytes = bench.medium.units().eraseBytes();
    private final Region region = bench.medium.region(Part.BOOT_CONTROL, 0, (long) BootHost.VARIABLE_UNITS * unitBytes);

    @Test
    void flip_anyBitOfTheFlags_leavesTheVariablesOrThoseOfOneWriteAgo() throws IOException {
        String before = variables();
        bench.control().armTrial(BankId.B, 3, 7);
        String after = variables();
        Object state = bench.save();
        Set<String> found = new HashSet<>();

        for (int copy = 0; copy < UBootEnvironment.COPIES; copy++) {
            for (int bit = 0; bit < 8; bit++) {
                flip((long) copy * unitBytes + FLAGS_AT, bit);
                found.add(variables());
                assertEquals(Optional.empty(), bench.loader.disagreement());
                bench.restore(state);
            }
        }

        assertNotEquals(before, after);
        assertEquals(Set.of(before, after), found);
    }

    @Test
    void flip_anyBitOfTheData_isNoticed() throws IOException {
        String before = variables();
        bench.control().armTrial(BankId.B, 3, 7);

        flip(unitBytes + FLAGS_AT + 1, 0);

        assertEquals(before, variables());
    }

    @Test
    void flip_ofTheFlagsOfATrial_stillBoots() throws IOException {
        bench.control().armTrial(BankId.B, 3, 7);
        Object state = bench.save();

        for (int copy = 0; copy < UBootEnvironment.COPIES; copy++) {
            for (int bit = 0; bit < 8; bit++) {
                flip((long) copy * unitBytes + FLAGS_AT, bit);
                BankId booted = bench.boot();
                assertTrue(List.of(BankId.A, BankId.B).contains(booted), bench.loader::describe);
                bench.restore(state);
            }
        }
    }

    private void flip(long at, int bit) throws IOException {
        ByteBuffer cell = ByteBuffer.allocate(1);
        region.peek(at, cell);
        region.poke(at, ByteBuffer.wrap(new byte[] {(byte) (cell.get(0) ^ 1 << bit)}));
    }

    /** Without which copy they are in. */
    private String variables() {
        String text = bench.loader.describe();
        return text.substring(text.indexOf('{'));
    }

    private static BootBench bench() {
        try {
            BootBench bench = new BootBench(BootLoaders.named("uboot").factory(), BootBench.Chip.NOR);
            bench.boot();
            return bench;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
