// SPDX-License-Identifier: Apache-2.0
/**
 * An image from whatever the banks hold, and the rest from the network: {@link io.twinbank.core.internal.index.BlockIndex} says what
 * the image's blocks are, {@link io.twinbank.core.internal.index.BlockFinder} finds those that are here, {@link
 * io.twinbank.core.internal.index.FetchPlan} says what is left to fetch, and {@link
 * io.twinbank.core.internal.index.IndexedSource} hands on the image from its begin to its end.
 */
@NullMarked
package io.twinbank.core.internal.index;

import org.jspecify.annotations.NullMarked;
