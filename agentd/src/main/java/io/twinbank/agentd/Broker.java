// SPDX-License-Identifier: Apache-2.0
package io.twinbank.agentd;

import io.twinbank.agentd.config.GatewayConfig;
import io.twinbank.agentd.config.GatewayConfig.HostPort;
import io.twinbank.agentd.config.GatewayConfig.Keys;
import io.twinbank.agentd.config.GatewayConfig.Mqtt;
import io.twinbank.agentd.gateway.Gateway;
import io.twinbank.agentd.gateway.Tls;
import io.twinbank.mqtt.MqttTransport;
import io.twinbank.mqtt.MqttTransportBuilder;
import io.twinbank.mqtt.TlsContexts;
import io.twinbank.mqtt.TlsFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Optional;
import java.util.Set;

/** The way to the fleet's broker, with the gateway's own key where it has one. */
final class Broker {
    private static final Set<String> PLAIN = Set.of("tcp", "ws");

    private Broker() {}

    static Optional<MqttTransport> transport(GatewayConfig config, Gateway gateway) throws IOException {
        if (config.mqtt().isEmpty()) {
            return Optional.empty();
        }
        Mqtt mqtt = config.mqtt().get();
        MqttTransportBuilder builder = MqttTransport.builder()
                .serverUri(mqtt.uri().toString())
                .deviceId(config.device().name())
                .topicPrefix(mqtt.topicPrefix())
                .payloads(mqtt.payloads())
                .wallClock(gateway.clock()::wallClock);
        config.groups().forEach(builder::group);
        mqtt.redirectHosts().forEach(builder::allowRedirect);
        if (mqtt.proxy().isPresent()) {
            HostPort proxy = mqtt.proxy().get();
            builder.proxy(proxy.host(), proxy.port());
            if (mqtt.proxyLogin().isPresent()) {
                Login.read(mqtt.proxyLogin().get()).use(builder::proxyCredentials);
            }
        }
        if (PLAIN.contains(mqtt.uri().getScheme())) {
            builder.allowPlaintext(true); // the configuration allows it on this machine only
        } else {
            builder.tls(contexts(config, mqtt, gateway));
        }
        return Optional.of(builder.build());
    }

    /** A key in a file and its CA are read again when they were renewed; a key in a token, and Java's CAs, when the agent starts. */
    private static TlsContexts contexts(GatewayConfig config, Mqtt mqtt, Gateway gateway) throws IOException {
        Tls.context(mqtt.ca(), gateway.tlsKeys()); // what can't be read is said now, and not at the first connection
        if (mqtt.ca().isPresent() && config.keys().isPresent() && config.keys().get() instanceof Keys.Pkcs12 file) {
            char[] password = Files.readString(file.password()).strip().toCharArray();
            return TlsFiles.pkcs12(mqtt.ca().get(), file.file(), password);
        }
        return notice -> Tls.context(mqtt.ca(), gateway.tlsKeys());
    }
}
