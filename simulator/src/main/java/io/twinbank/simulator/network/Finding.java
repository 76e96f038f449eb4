// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.network;

/**
 * What must not happen and did.
 *
 * @param oracle who says so, such as {@code N1}, as docs/simulator.md has them
 * @param detail what happened, for people
 */
public record Finding(String oracle, String detail) {
    @Override
    public String toString() {
        return oracle + ": " + detail;
    }
}
