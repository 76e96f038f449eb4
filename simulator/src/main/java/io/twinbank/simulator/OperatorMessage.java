// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator;

import java.util.Arrays;
import java.util.Optional;

/**
 * A command on its way from an operator, or what somebody passes off as one.
 *
 * @param bytes as the gateway gets it; copied in and out
 * @param sequence its number; 0 if no operator has signed it
 * @param pause whether it begins a pause, or ends one; empty for any other
 */
public record OperatorMessage(byte[] bytes, long sequence, Optional<Boolean> pause) {
    public OperatorMessage {
        bytes = bytes.clone();
    }

    @Override
    public byte[] bytes() {
        return bytes.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof OperatorMessage that
                && sequence == that.sequence
                && pause.equals(that.pause)
                && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return "command " + sequence;
    }
}
