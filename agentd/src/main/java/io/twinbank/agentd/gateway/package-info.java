// SPDX-License-Identifier: Apache-2.0
/** The gateway itself: the ready parts of {@code io.twinbank.hal.linux}, put together as the configuration says. */
@NullMarked
package io.twinbank.agentd.gateway;

import org.jspecify.annotations.NullMarked;
