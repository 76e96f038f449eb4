// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal;

import io.twinbank.core.internal.record.Security;
import io.twinbank.core.suit.Digest;
import io.twinbank.hal.HalException;
import io.twinbank.hal.RootOfTrust;
import java.util.Optional;

/**
 * The Security record, which the state store holds and, where it can, the board's hardware binds, so that an older flash that is
 * copied back is noticed. Two durable steps: the record is stored, then its digest is bound. A record names the one that was
 * bound before it, so that a cut between the two isn't taken for a copy.
 */
final class BoundSecurity {
    private static final int DIGEST_BYTES = 32;

    private final Records records;
    private final RootOfTrust rootOfTrust;

    BoundSecurity(Records records, RootOfTrust rootOfTrust) {
        this.records = records;
        this.rootOfTrust = rootOfTrust;
    }

    /**
     * What was found at a start.
     *
     * @param slot the record
     * @param missed what is bound, where the record is neither that one nor the next: it was lost, or an older one copied back
     */
    record Found(Records.Slot<Security> slot, Optional<Digest> missed) {}

    /** Reads the record; if a cut fell between its two steps, the second one is done now. */
    Found load() throws HalException {
        Records.Slot<Security.Stored> stored = records.security();
        Records.Slot<Security> slot =
                new Records.Slot<>(stored.value().map(Security.Stored::security), stored.unreadable());
        Optional<Digest> bound = bound();
        if (stored.value().isEmpty()) {
            return new Found(slot, bound);
        }
        Security.Stored record = stored.value().get();
        if (bound.equals(Optional.of(record.digest()))) {
            return new Found(slot, Optional.empty());
        }
        if (bound.isPresent() && !record.follows().equals(bound)) {
            return new Found(slot, bound);
        }
        bind(record.digest());
        return new Found(slot, Optional.empty());
    }

    /** Replaces the record. */
    void store(Security next) throws HalException {
        Security.Stored record = next.following(bound());
        records.store(record);
        bind(record.digest());
    }

    private Optional<Digest> bound() throws HalException {
        Optional<byte[]> bound = rootOfTrust.canBind() ? rootOfTrust.bound() : Optional.empty();
        if (bound.isPresent() && bound.get().length != DIGEST_BYTES) {
            throw new HalException(
                    HalException.Kind.IO,
                    "the root of trust has bound " + bound.get().length + " bytes, not " + DIGEST_BYTES);
        }
        return bound.map(Digest::sha256);
    }

    private void bind(Digest digest) throws HalException {
        if (rootOfTrust.canBind()) {
            rootOfTrust.bind(digest.bytes());
        }
    }
}
