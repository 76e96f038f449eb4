// SPDX-License-Identifier: Apache-2.0
/** Where payloads come from: the network by {@link io.twinbank.core.internal.source.HttpSource}, a file, or memory. */
@NullMarked
package io.twinbank.core.internal.source;

import org.jspecify.annotations.NullMarked;
