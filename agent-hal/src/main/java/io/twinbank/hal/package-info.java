// SPDX-License-Identifier: Apache-2.0
/** The hardware abstraction layer: implement {@link io.twinbank.hal.Platform} and what it hands out, and your board is done. */
@NullMarked
package io.twinbank.hal;

import org.jspecify.annotations.NullMarked;
