// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.suit;

import java.util.List;

/** A command of a manifest with its argument. */
public sealed interface SuitCommand {
    /**
     * Returns where it begins.
     *
     * @return the offset in the envelope, in bytes
     */
    int offset();

    /**
     * Names it, for people.
     *
     * @return such as {@code directive swap (31)}
     */
    String name();

    /** A command of the tables. */
    sealed interface Known extends SuitCommand {
        /**
         * Returns which it is.
         *
         * @return the code
         */
        CommandCode code();

        @Override
        default String name() {
            return code().toString();
        }
    }

    /** A command that comes to something that can be reported. */
    sealed interface Reporting extends Known {
        /**
         * Returns what to report (SUIT_Reporting_Policy).
         *
         * @return bit 0: a record where it succeeds, bit 1: where it fails; bits 2 and 3: what was measured, likewise
         */
        int reportPolicy();
    }

    /**
     * A condition.
     *
     * @param offset in the envelope, in bytes
     * @param code which condition
     * @param reportPolicy what to report, as bits
     */
    record Condition(int offset, CommandCode code, int reportPolicy) implements Reporting {}

    /**
     * A directive that takes its arguments from the parameters.
     *
     * @param offset in the envelope, in bytes
     * @param code which directive
     * @param reportPolicy what to report, as bits
     */
    record Directive(int offset, CommandCode code, int reportPolicy) implements Reporting {}

    /**
     * Selects components.
     *
     * @param offset in the envelope, in bytes
     * @param all whether it is about all of them, in the order of the manifest
     * @param indexes of the components, in the order given; none if it is all
     */
    record SetComponentIndex(int offset, boolean all, List<Integer> indexes) implements Known {
        /** Copies the list. */
        public SetComponentIndex {
            indexes = List.copyOf(indexes);
        }

        @Override
        public CommandCode code() {
            return CommandCode.SET_COMPONENT_INDEX;
        }
    }

    /**
     * Sets parameters of the selected components.
     *
     * @param offset in the envelope, in bytes
     * @param code override or set
     * @param parameters at least one
     */
    record SetParameters(int offset, CommandCode code, List<SuitParameter> parameters) implements Known {
        /** Copies the list. */
        public SetParameters {
            parameters = List.copyOf(parameters);
        }
    }

    /**
     * Executes the first branch whose conditions hold.
     *
     * @param offset in the envelope, in bytes
     * @param branches at least two, or one and nothing
     * @param orNothing whether it's all the same if no branch holds
     */
    record TryEach(int offset, List<List<SuitCommand>> branches, boolean orNothing) implements Known {
        /** Copies the list. */
        public TryEach {
            branches = List.copyOf(branches);
        }

        @Override
        public CommandCode code() {
            return CommandCode.TRY_EACH;
        }
    }

    /**
     * Executes a sequence.
     *
     * @param offset in the envelope, in bytes
     * @param commands the sequence
     */
    record RunSequence(int offset, List<SuitCommand> commands) implements Known {
        /** Copies the list. */
        public RunSequence {
            commands = List.copyOf(commands);
        }

        @Override
        public CommandCode code() {
            return CommandCode.RUN_SEQUENCE;
        }
    }

    /**
     * A command that isn't decoded.
     *
     * @param offset in the envelope, in bytes
     * @param name for people
     */
    record Unknown(int offset, String name) implements SuitCommand {}
}
