// SPDX-License-Identifier: Apache-2.0
package io.twinbank.agentd;

import io.twinbank.mqtt.MosquittoBroker;
import io.twinbank.mqtt.Observer;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.paho.mqttv5.common.MqttException;

/** The fleet's back end: offers updates to the device, and drops the reports that it has seen. */
final class BackEnd implements AutoCloseable {
    private static final String TOPICS = "twinbank/gw-1/";

    private final Observer observer;
    private final Map<String, Fields> outcomes = new LinkedHashMap<>();
    private int read;

    BackEnd(MosquittoBroker broker) throws Exception {
        observer = Observer.of(broker, "back-end");
    }

    /** Retained, as an operator does. */
    void offer(byte[] envelope) throws Exception {
        observer.publish(TOPICS + "offer", "application/suit-envelope+cose", envelope, true, 1);
    }

    /** How many messages came, those that came twice included. */
    int messages() {
        return observer.on(TOPICS + "report").size();
    }

    /** Returns the outcomes by their ids, in the order in which they came first. A second message with the same id has to say the same. */
    Map<String, Fields> outcomes() throws IOException {
        List<Observer.Seen> messages = observer.on(TOPICS + "report");
        for (; read < messages.size(); read++) {
            Observer.Seen message = messages.get(read);
            Fields report = Fields.of(message.text());
            String id = report.get("id");
            if (!id.equals(message.idempotencyKey())) {
                throw new IllegalStateException("key " + message.idempotencyKey() + " of " + message.text());
            }
            Fields earlier = outcomes.putIfAbsent(id, report);
            if (earlier != null && !earlier.equals(report)) {
                throw new IllegalStateException("one id says two things: " + earlier + ", " + report);
            }
        }
        return outcomes;
    }

    /** Returns the outcomes of one update. */
    List<Fields> outcomesOf(int sequence) throws IOException {
        return outcomes().values().stream()
                .filter(report -> report.get("sequence").equals(Integer.toString(sequence)))
                .toList();
    }

    @Override
    public void close() throws MqttException {
        observer.close();
    }
}
