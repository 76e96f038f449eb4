// SPDX-License-Identifier: Apache-2.0
package io.twinbank.mqtt;

import io.twinbank.core.spi.UpdateTransport.Report;
import io.twinbank.core.suit.Digest;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Remembers where the latest commands came from, so that their answers get there. Whoever publishes a command names where the answer is to go: only the
 * device's own topic of answers, and what lies below it, is believed. Confined to the loop.
 */
final class Askers {
    /** More than may wait for an answer: what is forgotten is answered on the device's own topic. */
    private static final int MOST = 16;

    private static final int MAX_TOPIC_CHARS = 256;
    private static final int MAX_CORRELATION_BYTES = 256;

    private record Asker(String topic, Optional<byte[]> correlation) {}

    private final String own;
    private final Map<String, Asker> byCommand = new LinkedHashMap<>();

    Askers(Topics topics) {
        this.own = topics.answer();
    }

    void asked(MqttLink.Incoming command) {
        String topic = command.responseTopic().filter(this::isOurs).orElse(own);
        Optional<byte[]> correlation = command.correlation().filter(bytes -> bytes.length <= MAX_CORRELATION_BYTES);
        if (topic.equals(own) && correlation.isEmpty()) {
            return;
        }
        String id = Digest.sha256Of(command.payload()).toString();
        byCommand.remove(id);
        byCommand.put(id, new Asker(topic, correlation));
        if (byCommand.size() > MOST) {
            byCommand.remove(byCommand.keySet().iterator().next());
        }
    }

    private boolean isOurs(String topic) {
        return topic.length() <= MAX_TOPIC_CHARS
                && topic.startsWith(own + "/")
                && topic.chars().noneMatch(each -> each == '+' || each == '#' || each < ' ');
    }

    MqttLink.Outgoing answer(Report answer) {
        Asker asker = byCommand.getOrDefault(answer.id(), new Asker(own, Optional.empty()));
        return new MqttLink.Outgoing(
                asker.topic(),
                false,
                Topics.ANSWER,
                Optional.empty(),
                answer.json(),
                Optional.empty(),
                asker.correlation().map(correlation -> new MqttLink.Reply(Optional.empty(), correlation)));
    }
}
