// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.suit;

import java.util.Arrays;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.LongStream;

/** The command sequences of a manifest, besides the shared one; (T) are of trust-domains. */
public enum SuitSection {
    /** Checks the installed image. */
    VALIDATE(7, "validate", false, true),
    /** Prepares to start the image; the boot loader's. */
    LOAD(8, "load", false, true),
    /** Starts the image; the boot loader's. */
    INVOKE(9, "invoke", false, true),
    /** Fetches dependencies. (T) */
    DEPENDENCY_RESOLUTION(15, "dependency-resolution", true, false),
    /** Fetches the payload ahead. */
    PAYLOAD_FETCH(16, "payload-fetch", true, true),
    /** Checks what was fetched. (T) */
    CANDIDATE_VERIFICATION(18, "candidate-verification", true, false),
    /** Fetches and installs the image. */
    INSTALL(20, "install", true, true),
    /** Removes the image. (T) */
    UNINSTALL(24, "uninstall", false, false);

    private final int number;
    private final String label;
    private final boolean severable;
    private final boolean supported;

    SuitSection(int number, String label, boolean severable, boolean supported) {
        this.number = number;
        this.label = label;
        this.severable = severable;
        this.supported = supported;
    }

    /**
     * Returns the key in the manifest, and in the envelope if it is severed.
     *
     * @return the key
     */
    public int number() {
        return number;
    }

    /**
     * Returns whether the agent does it, or leaves it to the boot loader.
     *
     * @return false if a manifest that has it is refused
     */
    public boolean supported() {
        return supported;
    }

    boolean severable() {
        return severable;
    }

    static LongStream keys(Predicate<SuitSection> which) {
        return Arrays.stream(values()).filter(which).mapToLong(SuitSection::number);
    }

    static Optional<SuitSection> find(long number) {
        return Arrays.stream(values())
                .filter(section -> section.number == number)
                .findFirst();
    }

    /** Returns such as {@code install (20)}. */
    @Override
    public String toString() {
        return label + " (" + number + ")";
    }
}
