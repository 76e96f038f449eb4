// SPDX-License-Identifier: Apache-2.0
package io.twinbank.agentd;

import io.twinbank.core.EventId;
import io.twinbank.hal.HalException;
import io.twinbank.hal.linux.Program;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** systemd, if it has started this process and wants to hear from it (sd_notify(3)); its socket is a kind that Java doesn't have. */
final class ServiceManager {
    private static final Logger LOG = LoggerFactory.getLogger(ServiceManager.class);
    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final Duration IDLE = Duration.ofHours(1);

    private final boolean listens;
    private final Optional<Duration> watchdog;

    private ServiceManager(boolean listens, Optional<Duration> watchdog) {
        this.listens = listens;
        this.watchdog = watchdog;
    }

    static ServiceManager ofThisProcess() {
        String micros = System.getenv("WATCHDOG_USEC");
        return new ServiceManager(
                System.getenv("NOTIFY_SOCKET") != null,
                micros != null && micros.matches("[1-9][0-9]{0,17}")
                        ? Optional.of(Duration.of(Long.parseLong(micros), ChronoUnit.MICROS))
                        : Optional.empty());
    }

    /** Returns after how long it wants to hear again: a third of its patience. */
    Duration pause() {
        return watchdog.map(patience -> patience.dividedBy(3)).orElse(IDLE);
    }

    void ready() {
        tell("--ready");
    }

    void stopping() {
        tell("STOPPING=1");
    }

    void alive() {
        if (watchdog.isPresent()) {
            tell("WATCHDOG=1");
        }
    }

    private void tell(String what) {
        if (!listens) {
            return;
        }
        try {
            Program.Result ended = Program.run(LIMIT, List.of("systemd-notify", what));
            if (ended.exitCode() != 0) {
                notTold(what, ended.error());
            }
        } catch (HalException e) {
            notTold(what, String.valueOf(e.getMessage()));
        }
    }

    private static void notTold(String what, String why) {
        LOG.warn(EventId.SYSTEMD_NOT_TOLD.line("systemd wasn't told {}: {}"), what, why);
    }
}
