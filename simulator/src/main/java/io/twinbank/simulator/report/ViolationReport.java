// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.report;

import java.util.List;

/**
 * What no run may do.
 *
 * @param oracle who says so, such as {@code S1}
 * @param message what is wrong, with its figures
 * @param schedule what {@code otasim replay} takes; that of the cell where it was found
 * @param shrunk the shortest schedule that shows the same; empty if it wasn't shrunk
 * @param remark why it wasn't shrunk though it should have been; most often empty
 * @param junitTest the source of a test that fails until it is mended; may be empty
 * @param pages what the fault changed
 * @param timeline index of its timeline in the run, or {@link RunReport#NO_TIMELINE}
 */
public record ViolationReport(
        String oracle,
        String message,
        String schedule,
        String shrunk,
        String remark,
        String junitTest,
        List<Page> pages,
        int timeline) {
    /**
     * A page, before and after the fault.
     *
     * @param region where it is, such as {@code BANK_B} or {@code ENV}
     * @param offset of its first byte in the region, in bytes
     * @param before its bytes, two lower-case hex digits each
     * @param after its bytes, as many
     */
    public record Page(String region, long offset, String before, String after) {}

    public ViolationReport {
        pages = List.copyOf(pages);
    }
}
