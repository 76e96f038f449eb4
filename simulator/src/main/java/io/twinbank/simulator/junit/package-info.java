// SPDX-License-Identifier: Apache-2.0
/** Power cuts as JUnit tests: start at {@link io.twinbank.simulator.junit.PowerCutTest}. */
@NullMarked
package io.twinbank.simulator.junit;

import org.jspecify.annotations.NullMarked;
