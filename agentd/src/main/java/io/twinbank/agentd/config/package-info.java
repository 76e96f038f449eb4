// SPDX-License-Identifier: Apache-2.0
/** The daemon's configuration file. */
@NullMarked
package io.twinbank.agentd.config;

import org.jspecify.annotations.NullMarked;
