// SPDX-License-Identifier: Apache-2.0
package io.twinbank.agentd.gateway;

import io.twinbank.hal.DeviceClock;
import io.twinbank.hal.HalException;
import io.twinbank.hal.linux.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The kernel's clocks. The date is believed once the kernel says that something keeps it in step: systemd's own client, chrony, or
 * whatever else; until then a gateway without a battery may think that it is 1970.
 */
final class GatewayClock implements DeviceClock {
    private static final Logger LOG = LoggerFactory.getLogger(GatewayClock.class);
    private static final Path UPTIME = Path.of("/proc/uptime");
    private static final Path IN_STEP = Path.of("/run/systemd/timesync/synchronized");
    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final Duration ASK_AGAIN = Duration.ofMinutes(1);
    private static final double NANOS = 1e9;

    private final Optional<Path> bootedAt;
    private boolean inStep;
    private Optional<Long> asked = Optional.empty();

    /**
     * Makes a clock.
     *
     * @param bootedAt for tests: a file whose time is that of the boot; empty for the kernel's
     */
    GatewayClock(Optional<Path> bootedAt) {
        this.bootedAt = bootedAt;
    }

    @Override
    public long monotonicNanos() {
        return System.nanoTime();
    }

    @Override
    public Duration sinceBoot() {
        try {
            if (bootedAt.isPresent()) {
                Duration since = Duration.between(
                        Files.getLastModifiedTime(bootedAt.get()).toInstant(), Instant.now());
                return since.isNegative() ? Duration.ZERO : since;
            }
            String text = Files.readString(UPTIME);
            return Duration.ofNanos((long) (Double.parseDouble(text.substring(0, text.indexOf(' '))) * NANOS));
        } catch (IOException e) {
            LOG.warn("how long ago the boot was can't be read, so it counts as just now: {}", e.toString());
            return Duration.ZERO;
        }
    }

    @Override
    public Optional<Instant> wallClock() {
        return isInStep() ? Optional.of(Instant.now()) : Optional.empty();
    }

    /** Once in step the kernel's clock stays good enough for dates in manifests, without a network as well. */
    private boolean isInStep() {
        if (!inStep) {
            inStep = Files.exists(IN_STEP) || kernelSaysSo();
        }
        return inStep;
    }

    private boolean kernelSaysSo() {
        long now = monotonicNanos();
        if (asked.filter(last -> now - last < ASK_AGAIN.toNanos()).isPresent()) {
            return false;
        }
        asked = Optional.of(now);
        try {
            return Program.run(LIMIT, List.of("timedatectl", "show", "--property=NTPSynchronized", "--value"))
                    .text()
                    .equals("yes");
        } catch (HalException e) {
            LOG.debug("nobody knows whether the clock is right: {}", e.getMessage());
            return false;
        }
    }
}
