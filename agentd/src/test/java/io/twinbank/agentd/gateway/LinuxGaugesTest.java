// SPDX-License-Identifier: Apache-2.0
package io.twinbank.agentd.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.twinbank.core.spi.HealthGauges.Gauge;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalDouble;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LinuxGaugesTest {
    @TempDir
    private Path root;

    private OptionalDouble read(String gauge, String path, String content) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
        return new LinuxGauges(root).read(gauge);
    }

    @Test
    void load_isThatOfAMinutePerProcessor() throws IOException {
        double processors = Runtime.getRuntime().availableProcessors();

        assertEquals(OptionalDouble.of(1.5 / processors), read("load", "proc/loadavg", "1.50 0.40 0.30 2/345 6789\n"));
    }

    @Test
    void memory_isWhatIsAvailableInMiB() throws IOException {
        assertEquals(
                OptionalDouble.of(400),
                read("memory", "proc/meminfo", "MemTotal:  1024000 kB\nMemFree: 1 kB\nMemAvailable:  409600 kB\n"));
    }

    @Test
    void networkErrors_areThoseOfAllInterfacesButTheLoopback() throws IOException {
        String dev = "Inter-|   Receive                     |  Transmit\n"
                + " face |bytes packets errs drop fifo frame compressed multicast|bytes packets errs drop fifo colls"
                + " carrier compressed\n"
                + "    lo: 1 1 99 0 0 0 0 0 1 1 99 0 0 0 0 0\n"
                + "  eth0: 1 1 3 0 0 0 0 0 1 1 4 0 0 0 0 0\n"
                + " wwan0:1 1 10 0 0 0 0 0 1 1 20 0 0 0 0 0\n";

        assertEquals(OptionalDouble.of(37), read("net-errors", "proc/net/dev", dev));
    }

    @Test
    void restarts_whereSystemdRuns_areItsCount() throws IOException {
        ServiceRestarts restarts = new ServiceRestarts(List.of("echo", "3"), Duration.ofMinutes(1));
        LinuxGauges gauges = new LinuxGauges(root, restarts);
        assertEquals(OptionalDouble.empty(), gauges.read("restarts"));

        Files.createDirectories(root.resolve("run/systemd/system"));

        Awaitility.await().until(() -> gauges.read("restarts").equals(OptionalDouble.of(3)));
    }

    @Test
    void read_whatIsntThereOrMakesNoSense_tellsNothing() throws IOException {
        for (Gauge gauge : new LinuxGauges(root).gauges()) {
            assertEquals(OptionalDouble.empty(), new LinuxGauges(root).read(gauge.name()), gauge.name());
        }
        assertEquals(OptionalDouble.empty(), read("load", "proc/loadavg", "?"));
        assertEquals(OptionalDouble.empty(), read("memory", "proc/meminfo", "MemAvailable:\n"));
        assertEquals(OptionalDouble.empty(), read("net-errors", "proc/net/dev", "eth0: 1 2\n"));
    }
}
