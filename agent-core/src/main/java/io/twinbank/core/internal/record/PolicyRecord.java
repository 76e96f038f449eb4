// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.record;

import io.twinbank.core.RejectedException;
import io.twinbank.core.policy.Standing;

/**
 * What the site's policy remembers, as a record. There is no frozen header: what an agent of another age wrote is nothing to this
 * one, so that a device may wait anew, and have another month's bytes, once.
 */
public final class PolicyRecord {
    private static final int KIND = 'P';
    private static final int SCHEMA = 1;

    private PolicyRecord() {}

    public static byte[] encode(Standing standing) {
        return RecordFormat.join(KIND, SCHEMA, new byte[0], standing.encode());
    }

    public static Standing decode(byte[] record) throws UnreadableRecordException {
        RecordFormat.Parts parts = RecordFormat.split(KIND, record);
        if (parts.schema() != SCHEMA) {
            return Standing.none();
        }
        try {
            return Standing.decode(parts.body());
        } catch (RejectedException e) {
            throw new UnreadableRecordException(e.rejection().toString());
        }
    }
}
