// SPDX-License-Identifier: Apache-2.0
/**
 * Makes delta frames (docs/wire-format.md) from two images: {@link io.twinbank.publisher.delta.DeltaMaker}. In bounded memory, a group
 * of frames at a time, and the same bytes each time.
 */
@NullMarked
package io.twinbank.publisher.delta;

import org.jspecify.annotations.NullMarked;
