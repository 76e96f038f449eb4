// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.network;

import java.util.Locale;

/** What happens to messages, connections, the broker and the device's power. */
public enum NetworkFault {
    /** A message to the device is lost, and its connection breaks. */
    OFFER_LOST(Moment.TO_DEVICE, 25),
    /** A message comes to the device twice. */
    OFFER_DOUBLED(Moment.TO_DEVICE, 25),
    /** A message to the device takes long, with all that follows it. */
    OFFER_DELAYED(Moment.TO_DEVICE, 20),
    /** Others overtake a message to the device. */
    OFFER_OVERTAKEN(Moment.TO_DEVICE, 20),
    /** Only the beginning of a message comes to the device, or nothing of it. */
    OFFER_TRUNCATED(Moment.TO_DEVICE, 25),
    /** The device's acknowledgement is lost, and its connection breaks. */
    ACKNOWLEDGEMENT_OF_AN_OFFER_LOST(Moment.ACKNOWLEDGEMENT, 40),
    /** A report is lost, and the connection breaks. */
    REPORT_LOST(Moment.TO_BROKER, 25),
    /** A report comes to the broker twice. */
    REPORT_DOUBLED(Moment.TO_BROKER, 25),
    /** A report takes long, with all that follows it. */
    REPORT_DELAYED(Moment.TO_BROKER, 20),
    /** Reports on other topics overtake a report; on one topic MQTT keeps the order. */
    REPORT_OVERTAKEN(Moment.TO_BROKER, 20),
    /** The broker has a report; its acknowledgement is lost, and the connection breaks. */
    ACKNOWLEDGEMENT_OF_A_REPORT_LOST(Moment.TO_BROKER, 25),
    /** The broker has a report and never acknowledges it; the connection holds. */
    ACKNOWLEDGEMENT_OF_A_REPORT_MISSING(Moment.TO_BROKER, 8),
    /** For 1 s to 10 min nothing passes, and nobody says so. */
    PARTITION(Moment.TURN, 4),
    /** For 1 s to 5 min the broker refuses connections. */
    BROKER_DOWN(Moment.CONNECT, 30),
    /** For 10 s to 5 min the broker takes each connection and drops it. */
    BROKER_FLAPS(Moment.CONNECT, 20),
    /** The broker has lost the session: what it holds, and what was subscribed to. */
    SESSION_FORGOTTEN(Moment.CONNECT, 60),
    /** The broker hands out an older retained offer besides the newest, as one that was restored from a backup. */
    STALE_RETAINED(Moment.SUBSCRIBE, 100),
    /** The power fails at any moment. */
    POWER_CUT(Moment.TURN, 4),
    /** The power fails before something is stored. */
    POWER_CUT_BEFORE_A_STORE(Moment.STORE, 10),
    /** The power fails when something is stored, and before the agent knows. */
    POWER_CUT_BEHIND_A_STORE(Moment.STORE, 10);

    /** When a fault may strike. */
    enum Moment {
        TURN,
        TO_DEVICE,
        ACKNOWLEDGEMENT,
        TO_BROKER,
        CONNECT,
        SUBSCRIBE,
        STORE
    }

    private final Moment moment;
    private final int permille;

    NetworkFault(Moment moment, int permille) {
        this.moment = moment;
        this.permille = permille;
    }

    Moment moment() {
        return moment;
    }

    int permille() {
        return permille;
    }

    /**
     * Returns its name for people.
     *
     * @return such as {@code offer lost}
     */
    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
