// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.suit;

import io.twinbank.hal.BankId;
import io.twinbank.hal.ComponentId;
import java.util.List;
import java.util.Optional;

/**
 * What a manifest comes to on one device: everything that the engine needs to act. Made without side effects.
 *
 * @param steps what is written, in order, each component at most once; at least one
 * @param requirements what must hold besides when the plan is carried out
 * @param bank where, for components with two banks
 * @param version of what is installed, if the manifest says
 * @param sequence the manifest's sequence number, not negative
 * @param manifestDigest which manifest this is
 */
public record InstallPlan(
        List<InstallStep> steps,
        List<Requirement> requirements,
        BankId bank,
        Optional<SuitVersion> version,
        long sequence,
        Digest manifestDigest) {
    /** Copies the lists. */
    public InstallPlan {
        steps = List.copyOf(steps);
        requirements = List.copyOf(requirements);
        if (steps.isEmpty()) {
            throw new IllegalArgumentException("steps must not be empty");
        }
    }

    /**
     * Returns the step of a plan that has one.
     *
     * @return the step
     * @throws IllegalStateException if there are several
     */
    public InstallStep only() {
        if (steps.size() != 1) {
            throw new IllegalStateException("a plan of " + steps.size() + " steps");
        }
        return steps.get(0);
    }

    /**
     * Returns what is written.
     *
     * @return the only step's component
     */
    public ComponentId component() {
        return only().component();
    }

    /**
     * Returns where the bytes are.
     *
     * @return the only step's payload
     */
    public PayloadLocation payload() {
        return only().payload();
    }

    /**
     * Returns how the payload's bytes become the image's.
     *
     * @return the only step's encoding
     */
    public PayloadEncoding encoding() {
        return only().encoding();
    }

    /**
     * Returns how many bytes there are.
     *
     * @return the only step's size, at least 1
     */
    public long sizeBytes() {
        return only().sizeBytes();
    }

    /**
     * Returns what the bytes must hash to.
     *
     * @return the only step's digest
     */
    public Digest imageDigest() {
        return only().digest();
    }

    /**
     * Returns the image's security version.
     *
     * @return the only step's; 0 if the manifest says none
     */
    public long securityVersion() {
        return only().securityVersion();
    }
}
