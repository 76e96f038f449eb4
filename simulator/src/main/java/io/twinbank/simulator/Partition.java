// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator;

import io.twinbank.hal.ComponentId;
import io.twinbank.hal.FlashBank;
import io.twinbank.hal.FlashGeometry;
import io.twinbank.hal.HalException;
import java.nio.ByteBuffer;

/**
 * One component of a bank: a window of its erase units, which is begun and ended by itself. An image lies in all partitions
 * together, a piece in each.
 */
final class Partition extends ForwardingBank {
    private final ComponentId component;
    private final FlashGeometry geometry;
    private final long bankFrom;
    private final long imageFrom;
    private boolean begun;

    /**
     * Makes a partition.
     *
     * @param component which
     * @param bank the whole bank
     * @param geometry the partition's shape
     * @param bankFrom where in the bank it begins, in bytes
     * @param imageFrom which byte of an image is its first
     */
    Partition(ComponentId component, FlashBank bank, FlashGeometry geometry, long bankFrom, long imageFrom) {
        super(bank);
        this.component = component;
        this.geometry = geometry;
        this.bankFrom = bankFrom;
        this.imageFrom = imageFrom;
    }

    ComponentId component() {
        return component;
    }

    long bankFrom() {
        return bankFrom;
    }

    long imageFrom() {
        return imageFrom;
    }

    @Override
    public FlashGeometry geometry() {
        return geometry;
    }

    @Override
    public void begin(long length) throws HalException {
        super.begin(length);
        if (length > geometry.capacityBytes()) {
            throw new HalException(
                    HalException.Kind.NO_SPACE,
                    length + " bytes don't fit " + component + " of " + geometry.capacityBytes() + " bytes");
        }
        begun = true;
    }

    @Override
    public void read(long offset, ByteBuffer dst) throws HalException {
        geometry.checkRead(offset, dst.remaining());
        super.read(bankFrom + offset, dst);
    }

    @Override
    public void erase(long offset, long length) throws HalException {
        geometry.checkErase(offset, length);
        checkBegun("erase");
        super.erase(bankFrom + offset, length);
    }

    @Override
    public void write(long offset, ByteBuffer src) throws HalException {
        geometry.checkWrite(offset, src.remaining());
        checkBegun("write");
        super.write(bankFrom + offset, src);
    }

    @Override
    public void end() throws HalException {
        super.end();
        begun = false;
    }

    private void checkBegun(String what) throws HalException {
        if (!begun) {
            throw new HalException(
                    HalException.Kind.LOCKED, what + ": " + component + " wasn't begun since the last boot");
        }
    }

    void powerOn() {
        begun = false;
    }
}
