// SPDX-License-Identifier: Apache-2.0
/**
 * The signed manifest, as draft-ietf-suit-manifest-37 has it: {@link io.twinbank.core.suit.ManifestVerifier} judges and
 * plans, {@link io.twinbank.core.suit.EnvelopeBuilder} makes.
 */
@NullMarked
package io.twinbank.core.suit;

import org.jspecify.annotations.NullMarked;
