// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.policy;

/**
 * How many bytes payloads may take in a month of the calendar, on the clock on the wall. What is larger is spread over months,
 * as downloads go on where they stopped.
 *
 * @param perMonth at least 1
 */
public record ByteBudget(long perMonth) {
    public ByteBudget {
        if (perMonth < 1) {
            throw new IllegalArgumentException("perMonth: " + perMonth + ", not at least 1");
        }
    }
}
