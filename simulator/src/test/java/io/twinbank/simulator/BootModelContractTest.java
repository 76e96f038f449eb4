// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator;

import io.twinbank.hal.BankId;
import io.twinbank.hal.BootControl;
import io.twinbank.hal.contract.BootControlContract;
import io.twinbank.simulator.boot.BootLoaders;
import io.twinbank.simulator.boot.BootResult;
import java.io.IOException;
import org.junit.jupiter.api.Nested;

/** The models that do what they owe, on flash that must be erased and on a block device. */
class BootModelContractTest {
    abstract static class Model extends BootControlContract {
        private final String name;
        private final BootBench.Chip chip;

        Model(String name, BootBench.Chip chip) {
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

    @Nested
    class IdealOnNor extends Model {
        IdealOnNor() {
            super("ideal", BootBench.Chip.NOR);
        }
    }

    @Nested
    class UbootOnNor extends Model {
        UbootOnNor() {
            super("uboot", BootBench.Chip.NOR);
        }
    }

    @Nested
    class UbootOnBlocks extends Model {
        UbootOnBlocks() {
            super("uboot", BootBench.Chip.BLOCKS);
        }
    }

    @Nested
    class McubootOnNor extends Model {
        McubootOnNor() {
            super("mcuboot", BootBench.Chip.NOR);
        }
    }

    @Nested
    class McubootOnBlocks extends Model {
        McubootOnBlocks() {
            super("mcuboot", BootBench.Chip.BLOCKS);
        }
    }

    @Nested
    class SlotsOnNor extends Model {
        SlotsOnNor() {
            super("slots", BootBench.Chip.NOR);
        }
    }

    @Nested
    class SlotsOnBlocks extends Model {
        SlotsOnBlocks() {
            super("slots", BootBench.Chip.BLOCKS);
        }
    }

    @Nested
    class RaucOnNor extends Model {
        RaucOnNor() {
            super("rauc", BootBench.Chip.NOR);
        }
    }

    @Nested
    class RaucOnBlocks extends Model {
        RaucOnBlocks() {
            super("rauc", BootBench.Chip.BLOCKS);
        }
    }

    @Nested
    class GrubOnNor extends Model {
        GrubOnNor() {
            super("grub", BootBench.Chip.NOR);
        }
    }

    @Nested
    class GrubOnBlocks extends Model {
        GrubOnBlocks() {
            super("grub", BootBench.Chip.BLOCKS);
        }
    }

    @Nested
    class UbootDefaultBOnNor extends Model {
        UbootDefaultBOnNor() {
            super("uboot-default-b", BootBench.Chip.NOR);
        }
    }

    @Nested
    class UbootUnverifiedOnNor extends Model {
        UbootUnverifiedOnNor() {
            super("uboot-unverified", BootBench.Chip.NOR);
        }
    }
}
