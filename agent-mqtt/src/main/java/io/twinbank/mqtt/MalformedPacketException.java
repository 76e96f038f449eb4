// SPDX-License-Identifier: Apache-2.0
package io.twinbank.mqtt;

import java.io.IOException;

/** The broker sent what isn't MQTT, or more of it than was allowed. */
final class MalformedPacketException extends IOException {
    private static final long serialVersionUID = 1L;

    MalformedPacketException(String message) {
        super(message);
    }
}
