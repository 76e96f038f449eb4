// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.suit;

/** What a look at an envelope gave: {@link Authentic}, or {@link Refused}. */
public sealed interface Verified permits Authentic, Refused {}
