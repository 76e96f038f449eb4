// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal.linux;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.hal.HalException;
import io.twinbank.hal.linux.Program.Result;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ProgramTest {
    private static final Duration LONG = Duration.ofSeconds(20);

    @Test
    void run_programThatFails_returnsCodeOutputAndComplaint() throws Exception {
        Result result = Program.run(LONG, List.of("sh", "-c", "echo out; echo no >&2; exit 3"));

        assertEquals(3, result.exitCode());
        assertEquals("out", result.text());
        assertEquals("no", result.error());
    }

    @Test
    void run_anyLocale_isC() throws Exception {
        assertEquals("C", Program.run(LONG, List.of("sh", "-c", "echo $LC_ALL")).text());
    }

    @Test
    void run_withInput_readsItAndItsEnd() throws Exception {
        byte[] input = new byte[4096];
        new Random(1).nextBytes(input);

        assertArrayEquals(input, Program.run(LONG, List.of("cat"), input).output());
        assertEquals(0, Program.run(LONG, List.of("true"), input).exitCode());
        assertThrows(IllegalArgumentException.class, () -> Program.run(LONG, List.of("cat"), new byte[4097]));
    }

    @Test
    void run_muchOutput_isReadUpToTheLimit() throws Exception {
        assertEquals(
                1 << 20,
                Program.run(LONG, List.of("head", "-c", "1048576", "/dev/zero")).output().length);

        HalException more = assertThrows(HalException.class, () -> Program.run(LONG, List.of("cat", "/dev/zero")));

        assertEquals(HalException.Kind.IO, more.kind());
        assertTrue(more.getMessage().contains("cat printed more than 1048576 bytes"), more.getMessage());
    }

    @Test
    void run_tooSlow_isKilledWithItsChildren() throws Exception {
        String sleep = "sleep " + (1_000_000 + ProcessHandle.current().pid());

        HalException slow = assertThrows(
                HalException.class,
                () -> Program.run(Duration.ofMillis(300), List.of("sh", "-c", "echo waits >&2; " + sleep + "; true")));

        assertEquals(HalException.Kind.TIMEOUT, slow.kind());
        assertTrue(slow.getMessage().contains("sh didn't end within 300 ms and was killed: waits"), slow.getMessage());
        for (ProcessHandle killed : ProcessHandle.allProcesses()
                .filter(each -> each.info().commandLine().orElse("").endsWith(sleep))
                .toList()) {
            killed.onExit().get(20, TimeUnit.SECONDS);
        }
    }

    @Test
    void run_daemonLeftBehind_doesNotWaitForIt() throws Exception {
        Result result = Program.run(LONG, List.of("sh", "-c", "sleep 30 & echo $!"));

        assertEquals(0, result.exitCode());
        assertTrue(ProcessHandle.of(Long.parseLong(result.text())).orElseThrow().destroyForcibly());
    }

    @Test
    void run_missingProgram_namesItsPackage() {
        HalException missing =
                assertThrows(HalException.class, () -> Program.run(LONG, List.of("tpm2_no-such-command", "x")));

        assertEquals(HalException.Kind.UNSUPPORTED, missing.kind());
        assertTrue(
                missing.getMessage()
                        .startsWith("tpm2_no-such-command can't be started: install the Debian package tpm2-tools"),
                missing.getMessage());
    }

    @Test
    void run_interrupted_killsAndKeepsTheFlag() {
        Thread.currentThread().interrupt();

        HalException fault = assertThrows(HalException.class, () -> Program.run(LONG, List.of("sleep", "30")));

        assertTrue(Thread.interrupted());
        assertEquals(HalException.Kind.IO, fault.kind());
        assertEquals("sleep was interrupted and killed", fault.getMessage());
    }

    @Test
    void result_text_isStripped() {
        assertEquals("a b", new Result(0, " a b\n".getBytes(UTF_8), "").text());
    }
}
