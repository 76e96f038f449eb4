// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.record;

import java.io.IOException;
import java.util.List;

/**
 * The way from the factory's root keys to the trust set that the device believes. Its signatures tell whether to believe it: it
 * is verified at each start, and needs no header of its own.
 *
 * @param manifests trust manifests: the first is signed by the factory's root keys, each other one by those of the one before
 */
public record TrustRecord(List<byte[]> manifests) {
    private static final int KIND = 'T';
    private static final int SCHEMA = 1;

    public TrustRecord {
        manifests = manifests.stream().map(byte[]::clone).toList();
    }

    public byte[] encode() {
        byte[] body = RecordFormat.bytes(out -> RecordFormat.writeList(out, manifests, (o, manifest) -> {
            o.writeInt(manifest.length);
            o.write(manifest);
        }));
        return RecordFormat.join(KIND, SCHEMA, new byte[0], body);
    }

    public static TrustRecord decode(byte[] record) throws UnreadableRecordException {
        RecordFormat.Parts parts = RecordFormat.split(KIND, record);
        if (parts.schema() != SCHEMA) {
            throw new UnreadableRecordException("trust record of schema " + parts.schema() + ", not " + SCHEMA);
        }
        return RecordFormat.read(
                parts.body(),
                in -> new TrustRecord(RecordFormat.readList(in, each -> {
                    int length = each.readInt();
                    if (length < 0 || length > each.available()) {
                        throw new IOException("manifest of " + length + " bytes, " + each.available() + " are left");
                    }
                    return each.readNBytes(length);
                })));
    }
}
