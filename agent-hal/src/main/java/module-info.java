// SPDX-License-Identifier: Apache-2.0
/** What a board provides to the Twinbank agent, and ready parts for a Linux gateway. */
module io.twinbank.hal {
    requires static transitive org.jspecify;
    requires jdk.unsupported; // O_DIRECT

    exports io.twinbank.hal;
    exports io.twinbank.hal.linux;
}
