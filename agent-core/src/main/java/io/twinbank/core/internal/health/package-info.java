// SPDX-License-Identifier: Apache-2.0
/** How a device's gauges are kept and compared: numbers in memory, no board. */
@NullMarked
package io.twinbank.core.internal.health;

import org.jspecify.annotations.NullMarked;
