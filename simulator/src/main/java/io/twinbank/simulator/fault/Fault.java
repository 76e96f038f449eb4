// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.fault;

import io.twinbank.hal.HalException;
import io.twinbank.simulator.medium.Survival;
import io.twinbank.simulator.medium.Tear;
import java.util.Locale;

/**
 * One fault of a {@link Schedule}; its text repeats it. Operations and reads are counted from 1 since the power cut before,
 * or since the schedule began.
 */
public sealed interface Fault {
    /** A fault that strikes at a durable operation. */
    sealed interface AtOperation extends Fault {
        /**
         * Returns which.
         *
         * @return at least 1
         */
        long operation();
    }

    /**
     * The power fails: {@code cut(18,after)}, {@code cut(18,prefix:37,keep:all)}.
     *
     * @param operation at which operation
     * @param tear how far that had come
     * @param survival what of the unflushed writes survives; none where the text doesn't say
     */
    record Cut(long operation, Tear tear, Survival survival) implements AtOperation {
        public Cut {
            check(operation);
        }

        @Override
        public String toString() {
            return "cut(" + operation + "," + tear + (survival.equals(Survival.NONE) ? "" : "," + survival) + ")";
        }
    }

    /**
     * Operations answer with an error: {@code fail(12,io)}, {@code fail(12,timeout,applied)}, {@code fail(12,io,x3)}, {@code
     * fail(12,io,forever)}.
     *
     * @param operation the first that does
     * @param kind the error
     * @param applied whether it is done all the same
     * @param times how many one after another; {@link #FOREVER}
     */
    record Fails(long operation, HalException.Kind kind, boolean applied, int times) implements AtOperation {
        /** Until the power is cut. */
        public static final int FOREVER = Integer.MAX_VALUE;

        public Fails {
            check(operation);
            if (times < 1) {
                throw new IllegalArgumentException("times must be at least 1, not " + times);
            }
        }

        @Override
        public String toString() {
            return "fail(" + operation + "," + text(kind) + (applied ? ",applied" : "") + timesText(times) + ")";
        }
    }

    /**
     * The JVM throws an error at operations of the agent, not at those of the boot loader: {@code throw(12,out-of-memory)}, {@code
     * throw(12,stack-overflow,applied)}, {@code throw(12,out-of-memory,x3)}.
     *
     * @param operation the first
     * @param memory whether memory is used up, else the stack
     * @param applied whether it is done all the same
     * @param times how many one after another; {@link Fails#FOREVER}
     */
    record Throws(long operation, boolean memory, boolean applied, int times) implements AtOperation {
        public Throws {
            check(operation);
            if (times < 1) {
                throw new IllegalArgumentException("times must be at least 1, not " + times);
            }
        }

        @Override
        public String toString() {
            return "throw(" + operation + "," + (memory ? "out-of-memory" : "stack-overflow")
                    + (applied ? ",applied" : "") + timesText(times) + ")";
        }
    }

    /**
     * An operation answers that it is done, and isn't: {@code silent(12)}.
     *
     * @param operation which
     */
    record Silent(long operation) implements AtOperation {
        public Silent {
            check(operation);
        }

        @Override
        public String toString() {
            return "silent(" + operation + ")";
        }
    }

    /**
     * An operation answers that it is done, and is done elsewhere: {@code misdirected(12,4096)}.
     *
     * @param operation which
     * @param distance how far from there, in bytes; a multiple of the device's unit
     */
    record Misdirected(long operation, long distance) implements AtOperation {
        public Misdirected {
            check(operation);
        }

        @Override
        public String toString() {
            return "misdirected(" + operation + "," + distance + ")";
        }
    }

    /**
     * Something happens outside, at the time of an operation: {@code event(12,cancel)}.
     *
     * @param operation which
     * @param what a word that the scenario's world knows
     */
    record Event(long operation, String what) implements AtOperation {
        public Event {
            check(operation);
        }

        @Override
        public String toString() {
            return "event(" + operation + "," + what + ")";
        }
    }

    /**
     * Reads of the media answer with an error: {@code read(9,ecc)}, {@code read(9,ecc,x3)}.
     *
     * @param read the first that does
     * @param kind the error
     * @param times how many one after another; {@link Fails#FOREVER}
     */
    record ReadFails(long read, HalException.Kind kind, int times) implements Fault {
        public ReadFails {
            check(read);
            if (times < 1) {
                throw new IllegalArgumentException("times must be at least 1, not " + times);
            }
        }

        @Override
        public String toString() {
            return "read(" + read + "," + text(kind) + timesText(times) + ")";
        }
    }

    /**
     * A read of the media answers with what lies elsewhere: {@code astray(9,-4096)}.
     *
     * @param read which
     * @param distance how far from there, in bytes
     */
    record ReadAstray(long read, long distance) implements Fault {
        public ReadAstray {
            check(read);
        }

        @Override
        public String toString() {
            return "astray(" + read + "," + distance + ")";
        }
    }

    /**
     * Something happens while the power is off, after the cut before it in the schedule, or before the first boot: {@code
     * off(flip,bank-b,1023)}, {@code off(lose,journal)}.
     *
     * @param what a word that the scenario's world knows
     * @param target which part or record; may be empty
     * @param parameter such as the bit, else 0
     */
    record Off(String what, String target, long parameter) implements Fault {
        @Override
        public String toString() {
            return "off(" + what + (target.isEmpty() ? "" : "," + target) + (parameter == 0 ? "" : "," + parameter)
                    + ")";
        }
    }

    private static void check(long number) {
        if (number < 1) {
            throw new IllegalArgumentException("operations and reads count from 1, not " + number);
        }
    }

    private static String text(HalException.Kind kind) {
        return kind.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static String timesText(int times) {
        return times == 1 ? "" : times == Fails.FOREVER ? ",forever" : ",x" + times;
    }
}
