// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.network;

import java.util.LinkedHashSet;
import java.util.Set;

/** An offer, and what the fleet's server knows of it. */
final class Offer {
    private final long sequence;
    private final boolean installable;
    private final byte[] envelope;
    private final Set<String> keys = new LinkedHashSet<>();
    /** It came to the device undamaged. */
    boolean handed;
    /** The device acknowledged it undamaged, so it answers for it. */
    boolean acknowledged;
    /** The device acknowledged what was left of it. */
    boolean damaged;
    /** It was handed out again when its outcome had been heard. */
    boolean stale;
    /** The device says that it installed it. */
    boolean installed;

    Offer(long sequence, boolean installable, byte[] envelope) {
        this.sequence = sequence;
        this.installable = installable;
        this.envelope = envelope.clone();
    }

    long sequence() {
        return sequence;
    }

    boolean isInstallable() {
        return installable;
    }

    byte[] envelope() {
        return envelope;
    }

    /** The idempotency keys under which outcomes came. */
    Set<String> keys() {
        return keys;
    }

    boolean isAnswered() {
        return !keys.isEmpty();
    }

    @Override
    public String toString() {
        return "offer " + sequence + (installable ? ", installable" : "");
    }
}
