// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.suit;

import java.net.URI;

/**
 * What a manifest says of a block index (parameter -258, step 5; docs/wire-format.md): which index tells what of the image has to
 * be fetched, in ranges of the payload, by a device that holds the rest.
 *
 * @param digest the index's
 * @param sizeBytes the index's exact size, in bytes
 * @param uri where the index is; absolute
 */
public record IndexReference(Digest digest, long sizeBytes, URI uri) {}
