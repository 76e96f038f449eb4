// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.report;

import io.twinbank.simulator.report.OperationReport.Step;
import java.util.List;

/**
 * One schedule from power-on to rest.
 *
 * @param schedule what {@code otasim replay} takes
 * @param boots the lives of the board, in order
 */
public record TimelineReport(String schedule, List<Boot> boots) {
    /** How a life of the board ends. */
    public enum Ending {
        /** The power failed, at the last of its operations. */
        CUT,
        /** The agent, or somebody outside, asked for it. */
        RESET,
        /** The watchdog bit. */
        WATCHDOG,
        /** Nothing is left to do. */
        REST,
        /** The boot loader found nothing to jump into, or the board went on for ever. */
        STUCK
    }

    /** What a block of a region holds. */
    public enum Block {
        /** Nothing. */
        ERASED('.'),
        /** What it held before the update. */
        OLD('o'),
        /** What the update is to put there. */
        NEW('n'),
        /** A part of an operation that was cut. */
        TORN('t'),
        /** Anything else. */
        OTHER('x');

        private final char symbol;

        Block(char symbol) {
            this.symbol = symbol;
        }

        /**
         * Returns its letter in files.
         *
         * @return a character of its own
         */
        public char symbol() {
            return symbol;
        }
    }

    /**
     * One life of the board.
     *
     * @param number counted from 1
     * @param cause why it began: {@code POWER_ON}, {@code SOFTWARE} or {@code WATCHDOG}
     * @param bank which bank the boot loader jumped into; empty if none
     * @param image the version in that bank, or why there was nothing to jump into
     * @param firstOperation number of the first of its operations
     * @param steps its operations, in order
     * @param ending how it ended
     * @param ended the same in words, such as {@code cut in operation 213, prefix:37}
     * @param before what the board held when it began
     * @param after what the board held when it ended
     */
    public record Boot(
            int number,
            String cause,
            String bank,
            String image,
            long firstOperation,
            List<Step> steps,
            Ending ending,
            String ended,
            Snapshot before,
            Snapshot after) {
        public Boot {
            steps = List.copyOf(steps);
        }
    }

    /**
     * What the board holds.
     *
     * @param records the agent's and the boot loader's records, decoded
     * @param regions the cells
     */
    public record Snapshot(List<StoredRecord> records, List<Region> regions) {
        public Snapshot {
            records = List.copyOf(records);
            regions = List.copyOf(regions);
        }
    }

    /**
     * A record, decoded.
     *
     * @param name where it is kept, such as {@code JOURNAL} or {@code ENV copy 0}
     * @param text what it says, or why it can't be read
     * @param readable false if it can't
     */
    public record StoredRecord(String name, String text, boolean readable) {}

    /**
     * A region of cells, block by block.
     *
     * @param name such as {@code BANK_B}
     * @param blockBytes size of a block
     * @param blocks what each holds
     */
    public record Region(String name, int blockBytes, List<Block> blocks) {
        public Region {
            blocks = List.copyOf(blocks);
        }
    }

    public TimelineReport {
        boots = List.copyOf(boots);
    }
}
