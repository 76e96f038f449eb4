// SPDX-License-Identifier: Apache-2.0
/**
 * The factory side: {@link io.twinbank.publisher.Keys} makes signing keys, {@link io.twinbank.publisher.Otapub} is the command over both. Nothing on a device depends on it.
 */
@NullMarked
package io.twinbank.publisher;

import org.jspecify.annotations.NullMarked;
