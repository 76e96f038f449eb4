// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator;

import io.twinbank.hal.BankId;
import io.twinbank.hal.BootControl;
import io.twinbank.hal.contract.BootControlContract;
import io.twinbank.simulator.boot.BootLoaders;
import io.twinbank.simulator.boot.BootResult;
import java.io.IOException;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.CsvSource;

/** The models that do what they owe, on flash that must be erased and on a block device. */
@ParameterizedClass
@CsvSource({
    "ideal, NOR",
    "uboot, NOR",
    "uboot, BLOCKS",
    "mcuboot, NOR",
    "mcuboot, BLOCKS",
    "slots, NOR",
    "slots, BLOCKS",
    "rauc, NOR",
    "rauc, BLOCKS",
    "grub, NOR",
    "grub, BLOCKS",
    "uboot-default-b, NOR",
    "uboot-unverified, NOR"
})
class BootModelContractTest extends BootControlContract {
    private final String name;
    private final BootBench.Chip chip;

    BootModelContractTest(String name, BootBench.Chip chip) {
        this.name = name;
        this.chip = chip;
    }

    @Override
    protected Rig newRig() throws IOException {
        BootBench bench = new BootBench(BootLoaders.named(name).factory(), chip);
        bench.boot();
        return new Rig() {
            @Override
            public BootControl control() {
                return bench.control();
            }

            @Override
            public void boot() throws IOException {
                if (bench.power() instanceof BootResult.Brick brick) {
                    throw new IOException(brick.why());
                }
            }

            @Override
            public void spoil(BankId bank) {
                bench.spoil(bank);
            }

            @Override
            public boolean loseVariables() throws IOException {
                bench.loader.loseVariables();
                return BootLoaders.named(name).abilities().survivesLostVariables();
            }
        };
    }
}
