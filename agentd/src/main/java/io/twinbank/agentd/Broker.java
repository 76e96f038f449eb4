// SPDX-License-Identifier: Apache-2.0
package io.twinbank.agentd;

import io.twinbank.agentd.config.GatewayConfig;
import io.twinbank.agentd.config.GatewayConfig.Mqtt;
import io.twinbank.agentd.gateway.Gateway;
import io.twinbank.agentd.gateway.Tls;
import io.twinbank.core.spi.UpdateTransport;
import io.twinbank.mqtt.MqttTransport;
import io.twinbank.mqtt.MqttTransportBuilder;
import java.io.IOException;
import java.util.Optional;

/** The way to the fleet's broker, with the gateway's own key where it has one. */
final class Broker {
    private Broker() {}

    static Optional<UpdateTransport> transport(GatewayConfig config, Gateway gateway) throws IOException {
        if (config.mqtt().isEmpty()) {
            return Optional.empty();
        }
        Mqtt mqtt = config.mqtt().get();
        MqttTransportBuilder builder = MqttTransport.builder()
                .serverUri(mqtt.uri().toString())
                .deviceId(config.device().name())
                .topicPrefix(mqtt.topicPrefix());
        config.groups().forEach(builder::group);
        if ("tcp".equals(mqtt.uri().getScheme())) {
            builder.allowPlaintext(true); // the configuration allows it on this machine only
        } else {
            builder.tls(Tls.context(mqtt.ca(), gateway.tlsKeys()));
        }
        return Optional.of(builder.build());
    }
}
