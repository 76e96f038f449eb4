// SPDX-License-Identifier: Apache-2.0
package io.twinbank.agentd;

import io.twinbank.agentd.config.ConfigException;
import io.twinbank.agentd.control.ControlClient;
import java.io.IOException;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code twinbank consent}: the word of somebody at the site. */
@Command(
        name = "consent",
        description = "Agrees to the update that waits for somebody at the site, or postpones it.",
        mixinStandardHelpOptions = true)
final class ConsentCommand extends Answering implements Callable<Integer> {
    @Option(
            names = "--defer",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description = "postpone it, such as 8h, as long and as often as policy.consent allows")
    private @Nullable Duration defer;

    /** Made by picocli. */
    ConsentCommand() {}

    @Override
    public Integer call() throws ConfigException, IOException {
        ControlClient daemon = ConfigOptions.daemon(options().config());
        if (!daemon.answers()) {
            throw new IOException("no agent runs that could wait; 'twinbank run' starts one");
        }
        OptionalLong seconds = defer == null ? OptionalLong.empty() : OptionalLong.of(defer.toSeconds());
        return daemon.consent(seconds, options().json(), replies());
    }
}
