// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.report;

/**
 * A fact without which a run that found nothing proves nothing.
 *
 * @param id such as {@code V1}
 * @param text the fact with its figures, such as {@code every fault fired: 4,212 of 4,212}
 * @param holds whether it is so
 */
public record VacuityReport(String id, String text, boolean holds) {}
