// SPDX-License-Identifier: Apache-2.0
package io.twinbank.agentd;

import io.twinbank.agentd.config.ConfigException;
import io.twinbank.agentd.config.GatewayConfig;
import io.twinbank.agentd.control.ControlClient;
import io.twinbank.agentd.gateway.LinuxSite;
import io.twinbank.core.policy.Forecast;
import io.twinbank.core.policy.Rollout;
import io.twinbank.core.policy.Situation;
import io.twinbank.core.policy.Standing;
import io.twinbank.core.policy.Update;
import io.twinbank.core.suit.Digest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code twinbank plan}: when an update would happen, by the site's policy. */
@Command(
        name = "plan",
        description = {
            "Tells ahead of time when an update would happen: the one that waits or is under way, or one that is offered now.",
            "Exit code 1: it wouldn't happen until then."
        },
        mixinStandardHelpOptions = true)
final class PlanCommand extends Answering implements Callable<Integer> {
    private static final Duration LONGEST = Duration.ofDays(3650);

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(
            names = "--until",
            paramLabel = "WHEN",
            defaultValue = "30d",
            description = "how far to look: a time such as 14d, a date, or a date and time such as 2027-01-31T06:00 in"
                    + " policy.zone; default ${DEFAULT-VALUE}")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String until;

    @Option(
            names = "--bytes",
            paramLabel = "N",
            defaultValue = "0",
            description =
                    "how many bytes have to be fetched for an update that is offered now; default ${DEFAULT-VALUE}")
    private long bytes;

    /** Made by picocli. */
    PlanCommand() {}

    @Override
    public Integer call() throws ConfigException, IOException {
        GatewayConfig config = options().config();
        Instant now = Instant.now();
        Duration ahead = ahead(config.policy().zone(), now);
        ControlClient daemon = ConfigOptions.daemon(config);
        if (daemon.answers()) {
            return daemon.plan(ahead.toSeconds(), bytes, options().json(), replies());
        }
        return PlanReport.of(alone(config, ahead), config.policy().zone())
                .tell(options().json(), replies());
    }

    private Duration ahead(ZoneId zone, Instant now) {
        Duration ahead = until(zone, now);
        if (ahead.isNegative() || ahead.compareTo(LONGEST) > 0) {
            throw new ParameterException(
                    spec.commandLine(), "--until: " + until + ", expected at most ten years from now on");
        }
        return ahead;
    }

    private Duration until(ZoneId zone, Instant now) {
        try {
            return new DurationConverter().convert(until);
        } catch (RuntimeException notATime) {
            try {
                LocalDateTime local = until.contains("T")
                        ? LocalDateTime.parse(until)
                        : LocalDate.parse(until).atTime(23, 59);
                return Duration.between(now, local.atZone(zone).toInstant());
            } catch (DateTimeException e) {
                throw new ParameterException(
                        spec.commandLine(), "--until: '" + until + "', expected such as 14d or 2027-01-31", e);
            }
        }
    }

    /** What the policy alone says: nobody knows here what an agent remembers. */
    private Forecast alone(GatewayConfig config, Duration ahead) {
        Situation now = new LinuxSite(Path.of("/"), config.site()).situation();
        Update update = new Update(Digest.sha256(new byte[32]), bytes, 1, false, Rollout.everybody());
        return config.policy().forecast(update, now, Standing.none(), ahead);
    }
}
