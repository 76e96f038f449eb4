// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.suit;

import io.twinbank.core.Rejection;
import io.twinbank.hal.ComponentId;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a manifest would come to on a device, and how: for people and for reports, whoever signed it.
 *
 * @param followed the conditions and directives that were looked at, in order
 * @param plan what would be installed; empty if it would be refused
 * @param rejection why it would be refused; empty if there is a plan
 * @param lacking what the agent or the device lacks; empty unless that is why
 */
public record Explanation(
        List<Followed> followed, Optional<InstallPlan> plan, Optional<Rejection> rejection, Optional<Lacking> lacking) {
    /** Copies the list. */
    public Explanation {
        followed = List.copyOf(followed);
    }

    static Explanation refused(Rejection rejection, Optional<Lacking> lacking) {
        return new Explanation(List.of(), Optional.empty(), Optional.of(rejection), lacking);
    }

    /**
     * Returns the conditions that were looked at.
     *
     * @return in order
     */
    public List<Followed> checked() {
        return followed.stream()
                .filter(step -> step.command() instanceof SuitCommand.Condition)
                .toList();
    }

    /**
     * A condition or directive that was looked at.
     *
     * @param section the section that was followed, with the shared sequence before it
     * @param command which
     * @param index of which component, as a number
     * @param component of which component
     * @param measured the device's values, where the command compares with some
     * @param decided whether it has come to what it comes to; else that is seen only when the plan is carried out
     * @param failed why it fails; empty if it succeeds, or isn't decided
     */
    public record Followed(
            SuitSection section,
            SuitCommand.Reporting command,
            int index,
            ComponentId component,
            Optional<SuitParameter.Known> measured,
            boolean decided,
            Optional<Rejection> failed) {}

    /**
     * What the agent or the device lacks for a manifest.
     *
     * @param what a command, a parameter or a component
     * @param offset where the manifest has it, as the offset in the envelope in bytes
     * @param index of which component; 0 where there is none in particular
     */
    public record Lacking(SuitReason what, OptionalInt offset, int index) {}
}
