// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.eclipse.paho.mqttv5.client.MqttClient;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.MqttSubscription;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedBrokerIT {
    @Test
    void goAway_thenComeBack_retainedMessageIsStillThere(@TempDir Path folder) throws Exception {
        DemoPki pki = new DemoPki();
        try (EmbeddedBroker broker = EmbeddedBroker.start(pki.server(), folder)) {
            SSLContext tls = pki.client("operator").tls();
            MqttClient first = connect(broker, tls);
            first.publish("twinbank/x", message("hello"));

            broker.goAway();
            assertThrows(MqttException.class, () -> connect(broker, tls));
            broker.comeBack();

            BlockingQueue<String> heard = new LinkedBlockingQueue<>();
            MqttClient second = connect(broker, tls);
            second.subscribe(
                    new MqttSubscription[] {new MqttSubscription("twinbank/#", 1)},
                    new org.eclipse.paho.mqttv5.client.IMqttMessageListener[] {
                        (topic, message) -> heard.add(topic + " " + message)
                    });
            assertEquals("twinbank/x hello", heard.poll(20, TimeUnit.SECONDS));
            second.disconnect();
            second.close();
            first.close(true);
        }
    }

    @Test
    void connect_certificateOfAnotherAuthority_isRefused(@TempDir Path folder) throws Exception {
        SSLContext stranger = new DemoPki().client("stranger").tls();

        try (EmbeddedBroker broker = EmbeddedBroker.start(new DemoPki().server(), folder)) {
            assertThrows(MqttException.class, () -> connect(broker, stranger));
        }
    }

    private static MqttMessage message(String text) {
        MqttMessage message = new MqttMessage(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        message.setQos(1);
        message.setRetained(true);
        return message;
    }

    private static MqttClient connect(EmbeddedBroker broker, SSLContext tls) throws MqttException {
        MqttClient client = new MqttClient(broker.uri().toString(), "it-" + System.nanoTime(), new MemoryPersistence());
        MqttConnectionOptions options = new MqttConnectionOptions();
        options.setSocketFactory(tls.getSocketFactory());
        options.setConnectionTimeout(5);
        client.connect(options);
        return client;
    }
}
