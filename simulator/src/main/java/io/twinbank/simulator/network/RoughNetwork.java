// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.network;

import io.twinbank.core.spi.Scheduler;
import io.twinbank.core.spi.Scheduler.Lane;
import io.twinbank.mqtt.internal.MessageNetwork;
import io.twinbank.simulator.VirtualTime;
import io.twinbank.simulator.network.NetworkFault.Moment;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What is between the device and the broker, and what goes wrong there. Outlives the lives of the device. */
final class RoughNetwork {
    private static final Duration LEAST_LATENCY = Duration.ofMillis(10);
    private static final Duration MOST_LATENCY = Duration.ofMillis(200);
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration LONGEST_PARTITION = Duration.ofMinutes(10);
    private static final Duration LONGEST_OUTAGE = Duration.ofMinutes(5);

    /** N10: full jitter from 1 s to 2 min makes some twelve tries in this time; by chance it may be more. */
    private static final Duration STORM_WATCH = Duration.ofMinutes(5);

    private static final int MOST_TRIES = 40;
    /** N9: longer than a message may be delayed, and wait in a partition that the connection outlasts. */
    private static final Duration MOST_OWED = Duration.ofMinutes(4);

    private final VirtualTime time;
    private final Scheduler scheduler;
    private final Misfortune misfortune;
    private final ModelBroker broker;
    private final FleetServer server;
    private final Findings findings;
    private final Device device;
    private final Deque<Long> tries = new ArrayDeque<>();
    private long partitionedUntil;
    private long partitionedSince;
    private long downUntil;
    private long flappingUntil;
    private @Nullable ModelLine line;

    /** The device as the network sees it. */
    interface Device {
        /** Fails the device's power soon. */
        void cutPower(Duration delay);

        /** Tells whether the device says that it is online. */
        boolean saysOnline();

        /** Counts the messages that the device has refused, with a reason, in this life. */
        long refusals();
    }

    RoughNetwork(
            VirtualTime time,
            Scheduler scheduler,
            Misfortune misfortune,
            ModelBroker broker,
            FleetServer server,
            Findings findings,
            Device device) {
        this.time = time;
        this.scheduler = scheduler;
        this.misfortune = misfortune;
        this.broker = broker;
        this.server = server;
        this.findings = findings;
        this.device = device;
    }

    /** Returns the network as one life of the device has it. */
    MessageNetwork of(Scheduler life) {
        return new MessageNetwork() {
            @Override
            public Scheduler scheduler() {
                return life;
            }

            @Override
            public double random() {
                return misfortune.fraction();
            }

            @Override
            public Line open(Session session, Events events) {
                return RoughNetwork.this.open(session, events);
            }
        };
    }

    private MessageNetwork.Line open(MessageNetwork.Session session, MessageNetwork.Events events) {
        countTry();
        ModelLine opened = new ModelLine(this, session, events);
        line = opened;
        if (time.nanos() < downUntil) {
            after(latency(), () -> opened.fail("connection refused"));
        } else {
            after(untilItPasses(), opened::reachBroker);
        }
        return opened;
    }

    private void countTry() {
        long now = time.nanos();
        tries.addLast(now);
        while (tries.getFirst() < now - STORM_WATCH.toNanos()) {
            tries.removeFirst();
        }
        if (tries.size() > MOST_TRIES) {
            findings.add("N10", tries.size() + " tries to connect within " + STORM_WATCH.toMinutes() + " minutes");
            tries.clear();
        }
    }

    /** The network and the broker are well again. */
    void heal() {
        partitionedUntil = 0;
        downUntil = 0;
        flappingUntil = 0;
    }

    /** What may go wrong at any time, within a turn. */
    void turn(Duration length) {
        Optional<NetworkFault> fault = misfortune.at(Moment.TURN);
        Duration later = Duration.ofMillis(misfortune.below((int) length.toMillis()));
        if (fault.equals(Optional.of(NetworkFault.POWER_CUT))) {
            device.cutPower(later);
        } else if (fault.equals(Optional.of(NetworkFault.PARTITION))) {
            after(later, this::partition);
        }
    }

