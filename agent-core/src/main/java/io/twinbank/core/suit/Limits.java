// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.suit;

/**
 * What an envelope may cost, so that hostile ones cost little. More is refused as {@link
 * io.twinbank.core.RejectReason#LIMIT_EXCEEDED}.
 *
 * @param envelopeBytes the whole envelope, integrated payload included
 * @param manifestBytes the manifest
 * @param integratedPayloadBytes a payload in the envelope
 * @param components components of a manifest
 * @param componentSegments parts of a component's id
 * @param componentSegmentBytes one such part
 * @param nesting sequences in sequences
 * @param branches branches of a try-each
 * @param commands executed commands in all
 * @param parameters parameters that one command sets
 * @param versionElements numbers of a version
 * @param uriBytes a URI
 * @param contentBytes any other text or byte string of a manifest
 * @param authenticationBlocks signatures
 * @param authenticationBlockBytes one signature
 */
public record Limits(
        int envelopeBytes,
        int manifestBytes,
        int integratedPayloadBytes,
        int components,
        int componentSegments,
        int componentSegmentBytes,
        int nesting,
        int branches,
        int commands,
        int parameters,
        int versionElements,
        int uriBytes,
        int contentBytes,
        int authenticationBlocks,
        int authenticationBlockBytes) {

    private static final int KIB = 1024;

    /**
     * Returns what suits a gateway: 128 KiB of envelope, 64 KiB of manifest.
     *
     * @return the limits
     */
    public static Limits standard() {
        return new Limits(128 * KIB, 64 * KIB, 128 * KIB, 16, 8, 64, 6, 32, 1024, 32, 8, 2 * KIB, 4 * KIB, 8, 8 * KIB);
    }

    /**
     * Changes how large an envelope may be, and with it an integrated payload.
     *
     * @param bytes the size
     * @return limits that are otherwise the same
     */
    public Limits withEnvelopeBytes(int bytes) {
        return new Limits(
                bytes,
                manifestBytes,
                bytes,
                components,
                componentSegments,
                componentSegmentBytes,
                nesting,
                branches,
                commands,
                parameters,
                versionElements,
                uriBytes,
                contentBytes,
                authenticationBlocks,
                authenticationBlockBytes);
    }
}
