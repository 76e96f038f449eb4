// SPDX-License-Identifier: Apache-2.0
package io.twinbank.mqtt;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttClient;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;

/** The other side: a publisher of offers and a reader of reports, by the broker's plain listener. */
public final class Observer implements AutoCloseable, MqttCallback {
    private final MqttClient client;
    private final List<Seen> seen = new CopyOnWriteArrayList<>();

    /** A message as it came. */
    public record Seen(String topic, MqttMessage message) {
        public String text() {
            return new String(message.getPayload(), java.nio.charset.StandardCharsets.UTF_8);
        }

        public String idempotencyKey() {
            return message.getProperties().getUserProperties().stream()
                    .filter(property -> property.getKey().equals("idempotency-key"))
                    .map(property -> property.getValue())
                    .findFirst()
                    .orElse("");
        }
    }

    private Observer(String plainUri, String id) throws MqttException {
        client = new MqttClient(plainUri, id, new MemoryPersistence());
    }

    /** Sees every topic from now on, and what is retained. */
    public static Observer of(MosquittoBroker broker, String id) throws MqttException {
        return of(broker.plainUri(), id);
    }

    /** The same, at any broker's plain listener. */
    static Observer of(String plainUri, String id) throws MqttException {
        Observer observer = new Observer(plainUri, id);
        observer.client.setCallback(observer);
        MqttConnectionOptions options = new MqttConnectionOptions();
        options.setCleanStart(false);
        options.setSessionExpiryInterval(3600L);
        observer.client.connect(options);
        observer.client.subscribe("#", 1);
        return observer;
    }

    public void publish(String topic, String contentType, byte[] payload, boolean retained, int qos)
            throws MqttException {
        MqttProperties properties = new MqttProperties();
        if (!contentType.isEmpty()) {
            properties.setContentType(contentType);
        }
        client.publish(topic, new MqttMessage(payload, qos, retained, properties));
    }

    /** Publishes a command, and says where its answer is to go. */
    void command(String topic, byte[] command, String responseTopic, byte[] correlation) throws MqttException {
        MqttProperties properties = new MqttProperties();
        properties.setContentType(Topics.COMMAND);
        properties.setResponseTopic(responseTopic);
        properties.setCorrelationData(correlation);
        client.publish(topic, new MqttMessage(command, 1, false, properties));
    }

    public List<Seen> on(String topic) {
        return seen.stream().filter(one -> one.topic().equals(topic)).toList();
    }

    @Override
    public void close() throws MqttException {
        if (client.isConnected()) {
            client.disconnect();
        }
        client.close(true);
    }

    @Override
    public void messageArrived(String topic, MqttMessage message) {
        seen.add(new Seen(topic, message));
    }

    @Override
    public void disconnected(MqttDisconnectResponse response) {}

    @Override
    public void mqttErrorOccurred(MqttException exception) {}

    @Override
    public void deliveryComplete(IMqttToken token) {}

    @Override
    public void connectComplete(boolean reconnect, String uri) {}

    @Override
    public void authPacketArrived(int reasonCode, MqttProperties properties) {}
}
