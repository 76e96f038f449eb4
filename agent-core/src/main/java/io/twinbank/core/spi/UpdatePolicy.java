// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.spi;

import io.twinbank.core.suit.Requirement;
import java.util.Map;

/**
 * Decides what a manifest requires and the agent can't tell by itself: an authorization, power, a network, a time, what a
 * component holds; and a date or version where the device doesn't know it. Asked on the agent thread, once for each offer
 * that is otherwise acceptable; must return at once.
 */
@FunctionalInterface
public interface UpdatePolicy {
    /** An answer. */
    enum Answer {
        /** It is as required. */
        YES,
        /** It is not. The offer is refused as {@link io.twinbank.core.RejectReason#CONDITION_FAILED}. */
        NO,
        /** There is no telling. The offer is refused as {@link io.twinbank.core.RejectReason#UNSUPPORTED}. */
        UNKNOWN
    }

    /**
     * Tells whether something is as required.
     *
     * @param requirement what
     * @return the answer
     */
    Answer ask(Requirement requirement);

    /**
     * Tells whether an update may go past a shut install gate, because the manifest of the running image was revoked. Asked on
     * the agent thread each time that the gate is shut then; must return at once.
     *
     * @return whether it is urgent; never, unless overridden
     */
    default boolean emergency() {
        return false;
    }

    /**
     * Takes over settings that a signed command brought. Called on the agent thread before they are stored, and once after each
     * start if there are any. By default there is nothing to set.
     *
     * @param settings all of them, by name; what isn't among them isn't set any more
     * @throws IllegalArgumentException if one isn't known or makes no sense; its message tells the operator which and why. Then
     *     nothing may have changed, and the command is refused
     */
    default void settings(Map<String, String> settings) {
        if (!settings.isEmpty()) {
            throw new IllegalArgumentException("this device has no settings, found " + settings.keySet());
        }
    }
}
