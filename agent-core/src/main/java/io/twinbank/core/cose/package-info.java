// SPDX-License-Identifier: Apache-2.0
/**
 * COSE (RFC 9052) on what the JDK brings along: signatures, {@link io.twinbank.core.cose.CoseSign} and {@link
 * io.twinbank.core.cose.CoseSign1}, MACs, {@link io.twinbank.core.cose.CoseMac0}, and encrypted payloads, {@link
 * io.twinbank.core.cose.CoseEncrypt}. No security provider is
 * registered.
 */
@NullMarked
package io.twinbank.core.cose;

import org.jspecify.annotations.NullMarked;
