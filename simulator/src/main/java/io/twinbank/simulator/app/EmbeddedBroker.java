// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.app;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.HashMap;
import java.util.Map;
import org.apache.activemq.artemis.api.core.TransportConfiguration;
import org.apache.activemq.artemis.core.config.Configuration;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.remoting.impl.netty.NettyAcceptorFactory;
import org.apache.activemq.artemis.core.remoting.impl.netty.TransportConstants;
import org.apache.activemq.artemis.core.server.ActiveMQServer;
import org.apache.activemq.artemis.core.server.ActiveMQServers;
import org.apache.activemq.artemis.core.server.JournalType;

/** An MQTT 5 broker in this process, on a free port of loopback, with TLS 1.3 and client certificates. */
final class EmbeddedBroker implements AutoCloseable {
    private static final String ACCEPTOR = "mqtt";
    private final ActiveMQServer server;
    private final Map<String, Object> transport;
    private final int port;

    private EmbeddedBroker(ActiveMQServer server, Map<String, Object> transport) {
        this.server = server;
        this.transport = transport;
        this.port = server.getRemotingService().getAcceptor(ACCEPTOR).getActualPort();
    }

    /**
     * Starts a broker; takes a second or two.
     *
     * @param identity the broker's certificate, and whom it trusts
     * @param folder for its key stores; nothing else is written
     */
    static EmbeddedBroker start(DemoPki.Identity identity, Path folder) throws IOException, GeneralSecurityException {
        Path keys = folder.resolve("broker-keys.p12");
        Path trust = folder.resolve("broker-trust.p12");
        identity.store(keys, trust);
        Map<String, Object> transport = new HashMap<>();
        transport.put(TransportConstants.HOST_PROP_NAME, "127.0.0.1");
        transport.put(TransportConstants.PORT_PROP_NAME, 0);
        transport.put(TransportConstants.PROTOCOLS_PROP_NAME, "MQTT");
        transport.put(TransportConstants.SSL_ENABLED_PROP_NAME, true);
        transport.put(TransportConstants.ENABLED_PROTOCOLS_PROP_NAME, "TLSv1.3");
        transport.put(TransportConstants.NEED_CLIENT_AUTH_PROP_NAME, true);
        transport.put(TransportConstants.KEYSTORE_TYPE_PROP_NAME, "PKCS12");
        transport.put(TransportConstants.KEYSTORE_PATH_PROP_NAME, keys.toString());
        transport.put(TransportConstants.KEYSTORE_PASSWORD_PROP_NAME, identity.password());
        transport.put(TransportConstants.TRUSTSTORE_TYPE_PROP_NAME, "PKCS12");
        transport.put(TransportConstants.TRUSTSTORE_PATH_PROP_NAME, trust.toString());
        transport.put(TransportConstants.TRUSTSTORE_PASSWORD_PROP_NAME, identity.password());
        transport.put(TransportConstants.USE_EPOLL_PROP_NAME, false);
        transport.put(TransportConstants.REMOTING_THREADS_PROPNAME, 2);
        Configuration configuration = new ConfigurationImpl()
                .setPersistenceEnabled(false)
                .setJournalType(JournalType.NIO) // the default loads a native library
                .setSecurityEnabled(false) // who has a certificate of our CA is in
                .setJMXManagementEnabled(false)
                .setMaxDiskUsage(-1) // a full disk of the machine must not stop a broker that writes nothing
                .setGracefulShutdownEnabled(false)
                .setCriticalAnalyzer(false)
                .setScheduledThreadPoolMaxSize(2)
                .setThreadPoolMaxSize(8)
                .addAcceptorConfiguration(acceptor(transport));
        configuration.setBrokerInstance(folder.toFile());
        ActiveMQServer server = ActiveMQServers.newActiveMQServer(configuration, null, null, false);
        try {
            server.start();
        } catch (Exception e) {
            throw new IOException("the MQTT broker doesn't start: " + e.getMessage(), e);
        }
        return new EmbeddedBroker(server, transport);
    }

    private static TransportConfiguration acceptor(Map<String, Object> transport) {
        return new TransportConfiguration(NettyAcceptorFactory.class.getName(), transport, ACCEPTOR);
    }

    /** Where it listens. */
    URI uri() {
        return URI.create("ssl://localhost:" + port);
    }

    /** Hangs up on everybody and answers nobody, but forgets nothing. */
    void goAway() throws IOException {
        try {
            server.getRemotingService().destroyAcceptor(ACCEPTOR);
        } catch (Exception e) {
            throw new IOException("the MQTT broker doesn't hang up: " + e.getMessage(), e);
        }
    }

    /** Answers again, at the same port. */
    void comeBack() throws IOException {
        transport.put(TransportConstants.PORT_PROP_NAME, port);
        try {
            server.getRemotingService().createAcceptor(acceptor(transport)).start();
        } catch (Exception e) {
            throw new IOException("the MQTT broker doesn't come back: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        try {
            server.stop();
        } catch (Exception e) {
            throw new IllegalStateException("the MQTT broker doesn't stop: " + e.getMessage(), e);
        }
    }
}
