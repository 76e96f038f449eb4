// SPDX-License-Identifier: Apache-2.0
package io.twinbank.mqtt;

/** The topics of one device, and the content types of what goes over them; docs/wire-format.md. */
record Topics(String offer, String command, String report, String status) {
    static final String ENVELOPE = "application/suit-envelope+cose";
    static final String POINTER = "application/vnd.twinbank.offer-pointer+json";
    static final String COMMAND = "application/vnd.twinbank.command+cose";
    static final String REPORT = "application/vnd.twinbank.report+json";
    static final String STATUS = "application/vnd.twinbank.status+json";

    static Topics of(String prefix, String deviceId) {
        String base = prefix + "/" + deviceId + "/";
        return new Topics(base + "offer", base + "command", base + "report", base + "status");
    }
}
