// SPDX-License-Identifier: Apache-2.0
package io.twinbank.agentd.gateway;

import io.twinbank.core.spi.HealthGauges;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;

/** What the kernel and systemd say of how well a gateway works. What can't be read tells nothing. */
public final class LinuxGauges implements HealthGauges {
    private static final String LOAD = "load";
    private static final String MEMORY = "memory";
    private static final String RESTARTS = "restarts";
    private static final String NETWORK_ERRORS = "net-errors";
    /** Of MiB in /proc/meminfo's kB. */
    private static final double KIB_PER_MIB = 1024;

    private static final int RECEIVE_ERRORS = 2;
    private static final int SEND_ERRORS = 10;
    private final Path root;
    private final ServiceRestarts restarts;

    /**
     * Makes them.
     *
     * @param root the root of the file system
     */
    public LinuxGauges(Path root) {
        this(root, ServiceRestarts.ofSystemd());
    }

    LinuxGauges(Path root, ServiceRestarts restarts) {
        this.root = root;
        this.restarts = restarts;
    }

    /** Network errors are only reported: the cable isn't the image's fault. */
    @Override
    public List<Gauge> gauges() {
        return List.of(
                new Gauge(LOAD, Kind.LEVEL, Worse.MORE, true, 0.25),
                new Gauge(MEMORY, Kind.LEVEL, Worse.LESS, true, 32),
                new Gauge(RESTARTS, Kind.COUNTER, Worse.MORE, true, 3),
                new Gauge(NETWORK_ERRORS, Kind.COUNTER, Worse.MORE, false, 100));
    }

    @Override
    public OptionalDouble read(String name) {
        try {
            return switch (name) {
                case LOAD -> load();
                case MEMORY -> memory();
                case RESTARTS -> restarts();
                case NETWORK_ERRORS -> networkErrors();
                default -> OptionalDouble.empty();
            };
        } catch (IOException | NumberFormatException | IndexOutOfBoundsException e) {
            return OptionalDouble.empty();
        }
    }

    /** The load average of the last minute, per processor. */
    private OptionalDouble load() throws IOException {
        String text = Files.readString(root.resolve("proc/loadavg"));
        double load = Double.parseDouble(text.substring(0, text.indexOf(' ')));
        return OptionalDouble.of(load / Runtime.getRuntime().availableProcessors());
    }

    /** What is available without swapping, in MiB. */
    private OptionalDouble memory() throws IOException {
        for (String line : Files.readAllLines(root.resolve("proc/meminfo"))) {
            if (line.startsWith("MemAvailable:")) {
                return OptionalDouble.of(Double.parseDouble(line.split("\\s+", -1)[1]) / KIB_PER_MIB);
            }
        }
        return OptionalDouble.empty();
    }

    private OptionalDouble restarts() {
        return Files.isDirectory(root.resolve("run/systemd/system")) ? restarts.read() : OptionalDouble.empty();
    }

    /** Over all interfaces but the loopback. */
    private OptionalDouble networkErrors() throws IOException {
        double errors = 0;
        for (String line : Files.readAllLines(root.resolve("proc/net/dev"))) {
            int colon = line.indexOf(':');
            if (colon > 0 && !line.substring(0, colon).strip().equals("lo")) {
                String[] fields = line.substring(colon + 1).strip().split("\\s+", -1);
                errors += Double.parseDouble(fields[RECEIVE_ERRORS]) + Double.parseDouble(fields[SEND_ERRORS]);
            }
        }
        return OptionalDouble.of(errors);
    }
}
