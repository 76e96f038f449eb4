// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.suit;

import io.twinbank.core.RejectReason;
import io.twinbank.core.RejectedException;
import io.twinbank.hal.ComponentId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A decoded manifest, severed parts that the envelope has included. That it is decoded says nothing about whether it may
 * be executed: {@link ManifestVerifier} does.
 *
 * @param sequence the sequence number, not negative
 * @param referenceUri where the whole manifest is
 * @param version the version of what it installs (set-version)
 * @param components what it is about, in the order of their indexes
 * @param shared the sequence that is executed before each other one
 * @param sequences the others
 * @param missing sections that were severed and aren't in the envelope
 * @param text what it says to people
 * @param unknown what isn't decoded
 */
public record SuitManifest(
        long sequence,
        Optional<String> referenceUri,
        Optional<SuitVersion> version,
        List<ComponentId> components,
        List<SuitCommand> shared,
        Map<SuitSection, List<SuitCommand>> sequences,
        Set<SuitSection> missing,
        List<Text> text,
        List<UnknownPart> unknown) {
    /** Copies the lists. */
    public SuitManifest {
        components = List.copyOf(components);
        shared = List.copyOf(shared);
        sequences = Map.copyOf(sequences);
        missing = Set.copyOf(missing);
        text = List.copyOf(text);
        unknown = List.copyOf(unknown);
    }

    /**
     * Decodes the manifest of an envelope, whoever signed it: to be looked at, never to be acted on.
     *
     * @param envelope the envelope, not verified
     * @param limits what it may cost
     * @return what it says
     * @throws RejectedException {@link RejectReason#MALFORMED}, {@link RejectReason#LIMIT_EXCEEDED} or {@link
     *     RejectReason#UNSUPPORTED}
     */
    public static SuitManifest decode(SuitEnvelope envelope, Limits limits) throws RejectedException {
        return new ManifestDecoder(envelope, limits).decode();
    }

    /**
     * A text of a manifest.
     *
     * @param language an RFC 5646 language tag
     * @param component what it is about, or empty for the manifest
     * @param key such as 1 for the manifest's description and 6 for the component's version
     * @param value the text
     */
    public record Text(String language, Optional<ComponentId> component, int key, String value) {}

    /**
     * A part that isn't decoded.
     *
     * @param offset in the envelope, in bytes
     * @param name for people
     */
    public record UnknownPart(int offset, String name) {}
}
