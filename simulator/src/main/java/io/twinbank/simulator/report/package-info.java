// SPDX-License-Identifier: Apache-2.0
/**
 * What a sweep found, and how it is shown: fill a {@link io.twinbank.simulator.report.SweepReport}, then hand it to {@link
 * io.twinbank.simulator.report.HtmlReport}, {@link io.twinbank.simulator.report.JsonReport} or {@link
 * io.twinbank.simulator.report.JUnitReport}. Knows nothing of boards or explorers, only words and numbers, so anything can
 * fill it.
 */
@NullMarked
package io.twinbank.simulator.report;

import org.jspecify.annotations.NullMarked;
