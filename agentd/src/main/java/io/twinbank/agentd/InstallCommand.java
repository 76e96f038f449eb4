// SPDX-License-Identifier: Apache-2.0
package io.twinbank.agentd;

import io.twinbank.agentd.config.ConfigException;
import io.twinbank.agentd.config.GatewayConfig;
import io.twinbank.agentd.control.ControlClient;
import io.twinbank.agentd.gateway.Gateway;
import io.twinbank.core.spi.Metrics;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code twinbank install}: the same checks and the same steps as an update that comes over the network. */
@Command(
        name = "install",
        description = {
            "Installs an update from a file or an https address, such as a USB stick's.",
            "The payload is taken from beside the file, where it has the name that the manifest's address ends in."
        },
        mixinStandardHelpOptions = true)
final class InstallCommand extends Answering implements Callable<Integer> {
    @Parameters(paramLabel = "FILE|URL", description = "the SUIT envelope")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String envelope;

    /** Made by picocli. */
    InstallCommand() {}

    @Override
    public Integer call() throws ConfigException, IOException {
        GatewayConfig config = options().config();
        FetchedEnvelope fetched = FetchedEnvelope.of(envelope);
        ControlClient daemon = ConfigOptions.daemon(config);
        if (daemon.answers()) {
            return daemon.install(fetched.bytes(), fetched.folder(), options().json(), replies());
        }
        try (Gateway gateway = Gateway.open(config);
                AgentHost host = AgentHost.of(gateway, Optional.empty(), AgentHost.selfTest(config), Metrics.none())) {
            host.start();
            return host.install(fetched.bytes(), fetched.folder(), options().json(), replies());
        }
    }
}
