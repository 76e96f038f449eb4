// SPDX-License-Identifier: Apache-2.0
/** The engine. Not exported: it may change in any release. */
@NullMarked
package io.twinbank.core.internal;

import org.jspecify.annotations.NullMarked;
