// SPDX-License-Identifier: Apache-2.0
/** Simulated firmware, and the boot loaders that select, verify and start it. */
@NullMarked
package io.twinbank.simulator.boot;

import org.jspecify.annotations.NullMarked;
