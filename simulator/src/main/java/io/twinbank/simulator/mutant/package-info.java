// SPDX-License-Identifier: Apache-2.0
/**
 * Seeded bugs. Each is an agent, a boot loader or a store with one thing wrong, and names the oracle that must notice and the
 * cheapest way to make it notice. A simulator that misses one of them proves nothing.
 */
@NullMarked
package io.twinbank.simulator.mutant;

import org.jspecify.annotations.NullMarked;
