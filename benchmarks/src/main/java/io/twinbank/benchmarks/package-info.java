// SPDX-License-Identifier: Apache-2.0
/** Figures beside a physical limit; {@code benchmarks/README.md} has the commands. */
@NullMarked
package io.twinbank.benchmarks;

import org.jspecify.annotations.NullMarked;
