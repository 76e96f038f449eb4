// SPDX-License-Identifier: Apache-2.0
package io.twinbank.mqtt;

import java.util.List;

/** The transport's threads, by their names. */
final class Threads {
    private Threads() {}

    static List<String> names() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("twinbank-mqtt") || name.startsWith("MQTT ") && name.contains("gw-"))
                .sorted()
                .toList();
    }
}
