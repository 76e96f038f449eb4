// SPDX-License-Identifier: Apache-2.0
/** Beside the transport's own package, to measure what isn't public. */
@NullMarked
package io.twinbank.mqtt;

import org.jspecify.annotations.NullMarked;
