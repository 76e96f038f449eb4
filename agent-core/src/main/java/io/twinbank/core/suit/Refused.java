// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.suit;

import io.twinbank.core.Rejection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * An envelope that was refused.
 *
 * @param authentic whether the right keys signed it all the same; if not, nothing of it may be stored or acted on
 * @param manifestDigest the digest of the manifest, as the envelope claims where it isn't authentic; empty if it has none
 * @param sequence the sequence number; empty if it isn't authentic, or can't be decoded
 * @param signers the signatures that were looked at
 * @param rejection why
 */
public record Refused(
        boolean authentic,
        Optional<Digest> manifestDigest,
        OptionalLong sequence,
        List<Signer> signers,
        Rejection rejection)
        implements Verified {
    /** Copies the list. */
    public Refused {
        signers = List.copyOf(signers);
    }
}
