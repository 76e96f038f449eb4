// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.medium;

import java.util.Arrays;
import java.util.BitSet;

/**
 * Which erase blocks of a device were read, and which were erased, in the order in which that happened. A block that is erased
 * before anything reads it is dead: whatever it held, the future is the same. Part of a state is what the live blocks hold.
 */
public final class Touches {
    private static final int ERASED = 1;

    private final int blockBytes;
    /** Twice the block's number, plus one if it was erased. */
    private int[] touched = new int[64];

    private int size = 0;
    /** The blocks whose reading was noted already, since the last moment that may be asked about. */
    private final BitSet noted = new BitSet();

    private boolean paused = false;

    Touches(int blockBytes) {
        this.blockBytes = blockBytes;
    }

    void read(long at, long length) {
        if (paused || length == 0) {
            return;
        }
        int end = (int) ((at + length - 1) / blockBytes);
        for (int block = (int) (at / blockBytes); block <= end; block++) {
            if (!noted.get(block)) {
                noted.set(block);
                note(2 * block);
            }
        }
    }

    void erased(long at) {
        if (!paused) {
            int block = (int) (at / blockBytes);
            noted.clear(block);
            note(2 * block + ERASED);
        }
    }

    private void note(int what) {
        if (size == touched.length) {
            touched = Arrays.copyOf(touched, 2 * size);
        }
        touched[size++] = what;
    }

    /** Forgets all, as a life begins. */
    public void forget() {
        size = 0;
        noted.clear();
        paused = false;
    }

    /**
     * Doesn't note anything for a while: what an explorer does to a board isn't a part of its life.
     *
     * @param now whether it begins or ends
     */
    public void pause(boolean now) {
        paused = now;
    }

    /**
     * Marks the present moment.
     *
     * @return for {@link Log#live}
     */
    public int now() {
        noted.clear();
        return size;
    }

    /**
     * Ends a life.
     *
     * @return what it touched
     */
    public Log log() {
        return new Log(Arrays.copyOf(touched, size));
    }

    /** What a life touched. */
    public static final class Log {
        private final int[] touched;

        private Log(int[] touched) {
            this.touched = touched;
        }

        /**
         * Returns its last moment.
         *
         * @return for {@link #live}
         */
        public int end() {
            return touched.length;
        }

        /**
         * Tells which blocks are live at a moment.
         *
         * @param from a moment
         * @param to a later one
         * @param then the blocks that are live at the later one; they become those at the earlier one
         */
        public void live(int from, int to, BitSet then) {
            for (int i = to - 1; i >= from; i--) {
                then.set(touched[i] / 2, touched[i] % 2 != ERASED);
            }
        }
    }
}
