// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.medium;

/** The power failed. */
public final class PowerCut extends BoardStop {
    private static final long serialVersionUID = 1L;

    /** Makes one. */
    public PowerCut() {
        super("power cut");
    }
}
