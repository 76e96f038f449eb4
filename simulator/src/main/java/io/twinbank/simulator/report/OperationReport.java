// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.report;

/**
 * One durable operation of the run without faults.
 *
 * @param number counted from 1
 * @param boot in which life of the board, counted from 1
 * @param step what it was
 */
public record OperationReport(long number, int boot, Step step) {
    /**
     * What an operation does. Runs repeat it, so the writers keep each different one once.
     *
     * @param phase of the update, such as {@code DOWNLOADING} or {@code TRIAL}
     * @param part what was changed, such as {@code BANK_B}, {@code STATE_STORE} or {@code COUNTER}
     * @param name the operation, such as {@code program}, {@code erase}, {@code flush} or {@code advance}
     * @param call the agent's call, such as {@code store JOURNAL} or {@code armTrial B x3}
     * @param source the line of the agent that made it, such as {@code Trial.java:88}; empty if the boot loader did it
     */
    public record Step(String phase, String part, String name, String call, String source) {}
}
