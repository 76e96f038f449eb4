// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal;

/**
 * The shape of a bank, in bytes, with the bounds and alignment checks that every {@link FlashBank} owes.
 *
 * @param capacityBytes what an image may fill, guaranteed: after bad blocks and trailers; a multiple of the erase size
 * @param writeSizeBytes the smallest unit that can be written; divides the erase size
 * @param eraseSizeBytes the smallest unit that can be erased
 */
public record FlashGeometry(long capacityBytes, int writeSizeBytes, int eraseSizeBytes) {
    public FlashGeometry {
        if (writeSizeBytes < 1 || eraseSizeBytes < writeSizeBytes || eraseSizeBytes % writeSizeBytes != 0) {
            throw new IllegalArgumentException(
                    "writeSizeBytes " + writeSizeBytes + " must divide eraseSizeBytes " + eraseSizeBytes);
        }
        if (capacityBytes < eraseSizeBytes || capacityBytes % eraseSizeBytes != 0) {
            throw new IllegalArgumentException(
                    "capacityBytes " + capacityBytes + " must be a multiple of eraseSizeBytes " + eraseSizeBytes);
        }
    }

    /**
     * Checks a read.
     *
     * @param offset in bytes
     * @param length in bytes
     * @throws IllegalArgumentException if the range isn't within the bank
     */
    public void checkRead(long offset, long length) {
        check("read", offset, length, 1);
    }

    /**
     * Checks an erase.
     *
     * @param offset in bytes
     * @param length in bytes
     * @throws IllegalArgumentException if the range isn't within the bank or isn't whole erase units
     */
    public void checkErase(long offset, long length) {
        check("erase", offset, length, eraseSizeBytes);
    }

    /**
     * Checks a write.
     *
     * @param offset in bytes
     * @param length in bytes
     * @throws IllegalArgumentException if the range isn't within the bank or isn't whole write units
     */
    public void checkWrite(long offset, long length) {
        check("write", offset, length, writeSizeBytes);
    }

    private void check(String what, long offset, long length, int unit) {
        if (offset < 0 || length < 0 || offset > capacityBytes - length) {
            throw new IllegalArgumentException(
                    what + " of " + length + " bytes at " + offset + " is outside the bank of " + capacityBytes);
        }
        if (offset % unit != 0 || length % unit != 0) {
            throw new IllegalArgumentException(
                    what + " of " + length + " bytes at " + offset + " isn't aligned to units of " + unit);
        }
    }
}
