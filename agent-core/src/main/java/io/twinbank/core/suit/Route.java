// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.suit;

import io.twinbank.core.RejectReason;
import io.twinbank.core.RejectedException;
import io.twinbank.core.cbor.CborWriter;
import java.net.URI;
import java.net.URISyntaxException;

/**
 * Another way to an image than the one that every device can go (parameter -261, docs/wire-format.md): fewer bytes, for a device
 * that holds something of it already. What comes out is the same image, with the same digest. That the URIs are authentic doesn't
 * make them harmless: their fetcher restricts scheme and host.
 *
 * @param uri absolute; where its payload is: for a block index, what ranges are fetched of
 * @param encoding how the payload's bytes become the image's: a delta, what a block index leaves to be fetched, or as a payload
 *     of the whole image may be encoded
 */
public record Route(URI uri, PayloadEncoding encoding) {
    /** How many routes an image may have besides its whole payload. */
    public static final int MAX_ROUTES = 4;

    /** Writes an item of parameter -261. */
    void encode(CborWriter routes) {
        routes.array(route -> {
            route.text(uri.toString());
            encoding.encodeSteps(route);
            encoding.encryption().ifPresent(info -> route.bytes(info.encode()));
        });
    }

    static URI absolute(String text, String what, String expected) throws RejectedException {
        try {
            URI uri = new URI(text);
            if (uri.isAbsolute()) {
                return uri;
            }
        } catch (URISyntaxException e) {
            throw new RejectedException(RejectReason.MALFORMED, what, text, expected);
        }
        throw new RejectedException(RejectReason.MALFORMED, what, text, expected);
    }
}
