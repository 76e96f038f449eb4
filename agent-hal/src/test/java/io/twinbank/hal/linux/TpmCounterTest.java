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
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The tools answer as tpm2-tools do, or hang, or talk nonsense. */
class TpmCounterTest {
    private static final int INDEX = 0x01500010;
    private static final String WRITTEN_COUNTER = "0x22060014";
    private static final String LOCKED_BASE = "0x22062804";

    private final FakeTools tools = new FakeTools();

    /** How a step goes wrong. */
    enum Trouble {
        NONE,
        /** The TPM counts, the tool hangs. */
        LATE,
        /** The TPM doesn't count, the tool hangs. */
        LOST,
        /** The TPM counts, the tool hangs, and so does the next. */
        DEAF,
        /** The TPM doesn't count, the tool complains. */
        REFUSED,
        /** The TPM doesn't count, the tool doesn't say so. */
        IDLE,
        /** Somebody else counts, too. */
        TWICE
    }

    /** Two indexes that exist, and only what a counter does with them. */
    private static final class FakeTools implements TpmIndexes.Runner {
        private static final long BASE = 41;

        private final Map<String, Program.Result> scripted = new TreeMap<>();
        private long counter = BASE;
        private int increments;
        private Trouble trouble = Trouble.NONE;
        private boolean deaf;

        @Override
        public Program.Result run(Duration limit, List<String> command, byte[] input) throws HalException {
            assertEquals(List.of("-T", "device:/dev/tpmrm0"), command.subList(command.size() - 2, command.size()));
            if (deaf) {
                throw timeOut(command);
            }
            Program.Result answer = scripted.get(command.get(0));
            return answer == null ? answer(command) : answer;
        }

        private Program.Result answer(List<String> command) throws HalException {
            return switch (command.get(0)) {
                case "tpm2_nvreadpublic" -> said(index(INDEX, WRITTEN_COUNTER) + index(INDEX + 1, LOCKED_BASE));
                case "tpm2_nvread" -> said(number(command.get(1).endsWith("0") ? counter : BASE));
                case "tpm2_nvincrement" -> increment(command);
                default -> throw new AssertionError(command);
            };
        }

        private Program.Result increment(List<String> command) throws HalException {
            increments++;
            switch (trouble) {
                case NONE, LATE, DEAF -> counter++;
                case TWICE -> counter += 2;
                case LOST, REFUSED, IDLE -> {}
            }
            deaf = trouble == Trouble.DEAF;
            return switch (trouble) {
                case NONE, IDLE, TWICE -> said("");
                case REFUSED ->
                    new Program.Result(1, new byte[0], "ERROR: tpm:warn(2.0): retry\nERROR: Unable to run x");
                case LATE, LOST, DEAF -> throw timeOut(command);
            };
        }

        private static HalException timeOut(List<String> command) {
            return new HalException(Kind.TIMEOUT, command.get(0) + " didn't end within 10000 ms");
        }
    }

    @Nested
    class Contract extends CounterContract {
        @Override
        protected MonotonicCounter newCounter() {
            return counter();
        }

        @Override
        protected MonotonicCounter reopen(MonotonicCounter old) {
            return counter();
        }
    }

    @Test
    void advanceTo_timeOutThatCounted_goesOnOneByOne() throws IOException {
        tools.trouble = Trouble.LATE;

        counter().advanceTo(3);

        assertEquals(3, counter().read());
        assertEquals(3, tools.increments);
    }

    @Test
    void advanceTo_timeOutThatDidNotCount_isATimeOut() throws IOException {
        tools.trouble = Trouble.LOST;

        HalException lost = assertThrows(HalException.class, () -> counter().advanceTo(3));

        assertEquals(Kind.TIMEOUT, lost.kind());
        assertEquals(1, tools.increments);
        tools.trouble = Trouble.NONE;
        counter().advanceTo(3);
        assertEquals(3, counter().read());
    }

    @Test
    void advanceTo_timeOutThatCannotBeReadBack_isUnknown() throws IOException {
        tools.trouble = Trouble.DEAF;

        HalException unknown = assertThrows(HalException.class, () -> counter().advanceTo(1));

        assertEquals(Kind.OUTCOME_UNKNOWN, unknown.kind());
        assertTrue(unknown.getSuppressed()[0].getMessage().contains("tpm2_nvincrement"), unknown::toString);
        tools.deaf = false;
        counter().advanceTo(1);
        assertEquals(1, counter().read());
        assertEquals(1, tools.increments);
    }

