// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator;

import io.twinbank.hal.ComponentId;
import io.twinbank.hal.FlashGeometry;
import io.twinbank.hal.HalException;
import io.twinbank.simulator.medium.StateHash;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/**
 * A bank of two components: the kernel has the first bytes of an image, the root file system the rest. The agent has a partition
 * for each; the boot loader, the factory and an observer see the image in one piece, with one header and one marker.
 */
final class PartitionedBank extends ForwardingBank implements BoardBank {
    private final BoardBank whole;
    private final List<Partition> partitions;

    PartitionedBank(BoardBank whole, FlashGeometry kernel, long kernelBytes) {
        super(whole);
        this.whole = whole;
        FlashGeometry shape = whole.geometry();
        FlashGeometry rest = new FlashGeometry(
                shape.capacityBytes() - kernel.capacityBytes(), shape.writeSizeBytes(), shape.eraseSizeBytes());
        this.partitions = List.of(
                new Partition(SimulatedBoard.KERNEL, whole, kernel, 0, 0),
                new Partition(SimulatedBoard.COMPONENT, whole, rest, kernel.capacityBytes(), kernelBytes));
    }

    Partition partition(ComponentId component) {
        return partitions.stream()
                .filter(each -> each.component().equals(component))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("component must be one of "
                        + partitions.stream().map(Partition::component).toList() + ", not " + component));
    }

    /** Does something with some bytes of the image, wherever they lie. */
    private interface Access {
        void at(long offset, ByteBuffer bytes) throws HalException;
    }

    private void access(long offset, ByteBuffer bytes, Access access) throws HalException {
        long at = offset;
        for (int i = 0; i < partitions.size() && bytes.hasRemaining(); i++) {
            long end = i + 1 < partitions.size() ? partitions.get(i + 1).imageFrom() : Long.MAX_VALUE;
            if (at < end) {
                int length = (int) Math.min(bytes.remaining(), end - at);
                ByteBuffer piece = bytes.slice().limit(length);
                Partition partition = partitions.get(i);
                access.at(partition.bankFrom() + at - partition.imageFrom(), piece);
                bytes.position(bytes.position() + length);
                at += length;
            }
        }
    }

    @Override
    public void peek(long offset, ByteBuffer dst) throws HalException {
        access(offset, dst, whole::peek);
    }

    @Override
    public void poke(long offset, ByteBuffer src) throws HalException {
        access(offset, src, whole::poke);
    }

    @Override
    public Optional<StateHash.Key> content() {
        return whole.content();
    }

    @Override
    public boolean isSelectable() throws HalException {
        return whole.isSelectable();
    }

    @Override
    public void setSelectable(boolean selectable) throws HalException {
        whole.setSelectable(selectable);
    }

    @Override
    public void provision(boolean selectable) throws HalException {
        whole.provision(selectable);
    }

    @Override
    public void powerOn() {
        whole.powerOn();
        partitions.forEach(Partition::powerOn);
    }
}
