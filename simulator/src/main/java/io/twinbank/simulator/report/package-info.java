// SPDX-License-Identifier: Apache-2.0
/**
 * What a sweep found: start at {@link io.twinbank.simulator.report.SweepReport}. Knows nothing of boards or explorers, only
 * words and numbers, so anything can fill it.
 */
@NullMarked
package io.twinbank.simulator.report;

import org.jspecify.annotations.NullMarked;
