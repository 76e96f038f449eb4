// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.suit;

import io.twinbank.core.RejectReason;
import io.twinbank.core.RejectedException;
import io.twinbank.core.cbor.CborReader;
import io.twinbank.core.cbor.CborWriter;
import java.net.URI;

/**
 * What a manifest says of a block index (parameter -261, step {@value #STEP}; docs/wire-format.md): which index tells what of the
 * image has to be fetched, in ranges of the route's payload, by a device that holds the rest.
 *
 * @param digest the index's
 * @param sizeBytes the index's exact size, 1 to {@value #MAX_BYTES} bytes
 * @param uri where the index is; absolute
 */
public record IndexReference(Digest digest, long sizeBytes, URI uri) {
    /** The largest index, in bytes: a device holds it whole. */
    public static final int MAX_BYTES = 6 << 20;
    /** The most that a device has to fetch for any of an image's bytes, once it has the index: a group of the largest blocks. */
    static final int MAX_GROUP_BYTES = 2 << 20;

    static final int STEP = 5;

    /** Checks the size. */
    public IndexReference {
        if (sizeBytes < 1 || sizeBytes > MAX_BYTES) {
            throw new IllegalArgumentException("sizeBytes must be 1 to " + MAX_BYTES + ", not " + sizeBytes);
        }
    }

    /** Reads what follows the step's number. */
    static IndexReference decode(CborReader reader, String where, Limits limits) throws RejectedException {
        Digest digest = Digest.decode(reader);
        long sizeBytes = reader.readUnsigned(MAX_BYTES);
        if (sizeBytes == 0) {
            throw new RejectedException(RejectReason.MALFORMED, "size of the index of " + where, 0, "at least 1");
        }
        String uri = reader.readText(limits.uriBytes());
        return new IndexReference(digest, sizeBytes, Route.absolute(uri, "index's URI of " + where, "an absolute URI"));
    }

    void encode(CborWriter step) {
        step.integer(STEP);
        digest.encode(step);
        step.integer(sizeBytes).text(uri.toString());
    }

    /** Says it as in "what the block index https://updates.example/fw.index leaves (12345 bytes, sha-256:00ff..)". */
    @Override
    public String toString() {
        return "what the block index " + uri + " leaves (" + sizeBytes + " bytes, " + digest + ")";
    }
}
