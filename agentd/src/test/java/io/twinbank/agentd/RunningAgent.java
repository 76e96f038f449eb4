// SPDX-License-Identifier: Apache-2.0
package io.twinbank.agentd;

import io.twinbank.agentd.config.ConfigException;
import io.twinbank.agentd.config.GatewayConfig;
import io.twinbank.agentd.control.ControlServer;
import io.twinbank.agentd.gateway.Gateway;
import java.io.IOException;
import java.util.Optional;
import org.awaitility.Awaitility;

/** The daemon's parts in this process, as {@code twinbank run} has them. */
final class RunningAgent implements AutoCloseable {
    final GatewayConfig config;
    final AgentHost host;
    private final Gateway gateway;
    private final ControlServer control;

    private final GatewayOnFiles files;

    RunningAgent(GatewayOnFiles files) throws IOException {
        this.files = files;
        try {
            config = GatewayConfig.read(files.config);
        } catch (ConfigException e) {
            throw new IOException(e);
        }
        gateway = Gateway.open(config);
        host = AgentHost.of(gateway, Optional.empty(), AgentHost.selfTest(config), MetricsFile.of(config));
        control = ControlServer.start(ConfigOptions.socket(config), host);
        host.start();
        Awaitility.await().until(() -> host.agentStatus().running().isPresent());
    }

    /** Waits until the update has ended, or the agent wants the gateway restarted. */
    void awaitRest() {
        Awaitility.await()
                .until(() ->
                        files.isRestarting() || host.agentStatus().lastOutcome().isPresent());
    }

    @Override
    public void close() {
        control.close();
        host.close();
        gateway.close();
    }
}
