// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.hal.BankId;
import io.twinbank.simulator.SimulatedGateway.Ending;
import io.twinbank.simulator.UpdateScenario.World;
import io.twinbank.simulator.boot.Behaviour;
import io.twinbank.simulator.boot.BootResult.Booted;
import io.twinbank.simulator.fault.Schedule;
import io.twinbank.simulator.medium.Medium;
import io.twinbank.simulator.medium.Medium.Endurance;
import io.twinbank.simulator.medium.Operation.Part;
import io.twinbank.simulator.medium.Region;
import io.twinbank.simulator.medium.Wear;
import io.twinbank.simulator.profile.Profiles;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whole updates on media that aren't what they were. */
class DefectiveMediaTest {
    @Test
    void update_ontoABlockThatGoesBad_installsAllTheSame() throws IOException {
        World world = world("nand-w25n01gv");
        region(world, Part.BANK_B).breakBlock(0);

        assertEquals(Ending.AT_REST, world.run().ending());

        assertRuns(world, BankId.B);
    }

    @Test
    void update_ontoAStuckBit_isRefusedAndLeavesWhatRuns() throws IOException {
        World world = world("nor-w25q128jv");
        region(world, Part.BANK_B).stick(8 * 5000L, false);
        region(world, Part.BANK_B).stick(8 * 5001L, true);
        region(world, Part.BANK_B).stick(8 * 5002L, false);
        region(world, Part.BANK_B).stick(8 * 5003L, true);

        assertEquals(Ending.AT_REST, world.run().ending());

        assertRuns(world, BankId.A);
        assertEquals(List.of(), world.board().log().findings());
    }

    @Test
    void update_ontoAWornOutBank_leavesWhatRuns() throws IOException {
        World world = world("nor-w25q128jv");
        region(world, Part.BANK_B).breakBlock(8192);

        assertEquals(Ending.AT_REST, world.run().ending());

        assertRuns(world, BankId.A);
    }

    @Test
    void records_ofWhichOneCopyIsDamaged_areLoadedFromTheOther() throws IOException {
        World world = world("nor-w25q128jv");
        assertEquals(Ending.AT_REST, world.run().ending());
        Region records = region(world, Part.STATE_STORE);
        Object sound = world.board().save();

        for (long bit = 0; bit < 8 * records.length(); bit += 8 * 4096 + 77) {
            world.board().restore(sound);
            world.gateway().cutPower();
            records.flip(bit);

            assertEquals(Ending.AT_REST, world.run().ending(), "bit " + bit);
            assertRuns(world, BankId.B);
        }
    }

    @Test
    void wear_ofOneUpdate_isOneEraseOfTheBankAndFewOfAnyRecord() throws IOException {
        World world = world("nor-w25q128jv");
        Medium chip = world.board().storage().chip().orElseThrow();
        int bank = (int) (region(world, Part.BANK_B).length() / chip.units().eraseBytes());

        assertEquals(Ending.AT_REST, world.run().ending());

        Wear wear = chip.wear();
        for (int block = bank + 1; block < 2 * bank + 1; block++) {
            assertTrue(wear.erases()[block] <= 1, "block " + block);
        }
        assertTrue(wear.mostErases() < 10, wear.mostErases() + " erases");
        assertTrue(wear.mostReads() < 200, wear.mostReads() + " reads");
    }

    @Test
    void update_whereEveryHundredthReadDisturbs_endsOnAGoodBank() throws IOException {
        World world = world("nand-mt29f2g08");
        world.board().storage().chip().orElseThrow().endure(new Endurance(Integer.MAX_VALUE, 100));

        assertEquals(Ending.AT_REST, world.run().ending());

        assertRuns(world, BankId.B);
    }

    private static World world(String profile) throws IOException {
        return new UpdateScenario(Behaviour.WORKS).begin(Schedule.NONE, Profiles.named(profile));
    }

    private static Region region(World world, Part part) {
        return world.board().storage().region(part).orElseThrow();
    }

    private static void assertRuns(World world, BankId bank) {
        List<SimulatedBoard.Boot> boots = world.board().boots();
        Booted booted = (Booted) boots.get(boots.size() - 1).result();
        assertEquals(bank, booted.bank());
    }
}
