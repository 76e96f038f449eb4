// SPDX-License-Identifier: Apache-2.0
/**
 * CBOR as SUIT uses it: a strict deterministic subset of RFC 8949, section 4.2. {@link
 * io.twinbank.core.cbor.CborReader} refuses everything else, {@link io.twinbank.core.cbor.CborWriter} can't write
 * anything else.
 */
@NullMarked
package io.twinbank.core.cbor;

import org.jspecify.annotations.NullMarked;
