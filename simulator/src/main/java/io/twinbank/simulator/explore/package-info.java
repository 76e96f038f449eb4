// SPDX-License-Identifier: Apache-2.0
/**
 * Runs the shipped agent through every fault there is. Start at {@link io.twinbank.simulator.explore.Explorer}.
 */
@NullMarked
package io.twinbank.simulator.explore;

import org.jspecify.annotations.NullMarked;
