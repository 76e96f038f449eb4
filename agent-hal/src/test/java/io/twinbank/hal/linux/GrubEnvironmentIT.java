// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal.linux;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.hal.contract.Needs;
import io.twinbank.hal.contract.Part;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** grub-editenv reads what we write, and we read what it writes. */
@Needs(Part.GRUB)
class GrubEnvironmentIT {
    @TempDir
    Path folder;

    @Test
    void change_inTurnsWithGrubEditenv_bothReadTheSame() throws Exception {
        takeTurns(100);
    }

    @Tag("slow")
    @Timeout(180)
    @Test
    void change_aThousandTurnsWithGrubEditenv_bothReadTheSame() throws Exception {
        takeTurns(1000);
    }

    private void takeTurns(int rounds) throws Exception {
        long seed = Long.getLong("env.seed", System.nanoTime());
        System.out.println("GrubEnvironmentIT: -Denv.seed=" + seed);
        Random random = new Random(seed);
        editenv("create");
        GrubEnvironment environment = GrubEnvironment.of(file());
        SortedMap<String, String> expected = new TreeMap<>();
        for (int round = 0; round < rounds; round++) {
            String name = "v" + random.nextInt(12);
            String value = IntStream.range(0, random.nextInt(40))
                    .mapToObj(i -> String.valueOf((char) (' ' + random.nextInt(95))))
                    .collect(Collectors.joining());
            boolean deletes = random.nextInt(5) == 0;
            if (random.nextBoolean()) {
                environment.change(variables -> variables.compute(name, (n, before) -> deletes ? null : value));
            } else if (deletes) {
                editenv("unset", name);
            } else {
                editenv("set", name + "=" + value);
            }
            expected.compute(name, (n, before) -> deletes ? null : value);

            assertEquals(expected, environment.read().variables(), "round " + round);
            assertEquals(text(expected), editenv("list"), "round " + round);
        }
    }

    @Test
    void change_theBlockIsFull_theyRefuseAtTheSameSize() throws Exception {
        editenv("create");
        GrubEnvironment environment = GrubEnvironment.of(file());
        String fits = "y".repeat(1024 - 94 - "x=\n".length());

        environment.change(variables -> variables.put("x", fits));

        assertEquals(text(Map.of("x", fits)), editenv("list"));
        String refusal = editenv("set", "x=" + fits + "y");
        assertTrue(refusal.contains("environment block too small"), refusal);
    }

    @Test
    void bootScript_isOneThatGrubParses() throws Exception {
        Path check = Part.GRUB.path().resolveSibling("grub-script-check");
        Process process = new ProcessBuilder(check.toString(), "src/main/boot/grub.cfg")
                .redirectErrorStream(true)
                .start();

        String printed = new String(process.getInputStream().readAllBytes(), UTF_8);

        assertEquals(0, process.waitFor(), printed);
    }

    private Path file() {
        return folder.resolve("grubenv");
    }

    private static String text(Map<String, String> variables) {
        return variables.entrySet().stream()
                .map(each -> each.getKey() + "=" + each.getValue() + "\n")
                .sorted()
                .collect(Collectors.joining());
    }

    /** Sorted, for it prints the variables in the order in which they were set first. */
    private String editenv(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(Part.GRUB.path().toString(), file().toString()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String printed = new String(process.getInputStream().readAllBytes(), UTF_8);
        process.waitFor();
        return printed.lines().sorted().map(line -> line + "\n").collect(Collectors.joining());
    }
}
