// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.twinbank.hal.HalException;
import io.twinbank.hal.MonotonicCounter;
import java.io.IOException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link MonotonicCounter} owes. Extend it, hand out your counter, and run it as any JUnit test. */
public abstract class CounterContract {
    private MonotonicCounter counter;

    /**
     * Makes a counter that can take at least five steps and isn't the board's own.
     *
     * @return the counter
     * @throws IOException if the test's own preparations fail
     */
    protected abstract MonotonicCounter newCounter() throws IOException;

    /**
     * Opens a counter again, as after a reset.
     *
     * @param old what {@link #newCounter()} returned
     * @return a counter on the same medium
     * @throws IOException if the test's own preparations fail
     */
    protected abstract MonotonicCounter reopen(MonotonicCounter old) throws IOException;

    @BeforeEach
    void prepare() throws IOException {
        counter = newCounter();
    }

    @Test
    void advanceTo_higher_isReadBackAfterAReset() throws IOException {
        long start = counter.read();

        counter.advanceTo(start + 1);
        counter.advanceTo(start + 4);

        assertEquals(start + 4, counter.read());
        assertEquals(start + 4, reopen(counter).read());
    }

    @Test
    void advanceTo_sameOrLower_changesNothing() throws IOException {
        long start = counter.read();
        counter.advanceTo(start + 2);

        counter.advanceTo(start + 2);
        counter.advanceTo(start + 1);
        counter.advanceTo(0);
        counter.advanceTo(-1);

        assertEquals(start + 2, reopen(counter).read());
    }

    @Test
    void remaining_afterAdvance_fallsWithIt() throws IOException {
        long start = counter.read();
        long before = counter.remaining();

        counter.advanceTo(start + 3);

        assertEquals(before == Long.MAX_VALUE ? before : before - 3, counter.remaining());
    }

    @Test
    void advanceTo_beyondTheEnd_hasNoSpaceAndChangesNothing() throws IOException {
        long start = counter.read();
        long remaining = counter.remaining();
        if (remaining == Long.MAX_VALUE) {
            return;
        }

        HalException refused = assertThrows(HalException.class, () -> counter.advanceTo(start + remaining + 1));

        assertEquals(HalException.Kind.NO_SPACE, refused.kind());
        assertEquals(start, counter.read());
    }
}
