// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal.linux;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.twinbank.hal.HalException;
import io.twinbank.hal.contract.Needs;
import io.twinbank.hal.contract.Part;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** libubootenv reads what we write, and we read what it writes. */
@Needs({Part.LIBUBOOTENV, Part.UBOOT_TOOLS})
class UBootEnvironmentIT {
    private static final int SIZE = 0x1000;

    @TempDir
    Path folder;

    /** Whoever writes, and whichever copy is spoilt between: both see the same variables after each step. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void change_inTurnsWithFwSetenv_bothReadTheSame(int copies) throws Exception {
        takeTurns(copies, 100);
    }

    @Tag("slow")
    @Timeout(180)
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void change_aThousandTurnsWithFwSetenv_bothReadTheSame(int copies) throws Exception {
        takeTurns(copies, 1000);
    }

    private void takeTurns(int copies, int rounds) throws Exception {
        long seed = Long.getLong("env.seed", System.nanoTime());
        System.out.println("UBootEnvironmentIT: " + copies + " copies, -Denv.seed=" + seed);
        Random random = new Random(seed);
        make(copies, "start=1\n");
        UBootEnvironment environment = UBootEnvironment.open(config());
        SortedMap<String, String> expected = new TreeMap<>(Map.of("start", "1"));

        for (int round = 0; round < rounds; round++) {
            String name = "v" + random.nextInt(12);
            String value = IntStream.range(0, random.nextInt(40))
                    .mapToObj(i -> String.valueOf((char) ('!' + random.nextInt(94))))
                    .collect(Collectors.joining("", "v", ""));
            boolean deletes = random.nextInt(5) == 0;
            if (random.nextBoolean()) {
                environment.change(variables -> variables.compute(name, (n, before) -> deletes ? null : value));
            } else if (deletes) {
                setenv(name);
            } else {
                setenv(name, value);
            }
            expected.compute(name, (n, before) -> deletes ? null : value);
            if (copies == 2 && random.nextInt(10) == 0) {
                spoilTheOlder();
            }

            assertEquals(expected, environment.read().variables(), "round " + round);
            assertEquals(expected, printenv(), "round " + round);
        }
    }

    @Test
    void read_afterEachOfManyWrites_theSerialNumberWrapsWithTheirs() throws Exception {
        make(2, "n=0\n");
        UBootEnvironment environment = UBootEnvironment.open(config());
        for (int i = 1; i <= 600; i++) {
            String value = Integer.toString(i);
            environment.change(variables -> variables.put("n", value));

            if (i % 100 > 50 && i % 100 < 60 || i > 250 && i < 260 || i > 505 && i < 515) {
                assertEquals(Map.of("n", value), printenv());
            }
        }
        assertEquals(Map.of("n", "600"), printenv());
    }

    @Test
    void read_bothCopiesSpoilt_theyHaveNoVariablesAndWeSaySo() throws Exception {
        make(2, "bank=A\n");
        spoil(0);
        spoil(1);

        assertThrows(HalException.class, () -> UBootEnvironment.open(config()).read());
        assertEquals(Map.of(), printenv());
    }

    @Test
    void change_atTheSameTimeAsFwSetenv_losesNoVariable() throws Exception {
        make(2, "start=1\n");
        UBootEnvironment environment = UBootEnvironment.open(config());
        List<Process> others = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            others.add(
                    start(List.of(Part.LIBUBOOTENV.path().toString(), "-c", config().toString(), "theirs" + i, "1")));
            String ours = "ours" + i;
            environment.change(variables -> variables.put(ours, "1"));
        }
        for (Process other : others) {
            assertEquals(0, other.waitFor());
        }

        assertEquals(17, environment.read().variables().size());
        assertEquals(environment.read().variables(), printenv());
    }

    @Test
    void read_anotherProcessKeepsTheLock_timesOut() throws Exception {
        Path lock = folder.resolve("lock");

        Flock held = Flock.take(lock);
        HalException late = assertThrows(HalException.class, () -> Flock.take(lock, Duration.ofSeconds(0)));
        held.close();

        assertEquals(HalException.Kind.TIMEOUT, late.kind());
        assertEquals("lock " + lock + ": another process has held it for 0 s", late.getMessage());
        Flock.take(lock, Duration.ofSeconds(0)).close();
    }

    private void make(int copies, String variables) throws Exception {
        Path text = folder.resolve("variables");
        Files.writeString(text, variables);
        List<String> command = new ArrayList<>(List.of(Part.UBOOT_TOOLS.path().toString()));
        if (copies == 2) {
            command.add("-r");
        }
        command.addAll(List.of(
                "-s", Integer.toString(SIZE), "-o", folder.resolve("one").toString(), text.toString()));
        assertEquals("", run(command));
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < copies; i++) {
            Files.write(file(i), Files.readAllBytes(folder.resolve("one")));
            lines.append(file(i)).append(" 0x0 0x1000\n");
        }
        Files.writeString(config(), lines);
    }

    private Path config() {
        return folder.resolve("fw_env.config");
    }

    private Path file(int copy) {
        return folder.resolve("env" + copy);
    }

    private void spoilTheOlder() throws IOException {
        int first = Files.readAllBytes(file(0))[4] & 0xff;
        int second = Files.readAllBytes(file(1))[4] & 0xff;
        spoil(UBootEnvironment.isLater(second, first) ? 0 : 1);
    }

    private void spoil(int copy) throws IOException {
        try (RandomAccessFile bytes = new RandomAccessFile(file(copy).toFile(), "rw")) {
            bytes.seek(100);
            int found = bytes.read();
            bytes.seek(100);
            bytes.write(found ^ 0x10);
        }
    }

    private void setenv(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(Part.LIBUBOOTENV.path().toString(), "-c", config().toString()));
        command.addAll(List.of(arguments));
        assertEquals("", run(command));
    }

    private SortedMap<String, String> printenv() throws Exception {
        String printed = run(
                List.of(Part.LIBUBOOTENV.path().resolveSibling("fw_printenv").toString(), "-c", config().toString()));
        return Stream.of(printed.split("\n", -1))
                .filter(line -> line.contains("="))
                .collect(Collectors.toMap(
                        line -> line.substring(0, line.indexOf('=')),
                        line -> line.substring(line.indexOf('=') + 1),
                        (first, second) -> second,
                        TreeMap::new));
    }

    private static Process start(List<String> command) throws IOException {
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }

    private static String run(List<String> command) throws Exception {
        Process process = start(command);
        process.getOutputStream().close();
        String printed = new String(process.getInputStream().readAllBytes(), ISO_8859_1);
        process.waitFor();
        return printed;
    }
}
