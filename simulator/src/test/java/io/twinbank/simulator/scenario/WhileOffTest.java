// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.twinbank.hal.BankId;
import io.twinbank.hal.HalException;
import io.twinbank.simulator.AgentVariant;
import io.twinbank.simulator.SimulatedGateway.Ending;
import io.twinbank.simulator.boot.Behaviour;
import io.twinbank.simulator.boot.IdealLoader;
import io.twinbank.simulator.fault.Fault;
import io.twinbank.simulator.fault.Schedule;
import io.twinbank.simulator.medium.Operation.Part;
import io.twinbank.simulator.medium.Region;
import io.twinbank.simulator.profile.Profiles;
import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class WhileOffTest {
    private static final Scenario SCENARIO =
            Scenario.named("update").offer("2.0", Behaviour.WORKS).build();

    @Test
    void flip_anyPart_turnsThatBitOver() throws HalException {
        try (World world = world("nor-w25q128jv")) {
            for (Part part : new Part[] {Part.BANK_A, Part.BANK_B, Part.STATE_STORE, Part.BOOT_CONTROL}) {
                Region region = world.board().storage().region(part).orElseThrow();
                byte before = byteAt(region, 1000);

                off(world, "off(flip," + part.name().toLowerCase(Locale.ROOT).replace('_', '-') + ",8003)");

                assertEquals((byte) (before ^ 8), byteAt(region, 1000));
            }
        }
    }

    @Test
    void flip_aBankThatIsAFile_turnsThatBitOver() throws HalException {
        try (World world = world("file-ext4")) {
            ByteBuffer before = ByteBuffer.allocate(1);
            world.board().storage().bank(BankId.A).peek(1000, before);

            off(world, "off(flip,bank-a,8003)");

            ByteBuffer after = ByteBuffer.allocate(1);
            world.board().storage().bank(BankId.A).peek(1000, after);
            assertEquals((byte) (before.get(0) ^ 8), after.get(0));
        }
    }

    @Test
    void stick_aBit_holdsIt() throws HalException {
        try (World world = world("nor-w25q128jv")) {
            Region region = world.board().storage().region(Part.BANK_B).orElseThrow();

            off(world, "off(stick-0,bank-b,8000)");
            off(world, "off(stick-1,bank-b,8001)");

            assertEquals(2, byteAt(region, 1000) & 3);
        }
    }

    @Test
    void breakBlock_ofTheBankUnderUpdate_leavesWhatRuns() throws HalException {
        try (World world = world("nor-w25q128jv")) {
            off(world, "off(break,bank-b,4096)");

            assertEquals(Optional.of(Ending.AT_REST), world.live());
            assertEquals(Optional.of(BankId.A), world.board().permanentBank());
        }
    }

    @Test
    void anyFaultOfAMedium_whereThereIsNone_isRefused() throws HalException {
        try (World world = world("file-ext4")) {
            assertThrows(IllegalArgumentException.class, () -> off(world, "off(flip,state-store,8)"));
            assertThrows(IllegalArgumentException.class, () -> off(world, "off(break,bank-b,0)"));
            assertThrows(IllegalArgumentException.class, () -> off(world, "off(flip,bank-c,0)"));
        }
    }

    private static World world(String profile) {
        return new World(SCENARIO, Profiles.named(profile), host -> new IdealLoader(host, 7), AgentVariant.SHIPPED);
    }

    private static void off(World world, String text) throws HalException {
        world.whileOff((Fault.Off) Schedule.parse(text).faults().get(0));
    }

    private static byte byteAt(Region region, long at) throws HalException {
        ByteBuffer cell = ByteBuffer.allocate(1);
        region.peek(at, cell);
        return cell.get(0);
    }
}