    @Test
    void advanceTo_toolComplains_isIoWithWhatItSaid() {
        tools.trouble = Trouble.REFUSED;

        HalException refused = assertThrows(HalException.class, () -> counter().advanceTo(1));

        assertEquals(Kind.IO, refused.kind());
        assertEquals(
                "tpm2_nvincrement 0x01500010 -C 0x01500010: exit code 1: tpm:warn(2.0): retry", refused.getMessage());
    }

    @ParameterizedTest
    @CsvSource({"IDLE, at 0 after a step from 0", "TWICE, at 2 after a step from 0"})
    void advanceTo_otherThanOneStep_isIo(Trouble trouble, String found) {
        tools.trouble = trouble;

        HalException wrong = assertThrows(HalException.class, () -> counter().advanceTo(3));

        assertEquals(Kind.IO, wrong.kind());
        assertTrue(wrong.getMessage().contains(found + ", expected the next number"), wrong::getMessage);
        assertEquals(1, tools.increments);
    }

    @Test
    void advanceTo_beyondTheLimit_isRefusedBeforeAStep() throws IOException {
        TpmCounter counter = counter();
        counter.advanceTo(2);

        HalException full = assertThrows(HalException.class, () -> counter.advanceTo(21));

        assertEquals(Kind.NO_SPACE, full.kind());
        assertEquals("TPM counter SECURITY_VERSION ends at 20, not 21", full.getMessage());
        assertEquals(18, counter.remaining());
        assertEquals(2, tools.increments);
    }

    @Test
    void read_counterBelowItsBase_isIo() {
        tools.counter = 40;

        HalException wrong = assertThrows(HalException.class, () -> counter().read());

        assertTrue(wrong.getMessage().contains("found the counter below its base, by 1"), wrong::getMessage);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 7, 9})
    void read_otherThanEightBytes_isIo(int bytes) {
        tools.scripted.put("tpm2_nvread", new Program.Result(0, new byte[bytes], ""));

        HalException wrong = assertThrows(HalException.class, () -> counter().read());

        assertEquals(Kind.IO, wrong.kind());
        assertTrue(wrong.getMessage().contains("found " + bytes + " bytes, expected"), wrong::getMessage);
    }

    @Test
    void read_listWithoutAttributes_isIo() {
        tools.scripted.put("tpm2_nvreadpublic", said("0x1500010:\n  name: 00\n"));

        HalException wrong = assertThrows(HalException.class, () -> counter().read());

        assertEquals(Kind.IO, wrong.kind());
        assertTrue(wrong.getMessage().contains("found no attributes of 0x1500010"), wrong::getMessage);
    }

    /** What the list doesn't show is made; the fake has nothing to make it with, so that shows. */
    @Test
    void read_listOfNonsense_makesNothingOverIt() {
        tools.scripted.put(
                "tpm2_nvreadpublic", said(index(-1, LOCKED_BASE) + index(INDEX, WRITTEN_COUNTER) + "gibberish: 7\n"));

        HalException wrong = assertThrows(HalException.class, () -> counter().read());

        assertTrue(wrong.getMessage().contains("without its base"), wrong::getMessage);
    }

    @ParameterizedTest
    @ValueSource(ints = {0x00500010, 0x81000000, 0x02000000})
    void new_noNvIndex_isACallersMistake(int index) {
        assertThrows(IllegalArgumentException.class, () -> new TpmCounter(index, CounterId.SECURITY_VERSION, ""));
    }

    private TpmCounter counter() {
        return new TpmCounter(INDEX, CounterId.SECURITY_VERSION, new TpmIndexes(tools, "device:/dev/tpmrm0"), 20);
    }

    private static Program.Result said(String text) {
        return said(text.getBytes(StandardCharsets.UTF_8));
    }

    private static Program.Result said(byte[] bytes) {
        return new Program.Result(0, bytes, "");
    }

    private static byte[] number(long value) {
        return ByteBuffer.allocate(Long.BYTES).putLong(value).array();
    }

    private static String index(int index, String attributes) {
        return String.format(
                        Locale.ROOT,
                        "0x%x:\n  name: 000b77\n  hash algorithm:\n    friendly: sha256\n    value: 0xB\n",
                        index)
                + "  attributes:\n    friendly: authwrite|written\n    value: " + attributes + "\n  size: 8\n\n";
    }
}
