// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.medium;

/**
 * One durable call, as the trace keeps it.
 *
 * @param number counted from 1 since the board was made
 * @param boot in which life of the board, counted from 1
 * @param nanos the board's monotonic time
 * @param part what was changed
 * @param name the call, such as {@code erase}
 * @param detail its arguments, for people
 * @param call the call that it belongs to, such as {@code store JOURNAL}; may be empty
 */
public record Operation(long number, int boot, long nanos, Part part, String name, String detail, String call) {
    /** What holds durable state on the board. */
    public enum Part {
        /** The cells of bank A. */
        BANK_A,
        /** The cells of bank B. */
        BANK_B,
        /** The agent's records. */
        STATE_STORE,
        /** The boot variables and markers, as the agent changes them. */
        BOOT_CONTROL,
        /** The boot variables, as the boot loader changes them. */
        BOOT_LOADER,
        /** A monotonic counter. */
        COUNTER,
        /** What the hardware has bound. */
        ROOT_OF_TRUST,
        /** A component beside the banks. */
        COMPONENT
    }

    @Override
    public String toString() {
        return "#" + number + " boot " + boot + " " + part + "." + name + (detail.isEmpty() ? "" : " " + detail)
                + (call.isEmpty() ? "" : " (" + call + ")");
    }
}
