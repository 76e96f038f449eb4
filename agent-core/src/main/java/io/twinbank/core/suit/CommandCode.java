// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.suit;

import java.util.Arrays;
import java.util.Optional;

/**
 * The commands of a manifest: those of draft-ietf-suit-manifest-37, of trust-domains (T) and of update-management (U).
 * Which of them the agent does is its profile; the others are known in order to be refused by name.
 */
public enum CommandCode {
    /** Is the device of this vendor? */
    VENDOR_IDENTIFIER(1, "condition vendor-identifier", Kind.CONDITION, true),
    /** Is the device of this class? */
    CLASS_IDENTIFIER(2, "condition class-identifier", Kind.CONDITION, true),
    /** Has the component this digest? */
    IMAGE_MATCH(3, "condition image-match", Kind.CONDITION, true),
    /** Is it early enough? (U) */
    USE_BEFORE(4, "condition use-before", Kind.CONDITION, true),
    /** Is this the slot that is written? */
    COMPONENT_SLOT(5, "condition component-slot", Kind.CONDITION, true),
    /** Has the component this content? */
    CHECK_CONTENT(6, "condition check-content", Kind.CONDITION, true),
    /** Is the dependency sound? (T) */
    DEPENDENCY_INTEGRITY(7, "condition dependency-integrity", Kind.CONDITION, false),
    /** Is the component a dependency? (T) */
    IS_DEPENDENCY(8, "condition is-dependency", Kind.CONDITION, false),
    /** Executes a dependency. (T) */
    PROCESS_DEPENDENCY(11, "directive process-dependency", Kind.DIRECTIVE, false),
    /** Selects components. */
    SET_COMPONENT_INDEX(12, "directive set-component-index", Kind.SELECTION, true),
    /** Fails. */
    ABORT(14, "condition abort", Kind.CONDITION, true),
    /** Executes the first branch that holds. */
    TRY_EACH(15, "directive try-each", Kind.BRANCHES, true),
    /** Writes content that is in the manifest. */
    WRITE(18, "directive write", Kind.DIRECTIVE, true),
    /** Sets parameters that aren't set. (T) */
    SET_PARAMETERS(19, "directive set-parameters", Kind.PARAMETERS, false),
    /** Sets parameters. */
    OVERRIDE_PARAMETERS(20, "directive override-parameters", Kind.PARAMETERS, true),
    /** Fetches a payload. */
    FETCH(21, "directive fetch", Kind.DIRECTIVE, true),
    /** Copies a component. */
    COPY(22, "directive copy", Kind.DIRECTIVE, true),
    /** Starts the component. */
    INVOKE(23, "directive invoke", Kind.DIRECTIVE, true),
    /** Is it this one device? */
    DEVICE_IDENTIFIER(24, "condition device-identifier", Kind.CONDITION, true),
    /** Has the component another digest? (U) */
    IMAGE_NOT_MATCH(25, "condition image-not-match", Kind.CONDITION, true),
    /** Is there enough power? (U) */
    MINIMUM_BATTERY(26, "condition minimum-battery", Kind.CONDITION, false),
    /** Does the operator agree? (U) */
    UPDATE_AUTHORIZED(27, "condition update-authorized", Kind.CONDITION, true),
    /** Is the installed version right? (U) */
    VERSION(28, "condition version", Kind.CONDITION, true),
    /** Waits for an event. (U) */
    WAIT(29, "directive wait", Kind.DIRECTIVE, true),
    /** Swaps components. */
    SWAP(31, "directive swap", Kind.DIRECTIVE, false),
    /** Executes a sequence. */
    RUN_SEQUENCE(32, "directive run-sequence", Kind.SEQUENCE, true),
    /** Removes a component. (T) */
    UNLINK(33, "directive unlink", Kind.DIRECTIVE, false),
    /** Sets parameters of several components. (U) */
    OVERRIDE_MULTIPLE(34, "directive override-multiple", Kind.OPAQUE, false),
    /** Copies parameters of a component. (U) */
    COPY_PARAMS(35, "directive copy-params", Kind.OPAQUE, false);

    /** What follows the command's number. */
    enum Kind {
        CONDITION,
        DIRECTIVE,
        SELECTION,
        PARAMETERS,
        BRANCHES,
        SEQUENCE,
        OPAQUE
    }

    private final int number;
    private final String label;
    private final Kind kind;
    private final boolean supported;

    CommandCode(int number, String label, Kind kind, boolean supported) {
        this.number = number;
        this.label = label;
        this.kind = kind;
        this.supported = supported;
    }

    /**
     * Returns the number on the wire.
     *
     * @return the number
     */
    public int number() {
        return number;
    }

    /**
     * Returns whether the agent does it.
     *
     * @return false if a manifest that has it is refused
     */
    public boolean supported() {
        return supported;
    }

    Kind kind() {
        return kind;
    }

    static Optional<CommandCode> find(long number) {
        return Arrays.stream(values()).filter(code -> code.number == number).findFirst();
    }

    /** Returns such as {@code directive swap (31)}. */
    @Override
    public String toString() {
        return label + " (" + number + ")";
    }
}
