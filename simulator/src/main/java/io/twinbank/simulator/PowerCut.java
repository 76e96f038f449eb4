// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator;

/** The power failed. */
public final class PowerCut extends BoardStop {
    private static final long serialVersionUID = 1L;

    PowerCut() {
        super("power cut");
    }
}
