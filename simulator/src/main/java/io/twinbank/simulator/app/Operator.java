// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.app;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import org.eclipse.paho.mqttv5.client.IMqttMessageListener;
import org.eclipse.paho.mqttv5.client.MqttClient;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.MqttSubscription;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;

/** The one who runs the gateways: offers updates over MQTT and hears the gateways' reports. docs/wire-format.md. */
final class Operator implements AutoCloseable {
    private final URI broker;
    private final SSLContext tls;
    private final String offerTopic;
    private final String reportTopic;
    private final BlockingQueue<String> reports = new LinkedBlockingQueue<>();
    private MqttClient client;

    Operator(URI broker, SSLContext tls, String deviceId) throws MqttException {
        this.broker = broker;
        this.tls = tls;
        this.offerTopic = "twinbank/" + deviceId + "/offer";
        this.reportTopic = "twinbank/" + deviceId + "/report";
        this.client = connect();
    }

    /** Offers an envelope; the broker keeps it for a gateway that is away. */
    void offer(byte[] envelope) throws MqttException {
        MqttProperties properties = new MqttProperties();
        properties.setContentType("application/suit-envelope+cose");
        MqttMessage message = new MqttMessage(envelope, 1, true, properties);
        client.publish(offerTopic, message);
    }

    /** Waits for the report of an outcome. */
    void awaitReport(String id, Duration atMost) throws InterruptedException, TimeoutException {
        long deadline = System.nanoTime() + atMost.toNanos();
        while (true) {
            String heard = reports.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (heard == null) {
                throw new TimeoutException("no report of outcome " + id + " within " + atMost.toSeconds() + " s");
            }
            if (heard.equals(id)) {
                return;
            }
        }
    }

    boolean hasReport(String id) {
        return reports.contains(id);
    }

    /** Connects anew after the broker was away. */
    void reconnect() throws MqttException {
        client.close(true);
        client = connect();
    }

    private MqttClient connect() throws MqttException {
        MqttClient fresh = new MqttClient(broker.toString(), "demo-operator", new MemoryPersistence());
        fresh.setTimeToWait(TimeUnit.SECONDS.toMillis(20));
        MqttConnectionOptions options = new MqttConnectionOptions();
        options.setSocketFactory(tls.getSocketFactory());
        options.setCleanStart(false);
        options.setSessionExpiryInterval(TimeUnit.HOURS.toSeconds(1));
        fresh.connect(options);
        fresh.subscribe(
                new MqttSubscription[] {new MqttSubscription(reportTopic, 1)},
                new IMqttMessageListener[] {(topic, message) -> reports.add(id(message.getPayload()))});
        return fresh;
    }

    private static String id(byte[] json) throws IOException {
        try (JsonParser parser = new JsonFactory().createParser(json)) {
            Map<String, String> fields = new LinkedHashMap<>();
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                if (parser.nextToken().isScalarValue()) {
                    fields.put(name, parser.getText());
                } else {
                    parser.skipChildren();
                }
            }
            return fields.getOrDefault("id", "");
        }
    }

    @Override
    public void close() {
        try {
            client.disconnectForcibly(0, 1000);
            client.close(true);
        } catch (MqttException e) {
            // the broker ends with this process
        }
    }
}
