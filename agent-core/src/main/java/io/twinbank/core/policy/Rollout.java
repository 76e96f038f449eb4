// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.policy;

import io.twinbank.core.suit.Digest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.UUID;

/**
 * How far an update's rollout is, and when it comes to this device. The place of a device is a hash, so that it is the same
 * on every question, needs no list, differs from update to update, and a rollout that grows only adds devices.
 *
 * @param perTenThousand of how many devices in ten thousand the update is, 0 to {@value #ALL}
 * @param place this device's, 0 to 9,999; it is in when {@code perTenThousand} is more
 */
public record Rollout(int perTenThousand, int place) {
    /** The rollout of an update that is for every device. */
    public static final int ALL = 10_000;

    private static final byte[] DOMAIN = "twinbank-rollout".getBytes(StandardCharsets.US_ASCII);

    public Rollout {
        if (perTenThousand < 0 || perTenThousand > ALL) {
            throw new IllegalArgumentException("perTenThousand: " + perTenThousand + ", not between 0 and " + ALL);
        }
        if (place < 0 || place >= ALL) {
            throw new IllegalArgumentException("place: " + place + ", not between 0 and " + (ALL - 1));
        }
    }

    /**
     * Places a device: the first 8 bytes of SHA-256 over {@code twinbank-rollout}, the device's UUID (16 bytes) and the
     * manifest's digest, as an unsigned number, modulo 10,000.
     *
     * @param perTenThousand of how many devices in ten thousand the update is, 0 to {@value #ALL}
     * @param device the device's id
     * @param manifest the manifest's digest
     * @return the rollout as this device sees it
     */
    public static Rollout of(int perTenThousand, UUID device, Digest manifest) {
        MessageDigest sha;
        try {
            sha = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
        sha.update(DOMAIN);
        sha.update(ByteBuffer.allocate(16)
                .putLong(device.getMostSignificantBits())
                .putLong(device.getLeastSignificantBits())
                .array());
        long first = ByteBuffer.wrap(sha.digest(manifest.bytes())).getLong();
        return new Rollout(perTenThousand, Math.toIntExact(Long.remainderUnsigned(first, ALL)));
    }

    /**
     * Returns the rollout of an update that is for every device.
     *
     * @return a rollout that includes this device, whichever it is
     */
    public static Rollout everybody() {
        return new Rollout(ALL, 0);
    }

    /**
     * Tells whether the rollout has come to this device.
     *
     * @return whether the update is for it
     */
    public boolean includes() {
        return place < perTenThousand;
    }
}
