// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.network;

import io.twinbank.mqtt.internal.MessageNetwork;
import io.twinbank.mqtt.internal.MessageNetwork.Events;
import io.twinbank.mqtt.internal.MessageNetwork.Incoming;
import io.twinbank.mqtt.internal.MessageNetwork.Outgoing;
import io.twinbank.simulator.network.ModelBroker.Delivery;
import io.twinbank.simulator.network.NetworkFault.Moment;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One connection: what each end sends comes to the other later, in order unless a fault says otherwise, and only while that end
 * still has the connection. Each end may lose it before the other.
 */
final class ModelLine implements MessageNetwork.Line, ModelBroker.Subscriber {
    /** What the broker takes unacknowledged. */
    private static final int WINDOW = 16;

    private static final Duration SHORTEST_DELAY = Duration.ofMillis(500);
    private static final Duration LONGEST_DELAY = Duration.ofSeconds(30);

    private final RoughNetwork network;
    private final MessageNetwork.Session session;
    private final Events events;
    private final Map<String, Long> lastOnTopic = new HashMap<>();
    private long lastToDevice;
    private long lastToBroker;
    private boolean atDevice = true;
    private boolean atBroker;
    private int unacknowledged;

    ModelLine(RoughNetwork network, MessageNetwork.Session session, Events events) {
        this.network = network;
        this.session = session;
        this.events = events;
    }

    /** CONNECT comes to the broker; after CONNACK comes SUBSCRIBE, as {@code PahoLink} sends it at every connection. */
    void reachBroker() {
        if (!atDevice) {
            return;
        }
        Optional<String> refusal = network.refusal();
        if (refusal.isPresent()) {
            network.after(network.untilItPasses(), () -> fail(refusal.get()));
            return;
        }
        boolean resumed = network.broker().connect(this, session);
        atBroker = true;
        toDevice(() -> {
            events.accepted(resumed);
            toBroker(this::subscribe);
        });
        network.broker().pump();
        if (network.isFlapping()) {
            network.after(network.untilItPasses(), () -> breakUp("the broker closed the connection"));
        }
    }

    private void subscribe() {
        Optional<NetworkFault> fault = network.misfortune().at(Moment.SUBSCRIBE);
        toDevice(() -> events.subscribed(WINDOW));
        network.broker().subscribe(session.heard());
        if (fault.isPresent()) {
            network.server().handStale(network.broker());
        }
    }

    @Override
    public void publish(Outgoing message, Consumer<Optional<IOException>> published) {
        unacknowledged++;
        network.findings()
                .require(
                        unacknowledged <= WINDOW,
                        "N5",
                        unacknowledged + " reports are unacknowledged, the broker takes " + WINDOW);
        Optional<NetworkFault> fault = network.misfortune().at(Moment.TO_BROKER);
        Runnable arrives = () -> network.broker().received(message);
        Runnable answers = () -> toDevice(() -> {
            unacknowledged--;
            published.accept(Optional.empty());
        });
        Runnable both = () -> {
            arrives.run();
            answers.run();
        };
        if (fault.isEmpty()) {
            toBroker(message.topic(), Duration.ZERO, both);
            return;
        }
        switch (fault.get()) {
            case REPORT_LOST -> breakUp("the connection was reset");
            case REPORT_DOUBLED -> {
                toBroker(message.topic(), Duration.ZERO, arrives);
                toBroker(message.topic(), Duration.ZERO, both);
            }
            case REPORT_DELAYED -> {
                lastToBroker = Math.max(lastToBroker, network.now() + delay().toNanos());
                toBroker(message.topic(), Duration.ZERO, both);
            }
            case REPORT_OVERTAKEN -> toBroker(message.topic(), delay(), both);
            case ACKNOWLEDGEMENT_OF_A_REPORT_LOST ->
                toBroker(message.topic(), Duration.ZERO, () -> {
                    arrives.run();
                    breakUp("the connection was reset");
                });
            case ACKNOWLEDGEMENT_OF_A_REPORT_MISSING -> toBroker(message.topic(), Duration.ZERO, arrives);
            default -> throw new IllegalStateException(fault.get() + " doesn't strike a report");
        }
    }

