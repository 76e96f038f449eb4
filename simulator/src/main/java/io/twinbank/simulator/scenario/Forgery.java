// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.scenario;

import io.twinbank.hal.TrustAnchor;
import java.util.Arrays;

/**
 * Firmware by a stranger whose envelope claims to be signed by the maker's key: in the unprotected header it names an HMAC for an
 * algorithm, which anybody computes who takes the maker's public key for its secret.
 *
 * @param byStranger the firmware, with the same manifest signed by the stranger's own key
 * @param envelope what is offered; copied in and out
 * @param stranger the stranger's key, which no device believes
 */
public record Forgery(Firmware byStranger, byte[] envelope, TrustAnchor stranger) {
    public Forgery {
        envelope = envelope.clone();
    }

    @Override
    public byte[] envelope() {
        return envelope.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Forgery that && Arrays.equals(envelope, that.envelope);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(envelope);
    }

    @Override
    public String toString() {
        return "forgery of " + byStranger;
    }
}
