// SPDX-License-Identifier: Apache-2.0
package io.twinbank.agentd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.core.spi.Metric;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetricsFileTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    @TempDir
    private Path folder;

    private final List<Duration> pauses = new ArrayList<>();
    private final List<Runnable> tasks = new ArrayList<>();

    private MetricsFile metrics(Path file) {
        return new MetricsFile(file, MINUTE, (pause, task) -> {
            pauses.add(pause);
            tasks.add(task);
        });
    }

    private Path file() {
        return folder.resolve("twinbank.prom");
    }

    private void write() {
        tasks.remove(0).run();
    }

    @Test
    void file_numbers_areInTheFormOfPrometheus() throws IOException {
        MetricsFile metrics = metrics(file());
        metrics.add(Metric.EVENTS, "link.online", 1);
        metrics.add(Metric.EVENTS, "link.online", 1);
        metrics.add(Metric.EVENTS, "update.installed", 0);
        metrics.add(Metric.FETCHED_BYTES, "", 5_000_000_000L);
        metrics.set(Metric.LINK_UP, "", 1);
        metrics.set(Metric.STATE, "IDLE", 0);
        metrics.set(Metric.STATE, "DOWNLOADING", 1);

        write();

        assertEquals(
                Map.of(
                        "twinbank_events_total{event=\"link.online\"}", 2.0,
                        "twinbank_events_total{event=\"update.installed\"}", 0.0,
                        "twinbank_fetched_bytes_total", 5e9,
                        "twinbank_link_up", 1.0,
                        "twinbank_state{state=\"IDLE\"}", 0.0,
                        "twinbank_state{state=\"DOWNLOADING\"}", 1.0),
                Exposition.of(Files.readString(file())).samples());
    }

    @Test
    void file_everyMetric_isInTheFormOfPrometheus() throws IOException {
        MetricsFile metrics = metrics(file());
        for (Metric metric : Metric.values()) {
            String label = metric.label().isEmpty() ? "" : "x.Y_1";
            if (metric.kind() == Metric.Kind.COUNTER) {
                metrics.add(metric, label, 1);
            } else {
                metrics.set(metric, label, 1);
            }
        }

        write();

        Exposition written = Exposition.of(Files.readString(file()));
        assertEquals(Metric.values().length, written.samples().size());
        for (Metric metric : Metric.values()) {
            assertEquals(metric.meaning(), written.help().get(metric.text()));
        }
    }

    @Test
    void changes_areWrittenTogetherAfterAPause() throws IOException {
        MetricsFile metrics = metrics(file());
        metrics.set(Metric.LINK_UP, "", 1);
        metrics.set(Metric.WAITING, "", 1);
        assertFalse(Files.exists(file()));
        write();
        metrics.set(Metric.LINK_UP, "", 0);
        metrics.add(Metric.FETCHED_BYTES, "", 1);

        assertEquals(List.of(Duration.ofSeconds(1), MINUTE), pauses);
        assertTrue(Files.readString(file()).contains("twinbank_link_up 1\n"), "an old file until then");
        write();
        assertTrue(Files.readString(file()).contains("twinbank_link_up 0\n"));
        assertEquals(List.of(), tasks, "nothing is written while nothing changes");
    }

    @Test
    void file_isAloneAndForEverybodyToRead() throws IOException {
        Files.createFile( // as the service's umask would have it, and a cut leaves it behind
                folder.resolve("twinbank.prom.new"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        metrics(file()).set(Metric.LINK_UP, "", 1);

        write();

        assertEquals("rw-r--r--", PosixFilePermissions.toString(Files.getPosixFilePermissions(file())));
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(List.of(file()), files.toList());
        }
    }

    @Test
    void folder_isntThere_isTriedAgain() throws IOException {
        Path file = folder.resolve("run/twinbank.prom");
        MetricsFile metrics = metrics(file);
        metrics.set(Metric.LINK_UP, "", 1);
        write();
        Files.createDirectory(folder.resolve("run"));

        metrics.add(Metric.FETCHED_BYTES, "", 1);
        write();

        assertEquals(2, Exposition.of(Files.readString(file)).samples().size());
    }

    @Test
    void update_ofAGateway_changesTheNumbers() throws Exception {
        GatewayOnFiles files = new GatewayOnFiles(folder).with("metrics.file = numbers.prom", "metrics.every = 1s");
        Path numbers = files.file("numbers.prom");
        try (RunningAgent agent = new RunningAgent(files)) {
            await(numbers, "twinbank_state{state=\"IDLE\"}", 1);
            await(numbers, "twinbank_events_total{event=\"update.installed\"}", 0);

            files.twinbank(
                    "install", files.update(7, GatewayOnFiles.image(2, 100_003)).toString());
            agent.awaitRest();

            await(numbers, "twinbank_state{state=\"ARMED\"}", 1);
            await(numbers, "twinbank_written_bytes_total", 100_003);
        }
    }

    private static void await(Path file, String sample, double value) {
        Awaitility.await()
                .atMost(20, TimeUnit.SECONDS)
                .ignoreExceptions()
                .until(() -> Exposition.of(Files.readString(file)).samples().get(sample) == value);
    }
}
