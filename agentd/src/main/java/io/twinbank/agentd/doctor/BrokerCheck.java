// SPDX-License-Identifier: Apache-2.0
package io.twinbank.agentd.doctor;

import io.twinbank.agentd.config.GatewayConfig;
import io.twinbank.agentd.config.GatewayConfig.Mqtt;
import io.twinbank.agentd.gateway.Gateway;
import io.twinbank.agentd.gateway.Tls;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** The way to the broker. Nobody logs in there: that would throw the running agent out. */
final class BrokerCheck {
    private static final Duration LIMIT = Duration.ofSeconds(10);
    /** TLS 1.3 tells of a refused client certificate only behind the handshake. */
    private static final Duration REFUSAL = Duration.ofSeconds(1);

    private static final int TLS_PORT = 8883;
    private static final int PLAIN_PORT = 1883;

    private final GatewayConfig config;
    private final Gateway gateway;

    BrokerCheck(GatewayConfig config, Gateway gateway) {
        this.config = config;
        this.gateway = gateway;
    }

    List<Finding> broker() throws IOException {
        if (config.mqtt().isEmpty()) {
            return List.of(Finding.good("broker", "none: updates come by 'twinbank install'"));
        }
        Mqtt mqtt = config.mqtt().get();
        boolean tls = "ssl".equals(mqtt.uri().getScheme());
        String host = mqtt.uri().getHost();
        int port = mqtt.uri().getPort() >= 0 ? mqtt.uri().getPort() : tls ? TLS_PORT : PLAIN_PORT;
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(host, port), (int) LIMIT.toMillis());
            if (tls) {
                shakeHands(mqtt, socket, host, port);
            }
            return List.of(Finding.good("broker", mqtt.uri() + " answers"));
        } catch (IOException e) {
            return List.of(Finding.bad(
                    "broker", mqtt.uri() + ": " + e.getMessage() + "; see mqtt.uri and mqtt.ca, and the broker's log"));
        }
    }

    private void shakeHands(Mqtt mqtt, Socket socket, String host, int port) throws IOException {
        try (SSLSocket secure = (SSLSocket)
                Tls.context(mqtt.ca(), gateway.tlsKeys()).getSocketFactory().createSocket(socket, host, port, true)) {
            SSLParameters parameters = secure.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            parameters.setProtocols(new String[] {"TLSv1.3"});
            secure.setSSLParameters(parameters);
            secure.setSoTimeout((int) LIMIT.toMillis());
            secure.startHandshake();
            secure.setSoTimeout((int) REFUSAL.toMillis());
            if (secure.getInputStream().read() < 0) {
                throw new IOException("the broker hung up behind the handshake");
            }
        } catch (SocketTimeoutException e) {
            return; // it waits for us to say something: it took the certificate
        }
    }
}
