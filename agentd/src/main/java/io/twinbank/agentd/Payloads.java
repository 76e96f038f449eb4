// SPDX-License-Identifier: Apache-2.0
package io.twinbank.agentd;

import io.twinbank.agentd.config.GatewayConfig.HostPort;
import io.twinbank.agentd.config.GatewayConfig.Http;
import io.twinbank.agentd.gateway.Gateway;
import io.twinbank.agentd.gateway.Tls;
import io.twinbank.core.HttpPayloads;
import io.twinbank.core.spi.PayloadSource;
import java.io.IOException;
import java.util.Optional;

/** Where payloads come from, as the configuration says. */
final class Payloads {
    private Payloads() {}

    /** By HTTPS, with the gateway's own key where it has one. */
    static PayloadSource byHttp(Gateway gateway) throws IOException {
        Http config = gateway.config().http();
        HttpPayloads payloads = HttpPayloads.builder();
        if (gateway.tlsKeys().length > 0) {
            payloads.sslContext(Tls.context(Optional.empty(), gateway.tlsKeys()));
        }
        if (config.proxy().isPresent()) {
            HostPort proxy = config.proxy().get();
            payloads.proxy(proxy.host(), proxy.port());
            if (config.login().isPresent()) {
                Login.read(config.login().get())
                        .use((user, password) -> payloads.proxy(proxy.host(), proxy.port(), user, password));
            }
        }
        config.mirrors().forEach(mirror -> payloads.mirror(mirror.prefix(), mirror.replacement()));
        config.redirectHosts().forEach(payloads::allowHost);
        if (config.rangeBytes() > 0) {
            payloads.rangeBytes(config.rangeBytes());
        }
        return payloads.build();
    }
}
