// SPDX-License-Identifier: Apache-2.0
/** Faults as values: what a schedule says, and what plays it. */
@NullMarked
package io.twinbank.simulator.fault;

import org.jspecify.annotations.NullMarked;