    @Override
    public void send(Delivery delivery) {
        Optional<NetworkFault> fault = network.misfortune().at(Moment.TO_DEVICE);
        if (fault.isEmpty()) {
            arrive(delivery, delivery.message().offer().envelope());
            return;
        }
        byte[] envelope = delivery.message().offer().envelope();
        switch (fault.get()) {
            case OFFER_LOST -> breakUp("the connection was reset");
            case OFFER_DOUBLED -> {
                arrive(delivery, envelope);
                arrive(delivery, envelope);
            }
            case OFFER_DELAYED -> {
                lastToDevice = Math.max(lastToDevice, network.now() + delay().toNanos());
                arrive(delivery, envelope);
            }
            case OFFER_OVERTAKEN ->
                network.after(network.untilItPasses().plus(delay()), () -> ifAtDevice(() -> hand(delivery, envelope)));
            case OFFER_TRUNCATED ->
                arrive(delivery, Arrays.copyOf(envelope, network.misfortune().below(envelope.length)));
            default -> throw new IllegalStateException(fault.get() + " doesn't strike an offer");
        }
    }

    private void arrive(Delivery delivery, byte[] payload) {
        toDevice(() -> hand(delivery, payload));
    }

    private void hand(Delivery delivery, byte[] payload) {
        ModelBroker.Message message = delivery.message();
        boolean whole = payload.length == message.offer().envelope().length;
        if (whole) {
            network.server().handed(message.offer());
        }
        long refusals = network.device().refusals();
        events.arrived(new Incoming(
                message.topic(), message.contentType(), network.broker().left(message), payload, () -> {
                    // an empty message says that a retained one is withdrawn
                    if (!whole && payload.length > 0 && network.device().refusals() == refusals) {
                        network.findings()
                                .add("N4", "of " + payload.length + " bytes of " + message.offer() + " nobody is told");
                    }
                    acknowledge(delivery, whole);
                }));
    }

    private void acknowledge(Delivery delivery, boolean whole) {
        if (network.misfortune().at(Moment.ACKNOWLEDGEMENT).isPresent()) {
            breakUp("the connection was reset");
            return;
        }
        toBroker(() -> {
            network.server().acknowledged(delivery.message().offer(), whole);
            network.broker().acknowledged(delivery);
        });
    }

    private Duration delay() {
        return network.misfortune().between(SHORTEST_DELAY, LONGEST_DELAY);
    }

    private void toDevice(Runnable event) {
        lastToDevice =
                Math.max(lastToDevice, network.now() + network.untilItPasses().toNanos());
        network.after(Duration.ofNanos(lastToDevice - network.now()), () -> ifAtDevice(event));
    }

    private void ifAtDevice(Runnable event) {
        if (network.isPartitioned()) {
            toDevice(event); // sent again, as TCP does
        } else if (atDevice) {
            event.run();
        }
    }

    private void toBroker(Runnable event) {
        lastToBroker =
                Math.max(lastToBroker, network.now() + network.untilItPasses().toNanos());
        send(lastToBroker, event);
    }

    /** Behind what was sent on the same topic before; others may overtake what is late. */
    private void toBroker(String topic, Duration late, Runnable event) {
        long orderly =
                Math.max(lastToBroker, network.now() + network.untilItPasses().toNanos());
        if (late.isZero()) {
            lastToBroker = orderly;
        }
        long arrives = Math.max(lastOnTopic.getOrDefault(topic, 0L), orderly + late.toNanos());
        lastOnTopic.put(topic, arrives);
        send(arrives, event);
    }

    private void send(long arrives, Runnable event) {
        network.after(Duration.ofNanos(arrives - network.now()), () -> {
            if (network.isPartitioned()) {
                toBroker(event);
            } else if (atBroker) {
                event.run();
            }
        });
    }

    /** The broker's end is gone; the device notices soon. */
    void breakUp(String why) {
        endAtBroker();
        network.after(network.untilItPasses(), () -> fail(why));
    }

    void endAtBroker() {
        if (atBroker) {
            atBroker = false;
            network.broker().disconnected(this);
        }
    }

    @Override
    public void takenOver() {
        atBroker = false;
    }

    /** The device notices that the connection is no good; so does the broker, unless nothing passes. */
    void fail(String why) {
        if (atDevice) {
            atDevice = false;
            events.lost(why);
            tellBroker();
        }
    }

    @Override
    public void close(boolean orderly) {
        if (atDevice) {
            atDevice = false;
            tellBroker();
        }
    }

    private void tellBroker() {
        network.after(network.untilItPasses(), this::endAtBroker);
    }

    /** The device is dead: the broker hears no ping any more. */
    void forgetDevice() {
        atDevice = false;
        network.after(session.keepAlive().multipliedBy(3).dividedBy(2), this::endAtBroker);
    }

    boolean isUp() {
        return atDevice && atBroker;
    }

    boolean isQuiet() {
        return unacknowledged == 0;
    }

    Duration keepAlive() {
        return session.keepAlive();
    }
}
