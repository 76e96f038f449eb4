// SPDX-License-Identifier: Apache-2.0
/** The agent on a Linux gateway, for people who don't write Java: the command {@code twinbank}. */
@NullMarked
package io.twinbank.agentd;

import org.jspecify.annotations.NullMarked;
