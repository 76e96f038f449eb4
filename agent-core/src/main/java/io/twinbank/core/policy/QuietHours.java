// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.policy;

/**
 * That the restart waits for a quiet hour: of the hours that are allowed within the next week and before the deadline, the first
 * that is about as quiet as the quietest. Holds nothing until a week's worth of hours was observed, nor while the clock isn't
 * trusted.
 *
 * @param marginPercent how much busier than the quietest hour counts as quiet all the same, in points of load, 0 to 100
 */
public record QuietHours(int marginPercent) {
    public QuietHours {
        if (marginPercent < 0 || marginPercent > 100) {
            throw new IllegalArgumentException("marginPercent: " + marginPercent + ", not between 0 and 100");
        }
    }
}
