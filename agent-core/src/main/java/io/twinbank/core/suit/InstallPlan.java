// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.suit;

import io.twinbank.core.cbor.CborWriter;
import io.twinbank.hal.BankId;
import io.twinbank.hal.ComponentId;
import java.util.Arrays;
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
 * @param rollout how many devices of ten thousand may have it, 0 to {@value #ALL_DEVICES}; a signed command may raise that
 * @param emergency whether it may pass what the site's policy lets an emergency pass
 * @param sequence the manifest's sequence number, not negative
 * @param manifestDigest which manifest this is
 */
public record InstallPlan(
        List<InstallStep> steps,
        List<ComponentId> handled,
        List<Requirement> requirements,
        BankId bank,
        Optional<SuitVersion> version,
        int rollout,
        boolean emergency,
        long sequence,
        Digest manifestDigest) {
    /** The rollout of an update that is for every device. */
    public static final int ALL_DEVICES = 10_000;

    /** Copies the lists. */
    public InstallPlan {
        steps = List.copyOf(steps);
        handled = List.copyOf(handled);
        requirements = List.copyOf(requirements);
        if (steps.isEmpty()) {
            throw new IllegalArgumentException("steps must not be empty");
        }
        if (rollout < 0 || rollout > ALL_DEVICES) {
            throw new IllegalArgumentException("rollout must be 0 to " + ALL_DEVICES + ", not " + rollout);
        }
    }

    /**
     * Returns what goes into the bank: an image for each of its components.
     *
     * @return the steps whose components are in banks, in order
     */
    public List<InstallStep> images() {
        return steps.stream().filter(step -> !isHandled(step)).toList();
    }

    /**
     * Tells whether anything goes into a bank.
     *
     * @return false for components alone: nothing is reset, and there is no {@link #image()}
     */
    public boolean bringsImage() {
        return !images().isEmpty();
    }

    /**
     * Returns what goes into the bank, where that is one image.
     *
     * @return the only step whose component is in a bank
     * @throws IllegalStateException if there is none, or there are several
     */
    public InstallStep image() {
        List<InstallStep> images = images();
        if (images.size() != 1) {
            throw new IllegalStateException("a plan of " + images.size() + " steps that write a bank");
        }
        return images.get(0);
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
     * @return the only image's component
     */
    public ComponentId component() {
        return image().component();
    }

    /**
     * Returns where the only image's bytes are.
     *
     * @return its payload
     */
    public PayloadLocation payload() {
        return image().payload();
    }

    /**
     * Returns how the payload's bytes become the only image's.
     *
     * @return its encoding
     */
    public PayloadEncoding encoding() {
        return image().encoding();
    }

    /**
     * Returns how many bytes the bank holds afterwards.
     *
     * @return the size of all images together; 0 if the plan brings none
     */
    public long sizeBytes() {
        return images().stream().mapToLong(InstallStep::sizeBytes).sum();
    }

    /**
     * Returns the digest that names what the bank holds afterwards: one image's own. Of several it is the joint digest, the
     * SHA-256 of a CBOR array with an array for each: component id, size in bytes, SUIT_Digest; sorted by their bytes. No medium
     * hashes to that: each component is compared with its own digest.
     *
     * @return the digest
     */
    public Digest imageDigest() {
        List<InstallStep> images = images();
        return images.size() == 1 ? images.get(0).digest() : joint(images);
    }

    private static Digest joint(List<InstallStep> images) {
        CborWriter all = new CborWriter()
                .array(array -> images.stream()
                        .map(InstallPlan::encode)
                        .sorted(Arrays::compareUnsigned)
                        .forEach(array::encoded));
        return Digest.sha256Of(all.toByteArray());
    }

    private static byte[] encode(InstallStep image) {
        return new CborWriter()
                .array(part -> {
                    EnvelopeBuilder.componentId(part, image.component());
                    part.integer(image.sizeBytes());
                    image.digest().encode(part);
                })
                .toByteArray();
    }

    /**
     * Returns the security version of what goes into the bank: boot loaders read one in each.
     *
     * @return the highest of the images, which all have the same where the plan can be carried out; 0 if the manifest says none
     */
    public long securityVersion() {
        return images().stream().mapToLong(InstallStep::securityVersion).max().orElse(0);
    }
}
