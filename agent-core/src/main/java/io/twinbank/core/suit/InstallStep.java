// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.suit;

import io.twinbank.hal.ComponentId;
import java.util.List;

/**
 * One component that a plan writes.
 *
 * @param component which
 * @param payload where its bytes are
 * @param sizeBytes how many bytes the component has afterwards, at least 1
 * @param digest what they must hash to
 * @param securityVersion the image's security version; 0 if the manifest says none
 * @param encoding how the payload's bytes become the component's
 * @param routes other ways to the same bytes, for devices that hold some of them; in the manifest's order
 */
public record InstallStep(
        ComponentId component,
        PayloadLocation payload,
        long sizeBytes,
        Digest digest,
        long securityVersion,
        PayloadEncoding encoding,
        List<Route> routes) {
    /** Copies the list. */
    public InstallStep {
        routes = List.copyOf(routes);
    }

    /**
     * Makes a step with one way only.
     *
     * @param component which
     * @param payload where its bytes are
     * @param sizeBytes how many bytes the component has afterwards, at least 1
     * @param digest what they must hash to
     * @param securityVersion the image's security version; 0 if the manifest says none
     * @param encoding how the payload's bytes become the component's
     */
    public InstallStep(
            ComponentId component,
            PayloadLocation payload,
            long sizeBytes,
            Digest digest,
            long securityVersion,
            PayloadEncoding encoding) {
        this(component, payload, sizeBytes, digest, securityVersion, encoding, List.of());
    }

    InstallStep withSecurityVersion(long version) {
        return new InstallStep(component, payload, sizeBytes, digest, version, encoding, routes);
    }
}
