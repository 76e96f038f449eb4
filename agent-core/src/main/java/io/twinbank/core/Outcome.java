// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core;

import java.util.List;
import java.util.Optional;

/**
 * How an update ended. Each update has exactly one outcome, and each outcome is reported until the other side has it. New
 * permitted types may come in a minor release.
 */
public sealed interface Outcome {
    /**
     * The new image runs and is permanent.
     *
     * @param counterPending whether the anti-rollback counter still has to follow; it is tried at each start
     */
    record Installed(boolean counterPending) implements Outcome {}

    /**
     * The offer was refused, or its payload isn't what it says; the old image runs.
     *
     * @param rejection why, with its numbers
     */
    record Rejected(Rejection rejection) implements Outcome {}

    /**
     * The new image ran, or should have, and the old one runs again.
     *
     * @param cause why
     * @param detail for people, such as what the self-test said
     */
    record RolledBack(Cause cause, String detail) implements Outcome {}

    /**
     * The update failed, and not every component holds what belongs to the image that runs: one couldn't be reverted, or nothing
     * is left to fall back to. Nothing tries again by itself; a newer update takes it from here.
     *
     * @param cause why the update failed
     * @param components what each holds, in the manifest's order
     * @param detail for people
     */
    record Inconsistent(Cause cause, List<ComponentState> components, String detail) implements Outcome {
        /** Copies the list. */
        public Inconsistent {
            components = List.copyOf(components);
        }
    }

    /**
     * The update could not be carried out; the old image runs.
     *
     * @param cause why
     * @param rejection the same as a reason, where there is one
     * @param detail for people
     */
    record Failed(Cause cause, Optional<Rejection> rejection, String detail) implements Outcome {}

    /**
     * The update was called off before it ran.
     *
     * @param cause why
     */
    record Cancelled(Cause cause) implements Outcome {}

    /** A newer offer took this one's place. */
    record Superseded() implements Outcome {}

    /**
     * The running image isn't the confirmed one: somebody else installed it.
     *
     * @param detail what was found
     */
    record UnexpectedImage(String detail) implements Outcome {}

    /**
     * The agent's record of an update was lost, or its Security record isn't the one that is bound to the hardware, as after an
     * older flash was copied back; what is running is known.
     *
     * @param detail what was lost
     */
    record StateLost(String detail) implements Outcome {}

    /**
     * The device believes a new trust set; nothing takes it back but the next one.
     *
     * @param version the set's
     */
    record TrustUpdated(long version) implements Outcome {}

    /**
     * The trust set revokes the manifest of the image that runs. It runs on until an update takes its place.
     *
     * @param detail which
     */
    record InstalledRevoked(String detail) implements Outcome {}

    /**
     * Returns the name that reports and scripts use.
     *
     * @return the record's simple name, such as {@code RolledBack}
     */
    default String name() {
        return getClass().getSimpleName();
    }
}
