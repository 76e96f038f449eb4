// SPDX-License-Identifier: Apache-2.0
package io.twinbank.mqtt.internal;

import io.twinbank.core.spi.Scheduler;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A network without sockets, with its broker: what is below the transport in place of Paho and its threads. All of it is called, and
 * calls back, on tasks of {@link #scheduler}.
 */
public interface MessageNetwork {
    /** Returns what runs the transport's own tasks. */
    Scheduler scheduler();

    /** Draws from 0 (included) to 1 (excluded): by how much a pause is shortened. */
    double random();

    /** Begins to connect and to subscribe. What comes of it is told later, not within this call. */
    Line open(Session session, Events events);

    /**
     * What a device asks of the broker.
     *
     * @param receiveMaximum how many messages the broker may leave unacknowledged
     * @param heard what it subscribes to, at QoS 1
     * @param will a message that the broker publishes when the device has been gone for {@code willDelay}
     */
    record Session(
            String clientId,
            Duration keepAlive,
            Duration expiry,
            int receiveMaximum,
            List<String> heard,
            Outgoing will,
            Duration willDelay) {
        public Session {
            heard = List.copyOf(heard);
        }
    }

    /** One connection, from the attempt to its end. */
    interface Line {
        /**
         * Publishes at QoS 1.
         *
         * @param published told once, empty if the broker has it
         */
        void publish(Outgoing message, Consumer<Optional<IOException>> published);

        /** Ends it; nothing is told any more. */
        void close(boolean orderly);
    }

    /** What a connection tells. */
    interface Events {
        /** The broker took the connection; {@code resumed} tells whether it still had the session. */
        void accepted(boolean resumed);

        /** It subscribed; the broker takes {@code window} unacknowledged messages at a time. */
        void subscribed(int window);

        /** Couldn't connect, or lost the connection; the last event. */
        void lost(String why);

        /** A message came. */
        void arrived(Incoming message);
    }

    /**
     * A message to the broker.
     *
     * @param idempotencyKey of an outcome
     */
    record Outgoing(
            String topic, boolean retained, String contentType, Optional<String> idempotencyKey, byte[] payload) {}

    /**
     * A message from the broker.
     *
     * @param expiry how long it is still good for; empty for ever
     * @param acknowledge may run once, also after the end
     */
    record Incoming(
            String topic, String contentType, Optional<Duration> expiry, byte[] payload, Runnable acknowledge) {}
}
