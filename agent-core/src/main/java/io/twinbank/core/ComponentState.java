// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core;

/**
 * What a component holds after an update that didn't end as it should.
 *
 * @param component its id, as text
 * @param holds what it holds
 */
public record ComponentState(String component, Holds holds) {
    /** What a component may hold. */
    public enum Holds {
        /** What it held before the update. */
        OLD,
        /** What the update brought. */
        NEW,
        /** Something else, or it can't be told. */
        UNKNOWN
    }

    /** Returns such as {@code os=OLD}. */
    @Override
    public String toString() {
        return component + "=" + holds;
    }
}
