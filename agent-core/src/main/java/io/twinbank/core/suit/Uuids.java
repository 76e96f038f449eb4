// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.suit;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.UUID;

/** The UUIDs that name vendors, classes and devices (draft-ietf-suit-manifest-37; RFC 9562, version 5). */
public final class Uuids {
    private static final UUID DNS = UUID.fromString("6ba7b810-9dad-11d1-80b4-00c04fd430c8");

    private Uuids() {}

    /**
     * Derives a version 5 UUID.
     *
     * @param namespace what the name is unique in
     * @param name the name
     * @return the UUID
     */
    public static UUID v5(UUID namespace, String name) {
        MessageDigest sha1;
        try {
            sha1 = MessageDigest.getInstance("SHA-1");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-1", e);
        }
        sha1.update(toBytes(namespace));
        ByteBuffer hash = ByteBuffer.wrap(sha1.digest(name.getBytes(StandardCharsets.UTF_8)));
        long high = (hash.getLong() & ~0xf000L) | 0x5000L;
        long low = (hash.getLong() & ~(0b11L << 62)) | (0b10L << 62);
        return new UUID(high, low);
    }

    /**
     * Derives a vendor's id.
     *
     * @param domain the vendor's domain, such as {@code arm.com}
     * @return the vendor id
     */
    public static UUID vendorId(String domain) {
        return v5(DNS, domain);
    }

    /**
     * Derives a device class's id.
     *
     * @param vendorId the vendor
     * @param model what the vendor tells classes apart by, such as model and hardware revision
     * @return the class id
     */
    public static UUID classId(UUID vendorId, String model) {
        return v5(vendorId, model);
    }

    /**
     * Derives a device's id.
     *
     * @param classId the device's class
     * @param serial what tells the devices of the class apart
     * @return the device id
     */
    public static UUID deviceId(UUID classId, String serial) {
        return v5(classId, serial);
    }

    static UUID fromBytes(ByteBuffer bytes) {
        return new UUID(bytes.getLong(), bytes.getLong());
    }

    static byte[] toBytes(UUID uuid) {
        return ByteBuffer.allocate(16)
                .putLong(uuid.getMostSignificantBits())
                .putLong(uuid.getLeastSignificantBits())
                .array();
    }
}