    private void partition() {
        ModelLine cut = line;
        if (isPartitioned() || misfortune.isOver() || cut == null) {
            return;
        }
        Duration keepAlive = cut.keepAlive();
        Duration length = misfortune.between(SECOND, LONGEST_PARTITION);
        partitionedSince = time.nanos();
        partitionedUntil = time.nanos() + length.toNanos();
        long which = partitionedSince;
        Duration noticed = keepAlive.plusMillis(misfortune.below((int) keepAlive.toMillis()));
        inPartition(which, noticed, () -> cut.fail("the broker doesn't answer a ping"));
        inPartition(which, keepAlive.multipliedBy(3).dividedBy(2), () -> cut.breakUp("the broker heard no ping"));
        inPartition(which, keepAlive.multipliedBy(2).plus(SECOND), () -> {
            if (device.saysOnline()) {
                findings.add("N8", "ONLINE, though nothing has passed for two keep-alives");
            }
        });
    }

    private void inPartition(long which, Duration delay, Runnable task) {
        after(delay, () -> {
            if (isPartitioned() && partitionedSince == which) {
                task.run();
            }
        });
    }

    boolean isPartitioned() {
        return time.nanos() < partitionedUntil;
    }

    /** What becomes of a connection that has come to the broker. */
    Optional<String> refusal() {
        Optional<NetworkFault> fault = misfortune.at(Moment.CONNECT);
        if (fault.equals(Optional.of(NetworkFault.SESSION_FORGOTTEN))) {
            broker.forget();
        } else if (fault.equals(Optional.of(NetworkFault.BROKER_DOWN))) {
            downUntil =
                    time.nanos() + misfortune.between(SECOND, LONGEST_OUTAGE).toNanos();
            return Optional.of("connection refused");
        } else if (fault.equals(Optional.of(NetworkFault.BROKER_FLAPS))) {
            flappingUntil = time.nanos()
                    + misfortune
                            .between(SECOND.multipliedBy(10), LONGEST_OUTAGE)
                            .toNanos();
        }
        return Optional.empty();
    }

    boolean isFlapping() {
        return time.nanos() < flappingUntil;
    }

    /** How long a packet takes that is sent now. */
    Duration untilItPasses() {
        long waits = Math.max(0, partitionedUntil - time.nanos());
        return latency().plusNanos(waits);
    }

    private Duration latency() {
        return misfortune.between(LEAST_LATENCY, MOST_LATENCY);
    }

    void after(Duration delay, Runnable task) {
        Scheduler.Cancellable unused = scheduler.after(Lane.FETCH, delay, task);
    }

    /** N7 and N9, asked now and then: who is online is subscribed, and deals with what comes. */
    void watch(String topic) {
        ModelLine present = line;
        if (device.saysOnline() && !isPartitioned() && present != null && present.isUp()) {
            findings.require(broker.hasSubscription(topic), "N7", "ONLINE, and not subscribed to " + topic);
            Duration owed = broker.owed();
            findings.require(
                    owed.compareTo(MOST_OWED) < 0,
                    "N9",
                    "a message has been with the device for " + owed.toSeconds() + " s");
        }
    }

    /** Tells whether the broker has acknowledged whatever the device sent. */
    boolean isQuiet() {
        return line != null && line.isUp() && line.isQuiet();
    }

    /** The power fails: the broker isn't told. */
    void die() {
        if (line != null) {
            line.forgetDevice();
        }
    }

    /** Breaks the connection, if there is one. */
    void breakUp() {
        if (line != null) {
            line.breakUp("the connection was reset");
        }
    }

    long now() {
        return time.nanos();
    }

    Misfortune misfortune() {
        return misfortune;
    }

    ModelBroker broker() {
        return broker;
    }

    FleetServer server() {
        return server;
    }

    Findings findings() {
        return findings;
    }

    Device device() {
        return device;
    }
}
