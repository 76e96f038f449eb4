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
 * @param handled the device's components that aren't in a bank: a handler has each of them
 * @param requirements what must hold besides when the plan is carried out
 * @param bank where, for components with two banks
 * @param version of what is installed, if the manifest says
 * @param sequence the manifest's sequence number, not negative
 * @param manifestDigest which manifest this is
 */
public record InstallPlan(
        List<InstallStep> steps,
        List<ComponentId> handled,
        List<Requirement> requirements,
        BankId bank,
        Optional<SuitVersion> version,
        long sequence,
        Digest manifestDigest) {
    /** Copies the lists. */
    public InstallPlan {
        steps = List.copyOf(steps);
        handled = List.copyOf(handled);
        requirements = List.copyOf(requirements);
        if (steps.isEmpty()) {
            throw new IllegalArgumentException("steps must not be empty");
        }
    }

    /**
     * Returns what goes into the bank.
     *
     * @return the only step whose component is in a bank
     * @throws IllegalStateException if there is none, or there are several
     */
    public InstallStep image() {
        List<InstallStep> inBanks =
                steps.stream().filter(step -> !isHandled(step)).toList();
        if (inBanks.size() != 1) {
            throw new IllegalStateException("a plan of " + inBanks.size() + " steps that write a bank");
        }
        return inBanks.get(0);
    }

    /**
     * Tells whether a step writes a component that isn't in a bank.
     *
     * @param step of this plan
     * @return whether a handler has it
     */
    public boolean isHandled(InstallStep step) {
        return handled.contains(step.component());
    }

    /**
     * Returns what goes to handlers.
     *
     * @return the steps whose components aren't in a bank, in order
     */
    public List<InstallStep> others() {
        return steps.stream().filter(this::isHandled).toList();
    }

    /**
     * Returns which component is in the bank.
     *
     * @return the image's component
     */
    public ComponentId component() {
        return image().component();
    }

    /**
     * Returns where the image's bytes are.
     *
     * @return its payload
     */
    public PayloadLocation payload() {
        return image().payload();
    }

    /**
     * Returns how the payload's bytes become the image's.
     *
     * @return its encoding
     */
    public PayloadEncoding encoding() {
        return image().encoding();
    }

    /**
     * Returns how many bytes the bank holds afterwards.
     *
     * @return the image's size, at least 1
     */
    public long sizeBytes() {
        return image().sizeBytes();
    }

    /**
     * Returns what they must hash to.
     *
     * @return the image's digest
     */
    public Digest imageDigest() {
        return image().digest();
    }

    /**
     * Returns the image's security version.
     *
     * @return 0 if the manifest says none
     */
    public long securityVersion() {
        return image().securityVersion();
    }
}
