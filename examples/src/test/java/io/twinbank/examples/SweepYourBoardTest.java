// SPDX-License-Identifier: Apache-2.0
package io.twinbank.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.hal.BankId;
import io.twinbank.hal.ComponentId;
import io.twinbank.hal.FlashBank;
import io.twinbank.hal.FlashGeometry;
import io.twinbank.hal.HalException;
import io.twinbank.hal.Platform;
import io.twinbank.simulator.AgentVariant;
import io.twinbank.simulator.ForwardingPlatform;
import io.twinbank.simulator.SimulatedBoard;
import io.twinbank.simulator.boot.BootLoaders;
import io.twinbank.simulator.boot.SimImage;
import io.twinbank.simulator.explore.Exploration;
import io.twinbank.simulator.explore.Limits;
import io.twinbank.simulator.explore.Mode;
import io.twinbank.simulator.explore.Setting;
import io.twinbank.simulator.explore.Sweep;
import io.twinbank.simulator.junit.PowerCutTest;
import io.twinbank.simulator.profile.Profiles;
import io.twinbank.simulator.scenario.Scenarios;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** How a board author sweeps a driver; docs/simulator.md shows the part between the marks. */
class SweepYourBoardTest {
    private static final String BEGIN = "    // docs/simulator.md: begin\n";
    private static final String END = "    // docs/simulator.md: end\n";

    // docs/simulator.md: begin
    @PowerCutTest(setting = YourBoard.class)
    void update_powerCutAnywhere_neverBreaksTheBoard() {}

    static final class YourBoard implements Supplier<Setting> {
        @Override
        public Setting get() {
            return Setting.of(
                            Profiles.named("emmc-mtfc4gacajcn"), BootLoaders.named("uboot"), Scenarios.named("update"))
                    .with(drivers(YourBank::new));
        }
    }

    static AgentVariant drivers(UnaryOperator<FlashBank> yours) {
        return new AgentVariant() {
            @Override
            public Platform platform(SimulatedBoard board, SimImage.Spec running) {
                return new ForwardingPlatform(board) {
                    @Override
                    public FlashBank bank(BankId id, ComponentId component) {
                        return yours.apply(super.bank(id, component));
                    }
                };
            }
        };
    }
    // docs/simulator.md: end

    /** A driver that hands one sector at a time to its device. */
    private static class YourBank implements FlashBank {
        private final FlashBank chip;

        YourBank(FlashBank chip) {
            this.chip = chip;
        }

        @Override
        public FlashGeometry geometry() {
            return chip.geometry();
        }

        @Override
        public boolean resumable() {
            return chip.resumable();
        }

        @Override
        public void begin(long length) throws HalException {
            chip.begin(length);
        }

        @Override
        public void erase(long offset, long length) throws HalException {
            chip.erase(offset, length);
        }

        @Override
        public void write(long offset, ByteBuffer src) throws HalException {
            int sector = geometry().writeSizeBytes();
            long at = offset;
            while (src.hasRemaining()) {
                int length = Math.min(sector, src.remaining());
                chip.write(at, src.slice(src.position(), length));
                src.position(src.position() + length);
                at += length;
            }
        }

        @Override
        public void sync() throws HalException {
            chip.sync();
        }

        @Override
        public void end() throws HalException {
            chip.end();
        }

        @Override
        public void read(long offset, ByteBuffer dst) throws HalException {
            chip.read(offset, dst);
        }
    }

    /** The same with a bug, to see that the sweep would notice one. */
    private static final class NeverSyncs extends YourBank {
        NeverSyncs(FlashBank chip) {
            super(chip);
        }

        @Override
        public void sync() {
            // that is the bug
        }
    }

    @Test
    void sweep_driverWithABug_isNoticed() {
        Setting setting = new YourBoard().get().with(drivers(NeverSyncs::new));

        Exploration found = new Sweep(setting, Mode.SINGLE, Limits.single().untilFirst(), 0).explore();

        assertTrue(
                found.failures().stream()
                        .flatMap(failure -> failure.violations().stream())
                        .anyMatch(violation -> violation.oracle().equals("S6")),
                found.failures()::toString);
    }

    @Test
    void snippet_comparedWithTheDocument_isTheSame() throws IOException {
        String source = Files.readString(Path.of("src/test/java/io/twinbank/examples/SweepYourBoardTest.java"));
        String shown = Files.readString(Path.of("../docs/simulator.md"));

        String compiled = source.substring(source.lastIndexOf(BEGIN) + BEGIN.length(), source.lastIndexOf(END))
                .replaceAll("(?m)^ {4}", "");

        int from = shown.indexOf("```java\n") + "```java\n".length();
        assertEquals(compiled, shown.substring(from, shown.indexOf("```\n", from)));
    }
}
