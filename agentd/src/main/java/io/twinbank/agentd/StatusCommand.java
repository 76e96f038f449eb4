// SPDX-License-Identifier: Apache-2.0
package io.twinbank.agentd;

import io.twinbank.agentd.config.ConfigException;
import io.twinbank.agentd.config.GatewayConfig;
import io.twinbank.agentd.control.ControlClient;
import io.twinbank.agentd.gateway.Gateway;
import io.twinbank.core.OtaAgent;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code twinbank status}: asks the running agent, or reads the gateway itself. */
@Command(
        name = "status",
        description =
                "Tells how the gateway stands: which bank runs, what each holds, the trial, the update, the last outcome.",
        mixinStandardHelpOptions = true)
final class StatusCommand extends Answering implements Callable<Integer> {
    /** Made by picocli. */
    StatusCommand() {}

    @Override
    public Integer call() throws ConfigException, IOException {
        GatewayConfig config = options().config();
        ControlClient daemon = ConfigOptions.daemon(config);
        if (daemon.answers()) {
            return daemon.status(options().json(), replies());
        }
        try (Gateway board = Gateway.look(config)) {
            return StatusReport.of(StatusReport.Board.read(board), OtaAgent.read(board), Optional.empty(), false)
                    .tell(options().json(), replies());
        }
    }
}
