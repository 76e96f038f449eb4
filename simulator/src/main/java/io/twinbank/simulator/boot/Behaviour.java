// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.boot;

import io.twinbank.core.spi.SelfTest;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** What the simulated firmware does once it is booted. */
public enum Behaviour {
    /** Its self-test passes. */
    WORKS(1),
    /** Its self-test says {@code notYet} three times after each boot, then passes. */
    NOT_YET_THREE_TIMES(2),
    /** Its self-test fails. */
    FAILS_SELF_TEST(3),
    /** Its self-test never returns. */
    HANGS_IN_SELF_TEST(4),
    /** It is loaded and then does nothing: no agent starts, and only the watchdog ends it. */
    NEVER_STARTS(5);

    private final int code;

    Behaviour(int code) {
        this.code = code;
    }

    /** How an image's header says it. */
    int code() {
        return code;
    }

    static Optional<Behaviour> ofCode(long code) {
        return Arrays.stream(values()).filter(value -> value.code == code).findFirst();
    }

    /**
     * Returns the self-test of firmware that was booted just now.
     *
     * @param hang what never returns, where this firmware hangs: blocks, or throws {@link VirtualScheduler.Hang}
     * @return a fresh self-test
     */
    public SelfTest selfTest(Runnable hang) {
        AtomicInteger asked = new AtomicInteger();
        return () -> switch (this) {
            case WORKS -> SelfTest.Result.pass();
            case NOT_YET_THREE_TIMES ->
                asked.incrementAndGet() > 3
                        ? SelfTest.Result.pass()
                        : SelfTest.Result.notYet("asked " + asked.get() + " of 3 times");
            case FAILS_SELF_TEST -> SelfTest.Result.fail("the simulated firmware doesn't work");
            case HANGS_IN_SELF_TEST -> {
                hang.run();
                yield SelfTest.Result.fail("interrupted");
            }
            case NEVER_STARTS ->
                throw new IllegalStateException("firmware that never starts was asked for its self-test");
        };
    }
}
