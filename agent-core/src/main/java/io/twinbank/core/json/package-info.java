// SPDX-License-Identifier: Apache-2.0
/** JSON (RFC 8259) as the agent reads and writes it: a few small messages, of which those that are read may be hostile. */
@NullMarked
package io.twinbank.core.json;

import org.jspecify.annotations.NullMarked;
