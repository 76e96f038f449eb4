// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.boot;

import io.twinbank.hal.BankId;

/** What the boot loader did. */
public sealed interface BootResult {
    /**
     * It jumped into a bank, which it had verified from the cells.
     *
     * @param bank which bank
     * @param header of its image
     */
    record Booted(BankId bank, SimImage.Header header) implements BootResult {}

    /**
     * It found nothing to jump into.
     *
     * @param why what was wrong with each bank
     */
    record Brick(String why) implements BootResult {}
}
