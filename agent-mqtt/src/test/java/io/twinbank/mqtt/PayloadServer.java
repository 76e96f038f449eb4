// SPDX-License-Identifier: Apache-2.0
package io.twinbank.mqtt;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;

/** A {@link PayloadResponder} on a broker, which loses what it answers, or doubles and reorders it, by its seed. */
final class PayloadServer implements AutoCloseable, MqttCallback {
    private final MosquittoBroker broker;
    private final PayloadResponder responder;
    private final Random random;
    private final int lostPercent;
    private final int doubledPercent;
    private final Map<String, Integer> sent = new HashMap<>();
    private Function<PayloadResponder.Answer, PayloadResponder.Answer> forger = answer -> answer;
    private MqttAsyncClient client;
    private int dropped;
    private int doubled;
    private int answers;

    PayloadServer(MosquittoBroker broker, PayloadResponder responder, long seed, int lostPercent, int doubledPercent)
            throws MqttException {
        this.broker = broker;
        this.responder = responder;
        this.random = new Random(seed);
        this.lostPercent = lostPercent;
        this.doubledPercent = doubledPercent;
        connect();
    }

    void forge(Function<PayloadResponder.Answer, PayloadResponder.Answer> how) {
        forger = how;
    }

    /** Connects, again after the broker was away. */
    void connect() throws MqttException {
        MqttAsyncClient fresh = new MqttAsyncClient(broker.plainUri(), "payloads", new MemoryPersistence());
        fresh.setCallback(this);
        MqttConnectionOptions options = new MqttConnectionOptions();
        options.setCleanStart(true);
        fresh.connect(options).waitForCompletion(10_000);
        fresh.subscribe("twinbank/+/payload/request", 1).waitForCompletion(10_000);
        client = fresh;
    }

    /** Returns how many chunks were answered, without those that were lost or doubled on purpose. */
    synchronized int answered() {
        return answers - dropped;
    }

    /** Returns how many chunks were on the way more than once, though the one before wasn't lost on purpose. */
    synchronized int again() {
        return answered() - sent.size();
    }

    synchronized String account() {
        return answers + " chunks answered, " + dropped + " dropped, " + doubled + " doubled, " + sent.size()
                + " different ones, " + again() + " again";
    }

    @Override
    public synchronized void messageArrived(String topic, MqttMessage message) {
        List<PayloadResponder.Answer> out = new ArrayList<>();
        for (PayloadResponder.Answer answer : responder.answer(message.getPayload())) {
            answers++;
            if (random.nextInt(100) < lostPercent) {
                dropped++;
                continue;
            }
            sent.merge(key(answer), 1, Integer::sum);
            out.add(forger.apply(answer));
            if (random.nextInt(100) < doubledPercent) {
                doubled++;
                out.add(answer);
            }
        }
        if (doubledPercent > 0) {
            Collections.shuffle(out, random);
        }
        MqttProperties properties = new MqttProperties();
        properties.setCorrelationData(message.getProperties().getCorrelationData());
        for (PayloadResponder.Answer answer : out) {
            properties.setContentType(answer.contentType());
            MqttMessage reply = new MqttMessage(answer.payload(), 0, false, properties);
            try {
                client.publish(message.getProperties().getResponseTopic(), reply);
            } catch (MqttException e) {
                dropped++; // the broker is away, or too much is under way
                sent.merge(key(answer), -1, Integer::sum);
            }
        }
    }

    /** Which chunk it is: format and index are the message's first bytes. */
    private static String key(PayloadResponder.Answer answer) {
        try {
            return String.valueOf(PayloadMessages.chunk(answer.payload()).index());
        } catch (java.io.IOException e) {
            return answer.contentType();
        }
    }

    @Override
    public void close() throws MqttException {
        client.disconnectForcibly(0, 100, false);
        client.close(true);
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
