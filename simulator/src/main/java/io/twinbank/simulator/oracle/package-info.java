// SPDX-License-Identifier: Apache-2.0
/**
 * What must never happen, judged from outside: from the cells, the boot loader, the counter, the operations and what reached
 * the server. The agent is asked for nothing but whether it rests. The names S1 to S18, L1 to L5, O-* and V1 to V5 are those
 * of docs/simulator.md.
 */
@NullMarked
package io.twinbank.simulator.oracle;

import org.jspecify.annotations.NullMarked;
