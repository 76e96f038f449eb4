// SPDX-License-Identifier: Apache-2.0
package io.twinbank.agentd;

import io.twinbank.agentd.config.ConfigException;
import io.twinbank.agentd.config.GatewayConfig;
import io.twinbank.agentd.control.ControlClient;
import io.twinbank.agentd.gateway.Gateway;
import io.twinbank.core.spi.Metrics;
import io.twinbank.core.spi.SelfTest;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code twinbank confirm}: an operator's word in place of the self-test. */
@Command(
        name = "confirm",
        description = "Makes the bank on trial permanent, in place of its self-test.",
        mixinStandardHelpOptions = true)
final class ConfirmCommand extends Answering implements Callable<Integer> {
    /** Made by picocli. */
    ConfirmCommand() {}

    @Override
    public Integer call() throws ConfigException, IOException {
        GatewayConfig config = options().config();
        ControlClient daemon = ConfigOptions.daemon(config);
        if (daemon.answers()) {
            return daemon.confirm(options().json(), replies());
        }
        try (Gateway gateway = Gateway.open(config);
                AgentHost host = AgentHost.of(
                        gateway,
                        Optional.empty(),
                        () -> SelfTest.Result.notYet("waiting for this command"),
                        Metrics.none())) {
            host.start();
            return host.confirm(options().json(), replies());
        }
    }
}
