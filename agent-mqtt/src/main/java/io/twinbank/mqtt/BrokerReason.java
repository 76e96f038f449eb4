// SPDX-License-Identifier: Apache-2.0
package io.twinbank.mqtt;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * What the broker said in CONNACK or DISCONNECT (MQTT 5, sections 3.2 and 3.14). Paho drops the properties of a refusal, and with them
 * where else to go; and a DISCONNECT is lost to it where the end of the connection is noticed first.
 *
 * @param resumed whether the broker still had the session
 * @param said the reason string
 * @param serverReference which server to use instead
 */
record BrokerReason(boolean resumed, int reason, Optional<String> said, Optional<String> serverReference) {
    private static final int SERVER_REFERENCE = 0x1c;
    private static final int REASON_STRING = 0x1f;

    /** Reads a CONNACK behind its length head; where it is malformed, what came before that counts, for Paho judges the rest. */
    static BrokerReason connAck(byte[] body) {
        ByteBuffer in = ByteBuffer.wrap(body);
        boolean resumed = in.hasRemaining() && (in.get() & 1) != 0;
        return parse(resumed, in.hasRemaining() ? in.get() & 0xff : 0x80, in);
    }

    /** Reads a DISCONNECT, likewise. */
    static BrokerReason disconnect(byte[] body) {
        ByteBuffer in = ByteBuffer.wrap(body);
        return parse(false, in.hasRemaining() ? in.get() & 0xff : 0, in);
    }

    boolean isRefusal() {
        return reason >= 0x80;
    }

    private static BrokerReason parse(boolean resumed, int reason, ByteBuffer in) {
        Optional<String> said = Optional.empty();
        Optional<String> reference = Optional.empty();
        try {
            in.limit(Math.min(in.limit(), length(in) + in.position()));
            while (in.hasRemaining()) {
                int property = in.get() & 0xff;
                switch (property) {
                    case SERVER_REFERENCE -> reference = Optional.of(string(in));
                    case REASON_STRING -> said = Optional.of(string(in));
                    default -> skip(property, in);
                }
            }
        } catch (BufferUnderflowException | IllegalArgumentException e) {
            return new BrokerReason(resumed, reason, said, reference);
        }
        return new BrokerReason(resumed, reason, said, reference);
    }

    /** The properties that they may have besides, by their types (section 2.2.2.2). */
    private static void skip(int property, ByteBuffer in) {
        switch (property) {
            case 0x24, 0x25, 0x28, 0x29, 0x2a -> in.get();
            case 0x13, 0x21, 0x22 -> in.getShort();
            case 0x11, 0x27 -> in.getInt();
            case 0x12, 0x15, 0x16, 0x1a -> string(in);
            case 0x26 -> {
                string(in);
                string(in);
            }
            default -> throw new IllegalArgumentException("property " + property);
        }
    }

    private static String string(ByteBuffer in) {
        byte[] utf8 = new byte[Short.toUnsignedInt(in.getShort())];
        in.get(utf8);
        return new String(utf8, StandardCharsets.UTF_8);
    }

    private static int length(ByteBuffer in) {
        int length = 0;
        for (int shift = 0; shift < 28; shift += 7) {
            int next = in.get();
            length |= (next & 0x7f) << shift;
            if (next >= 0) {
                return length;
            }
        }
        throw new IllegalArgumentException("a length of more than 4 bytes");
    }
}
