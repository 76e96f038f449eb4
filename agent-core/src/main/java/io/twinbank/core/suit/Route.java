// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.suit;

import java.net.URI;

/**
 * Another way to an image than the one that every device can go (parameter -261, docs/wire-format.md): fewer bytes, for a device
 * that holds something of it already. What comes out is the same image, with the same digest.
 *
 * @param uri absolute; where its payload is
 * @param encoding how the payload's bytes become the image's: a delta, or what a block index leaves to be fetched
 */
public record Route(URI uri, PayloadEncoding encoding) {}
