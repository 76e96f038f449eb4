// SPDX-License-Identifier: Apache-2.0
package io.twinbank.mqtt;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.apache.activemq.artemis.api.core.TransportConfiguration;
import org.apache.activemq.artemis.core.config.Configuration;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.remoting.impl.netty.NettyAcceptorFactory;
import org.apache.activemq.artemis.core.remoting.impl.netty.TransportConstants;
import org.apache.activemq.artemis.core.server.ActiveMQServer;
import org.apache.activemq.artemis.core.server.ActiveMQServers;
import org.apache.activemq.artemis.core.server.JournalType;

/** Apache ActiveMQ Artemis in this process, with its journal in a folder. */
final class ArtemisBroker implements ContractBroker {
    private static final String PASSWORD = "secret";
    private static final List<Logger> QUIET =
            Stream.of("org.apache.activemq", "io.netty").map(Logger::getLogger).toList();

    private final Path folder;
    private final int tlsPort = MosquittoBroker.freePort();
    private final int plainPort = MosquittoBroker.freePort();
    private ActiveMQServer server;

    private ArtemisBroker(Path folder) throws IOException {
        this.folder = folder;
    }

    /** Starts a broker that shows {@code identity} and accepts certificates of {@code devices}; takes some seconds. */
    static ArtemisBroker start(Path folder, TestPki devices, TestPki.Identity identity) throws Exception {
        QUIET.forEach(logger -> logger.setLevel(Level.OFF));
        KeyStore keys = KeyStore.getInstance("PKCS12");
        keys.load(null, null);
        keys.setKeyEntry("own", identity.key(), PASSWORD.toCharArray(), new Certificate[] {identity.certificate()});
        store(keys, folder.resolve("keys.p12"));
        KeyStore trust = KeyStore.getInstance("PKCS12");
        trust.load(null, null);
        trust.setCertificateEntry("ca", devices.certificate());
        store(trust, folder.resolve("trust.p12"));
        ArtemisBroker broker = new ArtemisBroker(folder);
        broker.restart();
        return broker;
    }

    private static void store(KeyStore keys, Path file) throws Exception {
        try (OutputStream out = Files.newOutputStream(file)) {
            keys.store(out, PASSWORD.toCharArray());
        }
    }

    @Override
    public void restart() throws Exception {
        Map<String, Object> tls = acceptor(tlsPort);
        tls.put(TransportConstants.SSL_ENABLED_PROP_NAME, true);
        tls.put(TransportConstants.ENABLED_PROTOCOLS_PROP_NAME, "TLSv1.3");
        tls.put(TransportConstants.NEED_CLIENT_AUTH_PROP_NAME, true);
        tls.put(TransportConstants.KEYSTORE_TYPE_PROP_NAME, "PKCS12");
        tls.put(
                TransportConstants.KEYSTORE_PATH_PROP_NAME,
                folder.resolve("keys.p12").toString());
        tls.put(TransportConstants.KEYSTORE_PASSWORD_PROP_NAME, PASSWORD);
        tls.put(TransportConstants.TRUSTSTORE_TYPE_PROP_NAME, "PKCS12");
        tls.put(
                TransportConstants.TRUSTSTORE_PATH_PROP_NAME,
                folder.resolve("trust.p12").toString());
        tls.put(TransportConstants.TRUSTSTORE_PASSWORD_PROP_NAME, PASSWORD);
        Configuration configuration = new ConfigurationImpl()
                .setPersistenceEnabled(true)
                .setJournalType(JournalType.NIO) // the default loads a native library
                .setJournalFileSize(1 << 20)
                .setJournalMinFiles(2)
                .setJournalDirectory(data("journal"))
                .setBindingsDirectory(data("bindings"))
                .setPagingDirectory(data("paging"))
                .setLargeMessagesDirectory(data("large"))
                .setSecurityEnabled(false) // who has a certificate of our CA is in
                .setJMXManagementEnabled(false)
                .setMaxDiskUsage(-1)
                .setMessageExpiryScanPeriod(200)
                .setGracefulShutdownEnabled(false)
                .setCriticalAnalyzer(false)
                .setScheduledThreadPoolMaxSize(2)
                .setThreadPoolMaxSize(8)
                .addAcceptorConfiguration(new TransportConfiguration(NettyAcceptorFactory.class.getName(), tls, "tls"))
                .addAcceptorConfiguration(
                        new TransportConfiguration(NettyAcceptorFactory.class.getName(), acceptor(plainPort), "plain"));
        configuration.setBrokerInstance(folder.toFile());
        server = ActiveMQServers.newActiveMQServer(configuration, null, null, true);
        server.start();
    }

    private static Map<String, Object> acceptor(int port) {
        Map<String, Object> acceptor = new HashMap<>();
        acceptor.put(TransportConstants.HOST_PROP_NAME, "127.0.0.1");
        acceptor.put(TransportConstants.PORT_PROP_NAME, port);
        acceptor.put(TransportConstants.PROTOCOLS_PROP_NAME, "MQTT");
        acceptor.put(TransportConstants.USE_EPOLL_PROP_NAME, false);
        acceptor.put(TransportConstants.REMOTING_THREADS_PROPNAME, 2);
        return acceptor;
    }

    private String data(String name) {
        return folder.resolve("data").resolve(name).toString();
    }

    @Override
    public void kill() throws Exception {
        server.fail(false);
    }

    @Override
    public void stop() throws Exception {
        server.stop();
    }

    @Override
    public void forget() throws IOException {
        try (Stream<Path> all = Files.walk(folder.resolve("data"))) {
            for (Path file : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    @Override
    public String tlsUri() {
        return "ssl://localhost:" + tlsPort;
    }

    @Override
    public String plainUri() {
        return "tcp://127.0.0.1:" + plainPort;
    }

    @Override
    public int tlsPort() {
        return tlsPort;
    }

    @Override
    public void close() throws IOException {
        try {
            server.stop();
        } catch (Exception e) {
            throw new IOException("Artemis doesn't stop", e);
        }
    }
}
