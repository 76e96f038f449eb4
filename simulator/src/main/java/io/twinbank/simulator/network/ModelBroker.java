// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.network;

import io.twinbank.core.spi.Scheduler;
import io.twinbank.core.spi.Scheduler.Cancellable;
import io.twinbank.core.spi.Scheduler.Lane;
import io.twinbank.mqtt.internal.MessageNetwork;
import io.twinbank.mqtt.internal.MessageNetwork.Outgoing;
import io.twinbank.simulator.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A broker with one device: its session, with what is queued there and in flight at QoS 1; retained messages; message and session
 * expiry; the last will. It keeps to the device's receive maximum and to the order of messages; disorder is the network's.
 */
final class ModelBroker {
    /** How a connection gets a message of the broker's. */
    interface Subscriber {
        void send(Delivery delivery);

        /** Another connection of the same device took the session over. */
        void takenOver();
    }

    /**
     * A message from the fleet's server.
     *
     * @param expiresAt nanoseconds of virtual time; empty for never
     */
    record Message(Offer offer, String topic, String contentType, boolean retained, Optional<Long> expiresAt) {}

    /** One message for the device, until it is acknowledged. */
    static final class Delivery {
        private final Message message;
        private long sentAt;

        private Delivery(Message message) {
            this.message = message;
        }

        Message message() {
            return message;
        }
    }

    private final VirtualTime time;
    private final Scheduler scheduler;
    private final Consumer<Outgoing> server;
    private final Map<String, Message> retainedOffers = new LinkedHashMap<>();
    private final Map<String, byte[]> retainedReports = new LinkedHashMap<>();
    private final List<Delivery> queue = new ArrayList<>();
    private final List<Delivery> inFlight = new ArrayList<>();
    private final Set<String> subscribed = new HashSet<>();
    private boolean hasSession;
    private long sessionEndsAt = Long.MAX_VALUE;
    private @Nullable Subscriber subscriber;
    private MessageNetwork.@Nullable Session wanted;
    private @Nullable Cancellable will;

    /**
     * Makes a broker.
     *
     * @param server who hears what the device publishes
     */
    ModelBroker(VirtualTime time, Scheduler scheduler, Consumer<Outgoing> server) {
        this.time = time;
        this.scheduler = scheduler;
        this.server = server;
    }

    void publish(Message message) {
        if (message.retained()) {
            retainedOffers.put(message.topic(), message);
        }
        if (subscribed.contains(message.topic())) {
            queue.add(new Delivery(message));
            pump();
        }
    }

    /** Hands a message to the device past its session's order, if it is connected. */
    void hand(Message message) {
        if (subscriber != null) {
            queue.add(0, new Delivery(message));
            pump();
        }
    }

    /** Tells whether the device's session was still there. */
    boolean connect(Subscriber connection, MessageNetwork.Session session) {
        Subscriber before = subscriber;
        if (before != null) {
            disconnected(before);
            before.takenOver();
        }
        if (will != null) {
            will.cancel();
        }
        if (time.nanos() >= sessionEndsAt) {
            forget();
        }
        boolean resumed = hasSession;
        hasSession = true;
        sessionEndsAt = Long.MAX_VALUE;
        subscriber = connection;
        wanted = session;
        queue.addAll(0, inFlight);
        inFlight.clear();
        return resumed;
    }

    /** Each subscription brings the retained messages anew, whether it was there before or not. */
    void subscribe(List<String> topics) {
        subscribed.addAll(topics);
        for (String topic : topics) {
            Message retained = retainedOffers.get(topic);
            if (retained != null) {
                queue.add(new Delivery(retained));
            }
        }
        pump();
    }

    void disconnected(Subscriber connection) {
        MessageNetwork.Session session = wanted;
        if (subscriber != connection || session == null) {
            return;
        }
        subscriber = null;
        sessionEndsAt = time.nanos() + session.expiry().toNanos();
        will = scheduler.after(Lane.FETCH, session.willDelay(), () -> received(session.will()));
    }

    /** Loses the session. */
    void forget() {
        hasSession = false;
        queue.clear();
        inFlight.clear();
        subscribed.clear();
    }

    void received(Outgoing message) {
        if (message.retained()) {
            retainedReports.put(message.topic(), message.payload());
        } else {
            server.accept(message);
        }
    }

    void acknowledged(Delivery delivery) {
        inFlight.remove(delivery);
        pump();
    }

    /** Sends what the device's receive maximum allows; what has expired is dropped. */
    void pump() {
        queue.removeIf(each ->
                each.message().expiresAt().map(end -> end <= time.nanos()).orElse(false));
        while (subscriber != null && wanted != null && inFlight.size() < wanted.receiveMaximum() && !queue.isEmpty()) {
            Delivery next = queue.remove(0);
            inFlight.add(next);
            next.sentAt = time.nanos();
            subscriber.send(next);
        }
    }

    Optional<byte[]> retainedReport(String topic) {
        return Optional.ofNullable(retainedReports.get(topic));
    }

    boolean hasSubscription(String topic) {
        return subscribed.contains(topic);
    }

    /** Returns how many messages the device hasn't acknowledged. */
    int held() {
        return queue.size() + inFlight.size();
    }

    /** Returns for how long the device has owed an acknowledgement. */
    Duration owed() {
        long oldest = inFlight.stream().mapToLong(each -> each.sentAt).min().orElse(time.nanos());
        return Duration.ofNanos(time.nanos() - oldest);
    }

    /** Tells whether an offer waits for the device, or for its acknowledgement. */
    boolean isUnderWay(Offer offer) {
        return Stream.of(queue, inFlight)
                .flatMap(List::stream)
                .anyMatch(each -> each.message().offer().equals(offer));
    }

    /** Tells whether the device will hear of an offer, now or at its next subscription. */
    boolean holds(Offer offer) {
        return isUnderWay(offer)
                || retainedOffers.values().stream()
                        .anyMatch(each -> each.offer().equals(offer));
    }

    /** Returns how long a message is still good for. */
    Optional<Duration> left(Message message) {
        return message.expiresAt().map(end -> Duration.ofNanos(Math.max(0, end - time.nanos())));
    }
}
