// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal.linux;

import io.twinbank.hal.HalException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Runs other programs, where the kernel's interface is out of the JDK's reach. Never through a shell, and in the C locale, so that what
 * they print can be read. The caller's thread does all of it.
 */
public final class Program {
    static final int MAX_OUTPUT_BYTES = 1 << 20;
    /** What fits into a pipe that nobody reads, on every kernel. */
    static final int MAX_INPUT_BYTES = 4096;

    private static final Duration SLICE = Duration.ofMillis(10);
    private static final Duration LAST_BREATH = Duration.ofSeconds(10);
    private static final Map<String, String> PACKAGES = Map.of(
            "blkdiscard", "util-linux",
            "efibootmgr", "efibootmgr",
            "flash_erase", "mtd-utils",
            "ubiupdatevol", "mtd-utils");

    /**
     * How a program ended.
     *
     * @param exitCode 0 if all went well; more than 128 if a signal ended it
     * @param output what it printed
     * @param error what it complained about, without white space around it
     */
    @SuppressWarnings("ArrayRecordComponent") // made here, and handed to one caller
    public record Result(int exitCode, byte[] output, String error) {
        public String text() {
            return new String(output, StandardCharsets.UTF_8).strip();
        }
    }

    private Program() {}

    /**
     * Runs a program to its end.
     *
     * @param limit how long it may take; then it is killed
     * @param command its name or path, and the arguments
     * @return how it ended, whatever the exit code
     * @throws HalException {@code UNSUPPORTED} if it can't be started; {@code TIMEOUT}; {@code IO} if it prints more than 1 MiB
     */
    public static Result run(Duration limit, List<String> command) throws HalException {
        return run(limit, command, new byte[0]);
    }

    /**
     * Runs a program to its end.
     *
     * @param limit how long it may take; then it is killed
     * @param command its name or path, and the arguments
     * @param input what it reads from its standard input, at most 4096 bytes
     * @return how it ended, whatever the exit code
     * @throws HalException {@code UNSUPPORTED} if it can't be started; {@code TIMEOUT}; {@code IO} if it prints more than 1 MiB
     */
    public static Result run(Duration limit, List<String> command, byte[] input) throws HalException {
        if (input.length > MAX_INPUT_BYTES) {
            throw new IllegalArgumentException("input of " + input.length + " bytes, at most " + MAX_INPUT_BYTES);
        }
        Process process = start(command);
        feed(process, input);
        return await(process, command.get(0), limit);
    }

    /**
     * Waits for a program that was started by {@link #start}, whose input has ended.
     *
     * @param process the program
     * @param name for messages
     * @param limit how long it may take from now; then it is killed
     * @return how it ended
     * @throws HalException as {@link #run}
     */
    static Result await(Process process, String name, Duration limit) throws HalException {
        try {
            ByteArrayOutputStream output = new ByteArrayOutputStream();
            ByteArrayOutputStream error = new ByteArrayOutputStream();
            boolean ended = false;
            for (long slices = limit.dividedBy(SLICE); !ended && slices >= 0; slices--) {
                ended = process.waitFor(SLICE.toNanos(), TimeUnit.NANOSECONDS);
                drain(process.getInputStream(), output, name);
                drain(process.getErrorStream(), error, name);
            }
            if (!ended) {
                throw new HalException(
                        HalException.Kind.TIMEOUT,
                        name + " didn't end within " + limit.toMillis() + " ms and was killed" + said(error));
            }
            return new Result(
                    process.exitValue(),
                    output.toByteArray(),
                    error.toString(StandardCharsets.UTF_8).strip());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new HalException(HalException.Kind.IO, name + " was interrupted and killed", e);
        } catch (IOException e) {
            throw Disk.fault("run", Path.of(name), e);
        } finally {
            kill(process);
        }
    }

    /** Starts a program that is fed by the caller, and ends by {@link #await} or {@link #stop}. */
    static Process start(List<String> command) throws HalException {
        String name = command.get(0);
        try {
            ProcessBuilder builder = new ProcessBuilder(command);
            builder.environment().put("LC_ALL", "C");
            return builder.start();
        } catch (IOException e) {
            throw new HalException(
                    HalException.Kind.UNSUPPORTED,
                    name + " can't be started: install the Debian package " + packageOf(name) + ": " + e.getMessage(),
                    e);
        }
    }

    private static String packageOf(String name) {
        return name.startsWith("tpm2_") ? "tpm2-tools" : PACKAGES.getOrDefault(name, "that has it");
    }

    /** One that ends without having read it all tells by its exit code. */
    private static void feed(Process process, byte[] input) {
        try (OutputStream stdin = process.getOutputStream()) {
            stdin.write(input);
        } catch (IOException e) {
            return;
        }
    }

    /** Only what is there: a daemon that the program left behind may hold the pipe open for ever. */
    private static void drain(InputStream from, ByteArrayOutputStream to, String name) throws IOException {
        for (int count = from.available(); count > 0; count = from.available()) {
            if (count > MAX_OUTPUT_BYTES - to.size()) {
                throw new HalException(
                        HalException.Kind.IO, name + " printed more than " + MAX_OUTPUT_BYTES + " bytes");
            }
            to.write(from.readNBytes(count));
        }
    }

    private static String said(ByteArrayOutputStream error) {
        String text = error.toString(StandardCharsets.UTF_8).strip();
        return text.isEmpty() ? "" : ": " + text;
    }

    /** Ends a program that was started by {@link #start}; on return it is gone, with what it held open. */
    static void stop(Process process, String name) throws HalException {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        try {
            if (!process.waitFor(LAST_BREATH.toSeconds(), TimeUnit.SECONDS)) {
                throw new HalException(
                        HalException.Kind.TIMEOUT,
                        name + " was killed, and hadn't gone after " + LAST_BREATH.toSeconds() + " s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new HalException(HalException.Kind.IO, name + " was killed, and may not have gone yet", e);
        }
    }

    private static void kill(Process process) {
        if (process.isAlive()) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
        try {
            process.getInputStream().close();
            process.getErrorStream().close();
        } catch (IOException e) {
            return;
        }
    }
}
