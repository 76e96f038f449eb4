// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.policy;

/** A part of an update that a site may allow or not, each by a rule of its own. In the order in which they happen. */
public enum Phase {
    /** Fetch it into the inactive bank, which disturbs nobody but the link. */
    DOWNLOAD("download"),
    /**
     * Make it what is tried at the next boot; without an image: activate the components. An image is armed only when this and
     * {@link #RESET} are both allowed, since from then on any power cut is a restart into it.
     */
    INSTALL("install"),
    /** Restart into it. */
    RESET("restart");

    private final String verb;

    Phase(String verb) {
        this.verb = verb;
    }

    /** What is waited to do, for sentences. */
    String verb() {
        return verb;
    }
}
