// SPDX-License-Identifier: Apache-2.0
/**
 * The factory side. {@link io.twinbank.publisher.Otapub} is the command; {@link io.twinbank.publisher.Keys} makes signing
 * keys, {@link io.twinbank.publisher.MeasuredImage} knows what a manifest says of an image, and {@link
 * io.twinbank.core.suit.EnvelopeBuilder} signs it. Nothing on a device depends on this.
 */
@NullMarked
package io.twinbank.publisher;

import org.jspecify.annotations.NullMarked;
