// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.network;

import io.twinbank.mqtt.internal.MessageNetwork.Outgoing;
import io.twinbank.simulator.VirtualTime;
import io.twinbank.simulator.network.ModelBroker.Message;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Publishes offers, hears outcomes, and compares the two: oracles N1 to N4. */
final class FleetServer {
    /** What waits at the broker; more would be nothing but more of the same. */
    private static final int MOST_HELD = 3;

    /** The agent keeps 16 outcomes apart. */
    private static final int MOST_UNREPORTED = 6;

    /** Sometimes nobody publishes anything: who is online then learns of a dead connection by nothing but its pings. */
    private static final int PAUSES_ONCE_IN = 50;

    private static final Duration SHORTEST_PAUSE = Duration.ofSeconds(10);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);

    private static final Pattern SEQUENCE = Pattern.compile("\"sequence\":(\\d+)");
    private static final Pattern OUTCOME = Pattern.compile("\"outcome\":\"(\\w+)\"");

    private final VirtualTime time;
    private final Misfortune misfortune;
    private final Findings findings;
    private final OfferMaker maker;
    private final String topic;
    private final Map<Long, Offer> offers = new LinkedHashMap<>();
    private final Map<String, String> bodies = new LinkedHashMap<>();
    /** Those whose outcome was heard, to be handed out again. */
    private final List<Offer> answered = new ArrayList<>();

    private final List<Offer> unanswered = new ArrayList<>();
    private long pausesUntil;
    private long highestActivated;
    private int acknowledged;
    private int receivedAgain;

    FleetServer(VirtualTime time, Misfortune misfortune, Findings findings, OfferMaker maker, String topic) {
        this.time = time;
        this.misfortune = misfortune;
        this.findings = findings;
        this.maker = maker;
        this.topic = topic;
    }

    /** Publishes what is due: damaged offers once more, and a new one where there is room. */
    void publish(ModelBroker broker) {
        if (misfortune.below(PAUSES_ONCE_IN) == 0) {
            pausesUntil = time.nanos()
                    + misfortune.between(SHORTEST_PAUSE, LONGEST_PAUSE).toNanos();
        }
        if (time.nanos() < pausesUntil || broker.held() >= MOST_HELD || unreported() >= MOST_UNREPORTED) {
            return;
        }
        if (publishDamaged(broker)) {
            return;
        }
        // gone with a session that was forgotten: nobody answers for them
        unanswered.removeIf(offer -> !offer.acknowledged && !broker.holds(offer));
        boolean installing = unanswered.stream().anyMatch(Offer::isInstallable);
        publishNew(broker, !installing && misfortune.below(4) == 0);
    }

    /** Publishes an offer once more that came damaged, and was acknowledged so. */
    boolean publishDamaged(ModelBroker broker) {
        for (Offer offer : unanswered) {
            if (offer.damaged && !offer.acknowledged && !broker.isUnderWay(offer)) {
                offer.damaged = false;
                broker.publish(message(offer, false));
                return true;
            }
        }
        return false;
    }

    /** Publishes an offer that the device can install. */
    Offer publishLast(ModelBroker broker) {
        return publishNew(broker, true);
    }

    private Offer publishNew(ModelBroker broker, boolean installable) {
        Offer offer = maker.make(offers.size() + 1L, installable);
        offers.put(offer.sequence(), offer);
        unanswered.add(offer);
        broker.publish(message(offer, true));
        return offer;
    }

    private Message message(Offer offer, boolean retained) {
        boolean expires = !retained && misfortune.below(10) == 0;
        return new Message(
                offer,
                topic,
                "application/suit-envelope+cose",
                retained,
                expires ? Optional.of(time.nanos() + Duration.ofHours(1).toNanos()) : Optional.empty());
    }

    /** Hands out an offer that was dealt with before. */
    void handStale(ModelBroker broker) {
        if (!answered.isEmpty()) {
            Offer offer = answered.get(misfortune.below(answered.size()));
            offer.stale = true;
            broker.hand(message(offer, false));
        }
    }

    int unreported() {
        return (int) unanswered.stream().filter(offer -> offer.acknowledged).count();
    }

    boolean hasDamaged() {
        return unanswered.stream().anyMatch(offer -> offer.damaged && !offer.acknowledged);
    }

    void handed(Offer offer) {
        offer.handed = true;
    }

    void acknowledged(Offer offer, boolean whole) {
        if (!whole) {
            offer.damaged = true;
        } else if (!offer.acknowledged) {
            offer.acknowledged = true;
            acknowledged++;
        }
    }

    /** The device makes what an offer brought its own. */
    void activates(long sequence) {
        Offer offer = offers.get(sequence);
        if (offer == null || !offer.handed) {
            findings.add("N4", "offer " + sequence + " is activated, which never came whole");
        } else if (offer.installed) {
            findings.add("N3", offer + " is installed twice");
        } else if (sequence < highestActivated) {
            findings.add("N3", offer + " is installed after offer " + highestActivated);
        }
        highestActivated = Math.max(highestActivated, sequence);
    }

    /** A report that isn't retained came from the broker: an outcome. */
    void heard(Outgoing report) {
        String body = new String(report.payload(), StandardCharsets.UTF_8);
        String key = report.idempotencyKey().orElse("");
        Matcher sequence = SEQUENCE.matcher(body);
        Matcher outcome = OUTCOME.matcher(body);
        Offer offer = sequence.find() ? offers.get(Long.parseLong(sequence.group(1))) : null;
        if (offer == null || !outcome.find() || key.isEmpty()) {
            findings.add("N2", "an outcome of no offer: " + body);
            return;
        }
        findings.require(offer.handed, "N4", "an outcome of " + offer + ", which never came whole: " + body);
        String before = bodies.putIfAbsent(key, body);
        if (before != null) {
            receivedAgain++;
            findings.require(before.equals(body), "N2", key + " was " + before + " and is " + body);
            return;
        }
        boolean refusedAgain = offer.stale && outcome.group(1).equals("Rejected");
        if (!offer.isAnswered()) {
            answered.add(offer);
        }
        findings.require(
                !offer.isAnswered() || refusedAgain,
                "N2",
                offer + " has outcomes " + offer.keys() + " and " + key + ": " + body);
        offer.keys().add(key);
        offer.installed |= outcome.group(1).equals("Installed");
        unanswered.remove(offer);
    }

    /** When the device has told all that it has to tell, what hasn't come is lost. */
    void judge() {
        List<Offer> lost =
                unanswered.stream().filter(offer -> offer.acknowledged).toList();
        lost.forEach(offer -> findings.add("N1", offer + " was acknowledged, and nobody heard of an outcome"));
        unanswered.removeAll(lost);
    }

    int acknowledged() {
        return acknowledged;
    }

    int installed() {
        return (int) offers.values().stream().filter(offer -> offer.installed).count();
    }

    int receivedAgain() {
        return receivedAgain;
    }
}
