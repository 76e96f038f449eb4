// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.suit;

import io.twinbank.core.Rejection;
import io.twinbank.hal.ComponentId;
import java.util.List;
import java.util.Optional;

/**
 * What a manifest would come to on a device, and how: for people, whoever signed it.
 *
 * @param checked the conditions that were looked at, in order
 * @param plan what would be installed; empty if it would be refused
 * @param rejection why it would be refused; empty if there is a plan
 */
public record Explanation(List<Checked> checked, Optional<InstallPlan> plan, Optional<Rejection> rejection) {
    /** Copies the list. */
    public Explanation {
        checked = List.copyOf(checked);
    }

    /**
     * A condition that was looked at.
     *
     * @param section the section that was followed, with the shared sequence before it
     * @param condition which
     * @param component of which component
     * @param failed why it doesn't hold; empty if it holds, or is checked later
     */
    public record Checked(
            SuitSection section, SuitCommand.Condition condition, ComponentId component, Optional<Rejection> failed) {}
}
