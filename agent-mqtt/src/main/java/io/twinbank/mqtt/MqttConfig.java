// SPDX-License-Identifier: Apache-2.0
package io.twinbank.mqtt;

import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/** What an {@link MqttTransportBuilder} built, checked. */
record MqttConfig(
        String host,
        int port,
        Optional<SSLContext> tls,
        String deviceId,
        Topics topics,
        Optional<Credentials> credentials,
        Duration keepAlive,
        Duration sessionExpiry,
        Duration willDelay,
        Duration backoffBase,
        Duration backoffCap,
        int maxMessageBytes) {
    /** What a packet may hold besides the message: topic, content type, user properties. */
    private static final int PACKET_OVERHEAD = 64 << 10;

    int maxPacketBytes() {
        return maxMessageBytes + PACKET_OVERHEAD;
    }

    String serverUri() {
        String bracketed = host.indexOf(':') < 0 || host.startsWith("[") ? host : "[" + host + "]";
        return (tls.isPresent() ? "ssl://" : "tcp://") + bracketed + ":" + port;
    }
}
