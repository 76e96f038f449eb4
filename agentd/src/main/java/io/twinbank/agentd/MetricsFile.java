// SPDX-License-Identifier: Apache-2.0
package io.twinbank.agentd;

import io.twinbank.agentd.config.GatewayConfig;
import io.twinbank.core.EventId;
import io.twinbank.core.spi.Metric;
import io.twinbank.core.spi.Metrics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The agent's numbers in a file for the textfile collector of node_exporter, in Prometheus' text format 0.0.4. It is written some time
 * after a number changed, by a thread of its own, as the agent's waits for no disk. A reader finds the old file or the new one, whole. It
 * isn't forced to the medium: after a power cut the counters begin at 0 anyway.
 */
final class MetricsFile implements Metrics {
    private static final Logger LOG = LoggerFactory.getLogger(MetricsFile.class);
    /** What happens at the start is many at once. */
    private static final Duration FIRST = Duration.ofSeconds(1);

    private final Path file;
    private final Duration every;
    private final BiConsumer<Duration, Runnable> later;
    private final Map<Metric, Map<String, Long>> numbers = new EnumMap<>(Metric.class);
    private Duration pause = FIRST;
    private boolean due;
    private boolean troubled;

    /**
     * Makes it.
     *
     * @param file which
     * @param every how often it is written at most
     * @param later runs a task after a pause, one after another
     */
    MetricsFile(Path file, Duration every, BiConsumer<Duration, Runnable> later) {
        this.file = file;
        this.every = every;
        this.later = later;
    }

    /** Returns the file that the configuration asks for, or what goes nowhere. */
    static Metrics of(GatewayConfig config) {
        return config.metrics()
                .<Metrics>map(asked -> new MetricsFile(asked.path(), asked.every(), onThread()))
                .orElseGet(Metrics::none);
    }

    private static BiConsumer<Duration, Runnable> onThread() {
        ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread writer = new Thread(task, "twinbank-metrics");
            writer.setDaemon(true);
            return writer;
        });
        return (pause, task) -> {
            ScheduledFuture<?> unused = thread.schedule(task, pause.toMillis(), TimeUnit.MILLISECONDS);
        };
    }

    @Override
    public synchronized void add(Metric metric, String label, long by) {
        numbers.computeIfAbsent(metric, each -> new TreeMap<>()).merge(label, by, Long::sum);
        changed();
    }

    @Override
    public synchronized void set(Metric metric, String label, long value) {
        numbers.computeIfAbsent(metric, each -> new TreeMap<>()).put(label, value);
        changed();
    }

    private void changed() {
        if (!due) {
            due = true;
            later.accept(pause, this::write);
        }
    }

    private synchronized String takeText() {
        due = false;
        pause = every;
        return text();
    }

    /** What can't be written is said once, and written with the next change. */
    private void write() {
        String text = takeText();
        try {
            Path fresh = file.resolveSibling(file.getFileName() + ".new");
            Files.writeString(fresh, text);
            // The collector runs as somebody else, and the service's umask is for the agent's records.
            Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rw-r--r--"));
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
            troubled = false;
        } catch (IOException e) {
            if (!troubled) {
                LOG.warn("{}", EventId.METRICS_NOT_WRITTEN.line("the metrics can't be written: " + e));
            }
            troubled = true;
        }
    }

    /** Labels' values are names of constants and ids, so that nothing has to be escaped; nor has it in the meanings. */
    private String text() {
        StringBuilder text = new StringBuilder();
        numbers.forEach((metric, values) -> {
            String kind = metric.kind().name().toLowerCase(Locale.ROOT);
            text.append("# HELP ").append(metric.text()).append(' ').append(metric.meaning());
            text.append("\n# TYPE ").append(metric.text()).append(' ').append(kind);
            values.forEach((value, number) -> {
                text.append('\n').append(metric.text());
                if (!metric.label().isEmpty()) {
                    text.append('{').append(metric.label()).append("=\"").append(value);
                    text.append("\"}");
                }
                text.append(' ').append(number);
            });
            text.append('\n');
        });
        return text.toString();
    }
}
