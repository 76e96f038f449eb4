// SPDX-License-Identifier: Apache-2.0
/**
 * COSE signatures (RFC 9052) on what the JDK brings along: {@link io.twinbank.core.cose.CoseSign1}. No security provider
 * is registered.
 */
@NullMarked
package io.twinbank.core.cose;

import org.jspecify.annotations.NullMarked;
