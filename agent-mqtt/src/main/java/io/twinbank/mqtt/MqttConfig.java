// SPDX-License-Identifier: Apache-2.0
package io.twinbank.mqtt;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * What an {@link MqttTransportBuilder} built, checked.
 *
 * @param redirects hosts in lower case, that a broker may send the device to
 * @param wallClock empty where the clock isn't trusted
 * @param notices told on the loop what an operator should know
 */
record MqttConfig(
        Server server,
        Set<String> redirects,
        Optional<TlsContexts> tls,
        Optional<HttpProxy> proxy,
        Supplier<Optional<Instant>> wallClock,
        Consumer<String> notices,
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
}
