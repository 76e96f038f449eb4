// SPDX-License-Identifier: Apache-2.0
package io.twinbank.agentd;

import io.twinbank.core.EventId;
import io.twinbank.core.spi.SelfTest;
import io.twinbank.hal.HalException;
import io.twinbank.hal.linux.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The self-test as programs in two folders. Each in {@code required} has to end with exit code 0; with 75, as of {@code EX_TEMPFAIL} in
 * {@code sysexits.h}, it is asked again until the trial's deadline; with any other the trial fails. What those in {@code wanted} say is
 * only logged. They run one after another, in the order of their names, and each may take a minute.
 */
final class HealthFolder implements SelfTest {
    private static final Logger LOG = LoggerFactory.getLogger(HealthFolder.class);
    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final int NOT_YET = 75;
    private static final int MAX_SAID = 100;

    private final Path folder;

    HealthFolder(Path folder) {
        this.folder = folder;
    }

    @Override
    public Result run() throws IOException {
        for (Path program : programs(folder.resolve("required"))) {
            Program.Result ended = run(program);
            if (ended.exitCode() == NOT_YET) {
                return Result.notYet(said(program, ended));
            } else if (ended.exitCode() != 0) {
                return Result.fail(said(program, ended));
            }
        }
        for (Path program : programs(folder.resolve("wanted"))) {
            try {
                Program.Result ended = run(program);
                if (ended.exitCode() != 0) {
                    notPassed(said(program, ended));
                }
            } catch (HalException e) {
                notPassed(String.valueOf(e.getMessage()));
            }
        }
        return Result.pass();
    }

    private static void notPassed(String why) {
        LOG.warn("{}", EventId.CHECK_NOT_PASSED.line("a wanted health check isn't passed: " + why));
    }

    private static Program.Result run(Path program) throws HalException {
        return Program.run(LIMIT, List.of(program.toString()));
    }

    private static String said(Path program, Program.Result ended) {
        String text = (ended.text() + " " + ended.error()).strip();
        return program.getFileName() + " ended with " + ended.exitCode()
                + (text.isEmpty() ? "" : ": " + text.substring(0, Math.min(MAX_SAID, text.length())));
    }

    /** A folder that isn't there has no programs in it. */
    static List<Path> programs(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(folder)) {
            return new ArrayList<>(entries.filter(Files::isRegularFile)
                    .filter(Files::isExecutable)
                    .sorted()
                    .toList());
        }
    }
}
