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
        private final Profile medium;

        Model(String name, Profile medium) {
            this.name = name;
            this.medium = medium;
        }

        @Override
        protected Rig newRig() throws IOException {
            BootBench bench = new BootBench(BootLoaders.named(name).factory(), medium);
            bench.boot();
            return new Rig() {
                @Override
                public BootControl control() {
                    return bench.control();
                }

                @Override
                public void boot() throws IOException {
                    if (bench.board.boot() instanceof BootResult.Brick brick) {
                        throw new IOException(brick.why());
                    }
                }

                @Override
                public void spoil(BankId bank) throws IOException {
                    bench.spoil(bank);
                }

                @Override
                public boolean loseVariables() throws IOException {
                    bench.board.loseBootVariables();
                    return true;
                }
            };
        }
    }

    @Nested
    class IdealOnNor extends Model {
        IdealOnNor() {
            super("ideal", new NorChip(256));
        }
    }

    @Nested
    class UbootOnNor extends Model {
        UbootOnNor() {
            super("uboot", new NorChip(256));
        }
    }

    @Nested
    class UbootOnBlocks extends Model {
        UbootOnBlocks() {
            super("uboot", IdealChip.losing());
        }
    }

    @Nested
    class UbootDefaultBOnNor extends Model {
        UbootDefaultBOnNor() {
            super("uboot-default-b", new NorChip(256));
        }
    }

    @Nested
    class UbootUnverifiedOnNor extends Model {
        UbootUnverifiedOnNor() {
            super("uboot-unverified", new NorChip(256));
        }
    }
}
