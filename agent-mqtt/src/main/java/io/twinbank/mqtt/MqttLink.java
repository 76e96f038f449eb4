// SPDX-License-Identifier: Apache-2.0
package io.twinbank.mqtt;

import java.io.IOException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One connection to the broker, from the attempt to its end; never used again after that. Called on the loop only; all but
 * {@link #close} return at once.
 */
interface MqttLink {
    /** Publishes at QoS 1. */
    void publish(Outgoing message, Published published);

    /** Disconnects if connected and {@code orderly}, and ends all threads of this connection; waits at most 3 s. */
    void close(boolean orderly);

    /** Opens links; the attempt goes on in the background, and the events tell how it ended. */
    @FunctionalInterface
    interface Opener {
        MqttLink open(Server server, Events events);
    }

    /** What a link tells, on any thread. */
    interface Events {
        /** TLS has begun; the chains that both sides showed, ours empty if it wasn't asked for. */
        void secured(List<X509Certificate> ours, List<X509Certificate> brokers);

        /** The broker took the connection; {@code resumed} tells whether it still had the session. */
        void accepted(boolean resumed);

        /** Something that an operator should know, in a sentence. */
        void noticed(String what);

        /** Connected and subscribed; the broker takes {@code window} unacknowledged messages at a time. */
        void connected(int window);

        /** Couldn't connect, or lost the connection; the last event. */
        void lost(LinkFailure failure);

        /** A message came. */
        void arrived(Incoming message);

        /** Tells whether a message of QoS 0 on this topic would be of use now; what isn't, is dropped unread. At once, and without side effects. */
        default boolean isWanted(String topic) {
            return true;
        }
    }

    /** Told once, on any thread, when a message was published or wasn't. */
    @FunctionalInterface
    interface Published {
        void done(@Nullable IOException failure);
    }

    /**
     * A message to the broker; the payload isn't copied.
     *
     * @param expiry how long the broker keeps it for those who aren't there; empty for ever
     * @param reply where an answer is to go, and what tells which question it is the answer to
     */
    record Outgoing(
            String topic,
            boolean retained,
            String contentType,
            Optional<String> idempotencyKey,
            byte[] payload,
            Optional<Duration> expiry,
            Optional<Reply> reply) {}

    /** MQTT 5's response topic and correlation data; an answer itself has no such topic. */
    record Reply(Optional<String> topic, byte[] correlation) {}

    /**
     * A message from the broker; the payload isn't copied.
     *
     * @param responseTopic where the answer is to go, says who sent it
     * @param correlation which question it answers, or what the answer to it is to have; empty if it came by itself
     * @param expiry how long it is still good for; empty for ever
     * @param acknowledge may run once, on the loop, also after the end
     */
    record Incoming(
            String topic,
            String contentType,
            Optional<String> responseTopic,
            Optional<byte[]> correlation,
            Optional<Duration> expiry,
            byte[] payload,
            Runnable acknowledge) {
        /** A message that asks for no answer. */
        Incoming(
                String topic,
                String contentType,
                Optional<byte[]> correlation,
                Optional<Duration> expiry,
                byte[] payload,
                Runnable acknowledge) {
            this(topic, contentType, Optional.empty(), correlation, expiry, payload, acknowledge);
        }
    }
}
