// SPDX-License-Identifier: Apache-2.0
/**
 * The device's side of delta frames (docs/wire-format.md): {@link io.twinbank.core.internal.delta.DeltaDecoder} makes a frame of the
 * new image from its encoded bytes and from the old image. It reads nothing by itself.
 */
@NullMarked
package io.twinbank.core.internal.delta;

import org.jspecify.annotations.NullMarked;
