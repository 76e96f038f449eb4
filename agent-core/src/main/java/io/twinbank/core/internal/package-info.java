// SPDX-License-Identifier: Apache-2.0
/** The engine. Read {@link io.twinbank.core.internal.UpdateEngine} first, then {@link io.twinbank.core.internal.BootTable}. */
@NullMarked
package io.twinbank.core.internal;

import org.jspecify.annotations.NullMarked;
