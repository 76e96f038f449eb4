// SPDX-License-Identifier: Apache-2.0
/** The update agent: start at {@link io.twinbank.core.OtaAgent}. */
@NullMarked
package io.twinbank.core;

import org.jspecify.annotations.NullMarked;
