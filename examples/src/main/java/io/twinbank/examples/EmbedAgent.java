// SPDX-License-Identifier: Apache-2.0
package io.twinbank.examples;

import io.twinbank.core.OtaAgent;
import io.twinbank.core.spi.SelfTest;
import io.twinbank.hal.Platform;
import io.twinbank.mqtt.MqttTransport;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A gateway with an agent in it. The part between the markers is the README's. */
public final class EmbedAgent {
    private static final Logger log = LoggerFactory.getLogger(EmbedAgent.class);

    private EmbedAgent() {}

    /** What else this gateway has. */
    public interface Meter {
        /**
         * Tells whether a measurement is running.
         *
         * @return whether this is a bad moment for a reset
         */
        boolean isBusy();
    }

    /** What the new firmware must be able to do. */
    public interface Modem {
        /**
         * Tells whether the modem has a network.
         *
         * @return whether it is registered
         */
        boolean isRegistered();
    }

    /** The gateway's own work. */
    public interface Gateway {
        /** Runs until the gateway is shut down. */
        void run();
    }

    /**
     * Runs a gateway with an agent in it.
     *
     * @param board your platform
     * @param sslContext your keys and trusted certificates
     * @param meter asked before a reset
     * @param modem asked during a trial
     * @param gateway your own work
     */
    public static void run(Platform board, SSLContext sslContext, Meter meter, Modem modem, Gateway gateway) {
        // README: begin
        MqttTransport transport = MqttTransport.builder()
                .serverUri("ssl://broker.example:8883")
                .deviceId(board.identity().name())
                .tls(sslContext)
                .build();
        OtaAgent agent = OtaAgent.builder()
                .platform(board) // your Platform: the only thing that you must implement
                .transport(transport)
                .installGate(() -> !meter.isBusy()) // asked before every reset into new firmware
                .selfTest(() ->
                        modem.isRegistered() ? SelfTest.Result.pass() : SelfTest.Result.notYet("modem not registered"))
                .trialAttempts(3)
                .confirmWithin(Duration.ofMinutes(5))
                .onEvent(event -> log.info("{}", event))
                .build();
        try (agent) {
            agent.start(); // reads the boot status and the journal first, then goes online
            gateway.run();
        }
        // README: end
    }
}
