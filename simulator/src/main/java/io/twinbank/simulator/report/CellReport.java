// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.report;

/**
 * What one fault at one operation came to.
 *
 * @param operation its number, as in {@link OperationReport#number()}
 * @param variant the fault, such as {@code before}, {@code after}, {@code prefix:37}, {@code bits:aa}, {@code keep:none} or
 *     {@code fail:io}
 * @param outcome what it came to
 * @param duplicate true if the state after the fault had been seen before, whose outcome this is
 * @param boots until the board was at rest, the first among them
 * @param schedule what {@code otasim replay} takes
 * @param timeline index of its timeline in the run, or {@link RunReport#NO_TIMELINE}
 */
public record CellReport(
        long operation, String variant, Outcome outcome, boolean duplicate, int boots, String schedule, int timeline) {}
