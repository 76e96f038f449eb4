// SPDX-License-Identifier: Apache-2.0
package io.twinbank.mqtt;

import java.util.List;
import java.util.stream.Stream;

/**
 * The topics of one device and of its groups, and the content types of what goes over them; docs/wire-format.md.
 *
 * @param offers where offers come from: the device's own topic first, then those of its groups
 * @param commands where commands come from, likewise
 * @param answer where who sent a command hears what became of it, here and below
 * @param payloadRequest where parts of a payload are asked for
 * @param payloadData where they come from
 * @param payloads whether payloads come by MQTT, so that there is something to hear
 */
record Topics(
        List<String> offers,
        List<String> commands,
        String report,
        String status,
        String inventory,
        String health,
        String answer,
        String payloadRequest,
        String payloadData,
        boolean payloads) {
    static final String ENVELOPE = "application/suit-envelope+cose";
    static final String POINTER = "application/vnd.twinbank.offer-pointer+json";
    static final String COMMAND = "application/vnd.twinbank.command+cose";
    static final String REPORT = "application/vnd.twinbank.report+json";
    static final String STATUS = "application/vnd.twinbank.status+json";
    static final String INVENTORY = "application/vnd.twinbank.inventory+json";
    static final String HEALTH = "application/vnd.twinbank.health+json";
    static final String ANSWER = "application/vnd.twinbank.answer+json";
    static final String PAYLOAD_REQUEST = "application/vnd.twinbank.payload-request+json";
    static final String PAYLOAD_CHUNK = "application/vnd.twinbank.payload-chunk+cbor";
    static final String PAYLOAD_REFUSAL = "application/vnd.twinbank.payload-refusal+json";

    Topics {
        offers = List.copyOf(offers);
        commands = List.copyOf(commands);
    }

    /** Returns the topics of a device; {@code groups} may be empty. */
    static Topics of(String prefix, String deviceId, List<String> groups) {
        String base = prefix + "/" + deviceId + "/";
        return new Topics(
                each(prefix, deviceId, groups, "/offer"),
                each(prefix, deviceId, groups, "/command"),
                base + "report",
                base + "status",
                base + "inventory",
                base + "health",
                base + "answer",
                base + "payload/request",
                base + "payload/data",
                false);
    }

    Topics withPayloads() {
        return new Topics(
                offers, commands, report, status, inventory, health, answer, payloadRequest, payloadData, true);
    }

    private static List<String> each(String prefix, String deviceId, List<String> groups, String leaf) {
        return Stream.concat(
                        Stream.of(prefix + "/" + deviceId + leaf),
                        groups.stream().map(group -> prefix + "/group/" + group + leaf))
                .toList();
    }

    /** Returns what is subscribed to, the device's own offers first: without the others it gets on. */
    List<String> heard() {
        return Stream.of(offers, commands, payloads ? List.of(payloadData) : List.<String>of())
                .flatMap(List::stream)
                .toList();
    }

    /** Returns the quality of service to hear a topic with. What is missing of a payload is asked for again anyway. */
    int qos(String topic) {
        return topic.equals(payloadData) ? 0 : 1;
    }

    String offer() {
        return offers.get(0);
    }

    String command() {
        return commands.get(0);
    }
}
