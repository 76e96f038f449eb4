// SPDX-License-Identifier: Apache-2.0
package io.twinbank.agentd;

import io.twinbank.agentd.config.ConfigException;
import io.twinbank.agentd.config.GatewayConfig;
import io.twinbank.agentd.control.ControlClient;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** What all commands take. */
final class ConfigOptions {
    private static final String SOCKET = "control.sock";

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "the configuration file; /etc/twinbank/twinbank.conf if it isn't given")
    private Path file = GatewayConfig.DEFAULT_FILE;

    @Option(names = "--json", description = "answer with one JSON object on the last line")
    private boolean json;

    /** Made by picocli. */
    ConfigOptions() {}

    GatewayConfig config() throws ConfigException {
        return GatewayConfig.read(file);
    }

    boolean json() {
        return json;
    }

    static Path socket(GatewayConfig config) {
        return config.stateDir().resolve(SOCKET);
    }

    static ControlClient daemon(GatewayConfig config) {
        return new ControlClient(socket(config));
    }
}
