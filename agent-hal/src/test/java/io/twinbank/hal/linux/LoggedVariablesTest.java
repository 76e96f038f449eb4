// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.hal.BankId;
import io.twinbank.hal.HalException;
import io.twinbank.hal.linux.BootConvention.Standing;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LoggedVariablesTest {
    private final SortedMap<String, String> loader = new TreeMap<>();
    private Optional<byte[]> record = Optional.empty();
    /** How many durable steps come before the power cut. */
    private int steps = Integer.MAX_VALUE;

    private final class Variables extends LoggedVariables {
        @Override
        SortedMap<String, String> observe() {
            return new TreeMap<>(loader);
        }

        @Override
        void give(String name, String value) throws HalException {
            step();
            if (value.isEmpty()) {
                loader.remove(name);
            } else {
                loader.put(name, value);
            }
        }

        @Override
        Optional<byte[]> loadRecord() {
            return record;
        }

        @Override
        void storeRecord(byte[] bytes) throws HalException {
            step();
            record = Optional.of(bytes);
        }

        private void step() throws HalException {
            if (steps-- == 0) {
                throw new HalException(HalException.Kind.IO, "power cut");
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"arm, 3", "confirm, 4", "disarm, 3"})
    void change_powerCutBeforeAnyStep_isWholeOrNotAtAll(String call, int expectedSteps) throws HalException {
        for (int cut = 0; cut < expectedSteps; cut++) {
            prepare(call);
            Standing before = standing();
            steps = cut;
            assertThrows(HalException.class, () -> call(call), call + " has more than " + cut + " steps");
            steps = Integer.MAX_VALUE;

            Standing found = standing();

            SortedMap<String, String> values =
                    new TreeMap<>(new Variables().read().variables());
            prepare(call);
            call(call);
            Standing after = standing();
            if (found.equals(before) && cut == 0) {
                continue;
            }
            assertEquals(after, found, "cut before step " + cut);
            assertEquals(new Variables().read().variables(), values, "cut before step " + cut);
        }
        prepare(call);
        steps = expectedSteps;
        call(call);
    }

    private void prepare(String call) throws HalException {
        record = Optional.empty();
        loader.clear();
        loader.put("order", "A B");
        if (!call.equals("arm")) {
            call("arm");
        }
        if (call.equals("confirm")) {
            loader.remove("next"); // as the firmware does
            loader.put("order", "B A C"); // so that there is something to give
            loader.put("next", "A");
        }
    }

    private void call(String call) throws HalException {
        BootConvention convention = BootConvention.efi();
        switch (call) {
            case "arm" -> new Variables().change(all -> convention.armTrial(all, BankId.B, 1, 7));
            case "confirm" -> new Variables().change(all -> convention.confirm(all, BankId.B));
            default -> new Variables().change(all -> convention.disarm(all, BankId.A));
        }
    }

    private Standing standing() throws HalException {
        return BootConvention.efi().standing(new Variables().read().variables(), BankId.A);
    }

    @Test
    void change_nothing_writesNothing() throws HalException {
        steps = 0;

        new Variables().change(all -> {});

        assertEquals(Optional.empty(), record);
    }

    @Test
    void read_recordOfAnotherForm_isAFault() {
        record = Optional.of("=a=b\nwhat".getBytes(StandardCharsets.US_ASCII));

        HalException fault = assertThrows(HalException.class, () -> new Variables().read());

        assertTrue(fault.getMessage().contains("has a line \"what\", expected =NAME=VALUE"), fault.getMessage());
    }
}
