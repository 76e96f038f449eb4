// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.boot.bugs;

import io.twinbank.hal.BankId;
import io.twinbank.hal.HalException;
import io.twinbank.hal.linux.BootVariables;
import io.twinbank.simulator.boot.Abilities;
import io.twinbank.simulator.boot.BootHost;
import io.twinbank.simulator.boot.BootLoaders;
import io.twinbank.simulator.boot.RaucLoader;
import io.twinbank.simulator.boot.UBootEnvironment.Redundancy;
import io.twinbank.simulator.boot.UBootEnvironment.TieBreak;
import io.twinbank.simulator.boot.UBootLoader;
import io.twinbank.simulator.boot.bugs.SwapTrailer.Magic;
import io.twinbank.simulator.boot.bugs.SwapTrailer.Word;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/** The known bugs of boot loaders in the field that a simulator must be able to find. */
public final class PublicBugs {
    private static final Abilities UBOOT = BootLoaders.named("uboot").abilities();
    private static final Abilities RAUC = BootLoaders.named("rauc").abilities();

    private static final List<PublicBug> ALL = List.of(
            new PublicBug(
                    "mcuboot-1966",
                    "The power fails while a revert writes the magic of the secondary trailer. A torn magic is neither good nor"
                            + " unset, so that no rule says revert any more: the image that failed runs for ever.",
                    "github.com/mcu-tools/mcuboot/issues/1966",
                    "L1",
                    "rollback",
                    "nor-w25q128jv",
                    1,
                    SwapLoader.ABILITIES,
                    TornMagic::new,
                    SwapLoader::new),
            new PublicBug(
                    "mcuboot-2109",
                    "After a swap that was interrupted and resumed, the primary image is verified with the header that now"
                            + " belongs to the secondary slot: that boot fails, and the next one takes the good trial back.",
                    "github.com/mcu-tools/mcuboot/pull/2109",
                    "S1",
                    "update",
                    "ideal",
                    1,
                    SwapLoader.ABILITIES,
                    WrongSlotHeader::new,
                    SwapLoader::new),
            new PublicBug(
                    "mcuboot-2199",
                    "After a revert the primary trailer still says that a revert is due. With an empty secondary slot, as it was"
                            + " reported, an application then refused every update; with an image there it is swapped at each"
                            + " boot.",
                    "github.com/mcu-tools/mcuboot/pull/2199",
                    "S8",
                    "rollback",
                    "ideal",
                    0,
                    SwapLoader.ABILITIES,
                    EndlessRevert::new,
                    SwapLoader::new),
            new PublicBug(
                    "uboot-env-sf",
                    "The power fails between the write of the new environment and the mark that makes the old one obsolete. Of"
                            + " two active copies U-Boot takes the second, fw_printenv the first.",
                    "U-Boot commit 5e8397dd94a1 (env_sf: Fix recovery default)",
                    "S9",
                    "update",
                    "ideal",
                    1,
                    UBOOT,
                    TwoReaders::new,
                    host -> new UBootLoader(host, UBOOT, Redundancy.ACTIVE_MARK)),
            new PublicBug(
                    "rauc-490",
                    "Each boot uses up an attempt, of a confirmed bank as well: a few quick power cycles make a healthy device"
                            + " run the old image.",
                    "github.com/rauc/rauc/issues/490",
                    "L2",
                    "update",
                    "ideal",
                    3,
                    RAUC,
                    BothInTheOrder::new,
                    host -> new RaucLoader(host, RAUC)));

    private PublicBugs() {}

    /**
     * Lists them.
     *
     * @return each with and without its bug
     */
    public static List<PublicBug> all() {
        return ALL;
    }

    private static final class TornMagic extends SwapLoader {
        TornMagic(BootHost host) {
            super(host);
        }

        @Override
        boolean isReverted(Magic secondary) {
            return secondary == Magic.UNSET;
        }
    }

    private static final class WrongSlotHeader extends SwapLoader {
        WrongSlotHeader(BootHost host) {
            super(host);
        }

        @Override
        BankId headerFor(BankId primary, boolean resumed) {
            return resumed ? primary.other() : primary;
        }
    }

    private static final class EndlessRevert extends SwapLoader {
        EndlessRevert(BootHost host) {
            super(host);
        }

        @Override
        Word[] wordsOfARevert() {
            return new Word[] {Word.REVERT, Word.COPY_DONE};
        }
    }

    private static final class TwoReaders extends UBootLoader {
        TwoReaders(BootHost host) {
            super(host, UBOOT, Redundancy.ACTIVE_MARK);
        }

        @Override
        protected TieBreak tieBreak(Side side) {
            return side == Side.AGENT ? super.tieBreak(side) : (first, second) -> second >= first ? 1 : 0;
        }
    }

    /** As {@code rauc status mark-good} leaves them, and the factory. */
    private static final class BothInTheOrder extends RaucLoader {
        private static final Map<String, String> BOTH = Map.of("BOOT_A_LEFT", "3", "BOOT_B_LEFT", "3");

        BothInTheOrder(BootHost host) {
            super(host, RAUC);
        }

        @Override
        protected BootVariables linux() throws HalException {
            BootVariables variables = super.linux();
            return new BootVariables() {
                @Override
                public Contents read() throws HalException {
                    return variables.read();
                }

                @Override
                public Contents change(Change change) throws HalException {
                    return variables.change(all -> {
                        change.on(all);
                        String order = all.getOrDefault("BOOT_ORDER", "");
                        if (order.length() == 1) {
                            all.put(
                                    "BOOT_ORDER",
                                    order + " " + BankId.valueOf(order).other());
                            all.putAll(BOTH);
                        }
                    });
                }
            };
        }

        @Override
        protected SortedMap<String, String> factory(BankId bank) {
            SortedMap<String, String> variables = super.factory(bank);
            variables.put("BOOT_ORDER", bank + " " + bank.other());
            variables.putAll(BOTH);
            return variables;
        }
    }
}
