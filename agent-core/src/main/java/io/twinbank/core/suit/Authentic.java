// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.suit;

import java.util.List;

/**
 * An envelope that is authentic, well-formed and within the agent's profile. Only {@link ManifestVerifier} makes
 * it.
 *
 * @param manifest what it says
 * @param manifestDigest the digest of the manifest: what was signed
 * @param signers all signatures, valid or not
 * @param envelope the bytes that were verified
 */
public record Authentic(SuitManifest manifest, Digest manifestDigest, List<Signer> signers, SuitEnvelope envelope)
        implements Verified {
    /** Copies the list. */
    public Authentic {
        signers = List.copyOf(signers);
    }
}
