// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.hal.CounterId;
import io.twinbank.hal.HalException;
import io.twinbank.hal.HalException.Kind;
import io.twinbank.hal.MonotonicCounter;
import io.twinbank.hal.contract.CounterContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BootLoaderCounterTest {
    @TempDir
    Path folder;

    private final Loader loader = new Loader();

    @BeforeEach
    void boot() throws IOException {
        loader.boot();
    }

    /** Has fuses, and does what a boot loader owes. */
    private final class Loader implements BootVariables {
        private final SortedMap<String, String> variables = new TreeMap<>();
        private long fuses;
        private int writes;

        void boot() throws IOException {
            fuses = Math.max(fuses, Long.parseLong(variables.getOrDefault("twinbank_floor", "0")));
            commandLine("quiet twinbank.floor=" + fuses + " ro");
        }

        @Override
        public Contents read() {
            return new Contents(variables, true, Optional.empty());
        }

        @Override
        public Contents change(Change change) throws HalException {
            writes++;
            change.on(variables);
            return read();
        }
    }

    /** Boots whenever that is what the counter waits for, as the agent's starts do in the end. */
    private final class BootsBetween implements MonotonicCounter {
        private final MonotonicCounter counter;

        BootsBetween(MonotonicCounter counter) {
            this.counter = counter;
        }

        @Override
        public long read() throws HalException {
            return counter.read();
        }

        @Override
        public long remaining() throws HalException {
            return counter.remaining();
        }

        @Override
        public void advanceTo(long value) throws HalException {
            try {
                counter.advanceTo(value);
            } catch (HalException e) {
                if (e.kind() != Kind.TIMEOUT) {
                    throw e;
                }
                reset();
                counter.advanceTo(value);
            }
        }

        private void reset() throws HalException {
            try {
                loader.boot();
            } catch (IOException e) {
                throw new HalException(Kind.IO, "boot", e);
            }
        }
    }

    abstract class Contract extends CounterContract {
        private final long limit;

        Contract(long limit) {
            this.limit = limit;
        }

        @Override
        protected MonotonicCounter newCounter() {
            return new BootsBetween(counter(limit));
        }

        @Override
        protected MonotonicCounter reopen(MonotonicCounter old) throws IOException {
            loader.boot();
            return newCounter();
        }
    }

    @Nested
    class Endless extends Contract {
        Endless() {
            super(Long.MAX_VALUE);
        }
    }

    @Nested
    class Fuses extends Contract {
        Fuses() {
            super(32);
        }
    }

    @Test
    void advanceTo_higher_asksAndSaysThatItTakesAReset() throws IOException {
        HalException pending =
                assertThrows(HalException.class, () -> counter(32).advanceTo(3));

        assertEquals(Kind.TIMEOUT, pending.kind());
        assertEquals(
                "counter SECURITY_VERSION is at 0; the boot loader was asked to raise it to 3 by twinbank_floor,"
                        + " which takes a reset",
                pending.getMessage());
        assertEquals(Map.of("twinbank_floor", "3"), loader.variables);
        assertEquals(0, counter(32).read());
    }

    @Test
    void advanceTo_againBeforeTheReset_writesNothingAndStillThrows() {
        assertThrows(HalException.class, () -> counter(32).advanceTo(3));
        assertThrows(HalException.class, () -> counter(32).advanceTo(3));
        assertThrows(HalException.class, () -> counter(32).advanceTo(2));

        assertEquals(1, loader.writes);
        assertEquals(Map.of("twinbank_floor", "3"), loader.variables);
    }

    @Test
    void advanceTo_askedValueIsGarbage_isReplaced() {
        loader.variables.put("twinbank_floor", "0x7");

        assertThrows(HalException.class, () -> counter(32).advanceTo(3));

        assertEquals(Map.of("twinbank_floor", "3"), loader.variables);
    }

    @Test
    void advanceTo_afterTheReset_writesNothing() throws IOException {
        assertThrows(HalException.class, () -> counter(32).advanceTo(3));
        loader.boot();

        counter(32).advanceTo(3);

        assertEquals(3, counter(32).read());
        assertEquals(1, loader.writes);
    }

    @Test
    void advanceTo_trustVersion_hasItsOwnWordAndVariable() throws IOException {
        commandLine("twinbank.floor=7 twinbank.trust_floor=2");
        BootLoaderCounter trust =
                new BootLoaderCounter(CounterId.TRUST_VERSION, loader, Long.MAX_VALUE, new Kernel(folder));

        assertEquals(2, trust.read());
        assertThrows(HalException.class, () -> trust.advanceTo(3));
        assertEquals(Map.of("twinbank_trust_floor", "3"), loader.variables);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "quiet",
                "twinbank.floor=",
                "twinbank.floor=-1",
                "twinbank.floor=0x1",
                "twinbank.floor=1234567890123456789",
                "twinbank.floor=1 twinbank.floor=2"
            })
    void read_notToldOnce_isIo(String line) throws IOException {
        commandLine(line);

        HalException untold = assertThrows(HalException.class, () -> counter(32).read());

        assertEquals(Kind.IO, untold.kind());
        String found = line.equals("quiet") ? "nothing" : line;
        assertTrue(
                untold.getMessage()
                        .contains("found " + found + " on the kernel command line, expected one twinbank.floor=N"),
                untold::getMessage);
        assertThrows(HalException.class, () -> counter(32).advanceTo(1));
        assertEquals(0, loader.writes);
    }

    private BootLoaderCounter counter(long limit) {
        return new BootLoaderCounter(CounterId.SECURITY_VERSION, loader, limit, new Kernel(folder));
    }

    private void commandLine(String line) throws IOException {
        Files.createDirectories(folder.resolve("proc"));
        Files.writeString(folder.resolve("proc/cmdline"), line + "\n");
    }
}
