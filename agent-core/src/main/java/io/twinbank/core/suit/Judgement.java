// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.suit;

import io.twinbank.core.Rejection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What there is to say about an envelope, whatever it is.
 *
 * @param authentic whether the manifest has the signed digest, and the trust policy's keys signed it
 * @param accepted whether it is also well-formed and within the agent's profile
 * @param rejection why it isn't accepted
 * @param manifestDigest the digest of the manifest, as the envelope claims where it isn't authentic
 * @param sequence the sequence number, where it is authentic and can be decoded
 * @param signers the signatures that were looked at
 */
public record Judgement(
        boolean authentic,
        boolean accepted,
        Optional<Rejection> rejection,
        Optional<Digest> manifestDigest,
        OptionalLong sequence,
        List<Signer> signers) {
    /** Copies the list. */
    public Judgement {
        signers = List.copyOf(signers);
    }

    static Judgement of(Verified verified) {
        if (verified instanceof Authentic good) {
            return new Judgement(
                    true,
                    true,
                    Optional.empty(),
                    Optional.of(good.manifestDigest()),
                    OptionalLong.of(good.manifest().sequence()),
                    good.signers());
        }
        Refused bad = (Refused) verified;
        return new Judgement(
                bad.authentic(),
                false,
                Optional.of(bad.rejection()),
                bad.manifestDigest(),
                bad.sequence(),
                bad.signers());
    }
}
