// SPDX-License-Identifier: Apache-2.0
/**
 * What people plug into the agent: a transport, payload sources, a self-test, an install gate, a handler of a component outside
 * the banks, a scheduler, metrics.
 */
@NullMarked
package io.twinbank.core.spi;

import org.jspecify.annotations.NullMarked;
