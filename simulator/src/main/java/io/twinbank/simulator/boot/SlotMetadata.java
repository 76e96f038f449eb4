// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.boot;

import io.twinbank.hal.BankId;
import io.twinbank.simulator.boot.SlotLoader.Slot;
import io.twinbank.simulator.boot.VariableArea.Reader;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * The metadata of two slots, as one copy of it is laid out; big-endian.
 *
 * <pre>
 *   0   4  "SLOT"
 *   4   4  sequence number
 *   8   3  slot A: priority, tries, success
 *   11  3  slot B
 *   14  8  id of the last trial
 *   22  4  CRC-32 of bytes 0 to 21
 * </pre>
 *
 * @param a slot A
 * @param b slot B
 * @param trialId of the last trial
 */
record SlotMetadata(Slot a, Slot b, long trialId) {
    private static final int MAGIC = 0x534c4f54;
    private static final int CHECKED_BYTES = 22;

    /** A copy that is good. */
    record Copy(int index, int sequence, SlotMetadata metadata) {}

    Slot slot(BankId bank) {
        return bank == BankId.A ? a : b;
    }

    SlotMetadata with(BankId bank, Slot slot) {
        return bank == BankId.A ? new SlotMetadata(slot, b, trialId) : new SlotMetadata(a, slot, trialId);
    }

    SlotMetadata withTrialId(long id) {
        return new SlotMetadata(a, b, id);
    }

    boolean neverSucceeded() {
        return !a.successful() && !b.successful();
    }

    List<BankId> byPriority() {
        return b.priority() > a.priority() ? List.of(BankId.B, BankId.A) : List.of(BankId.A, BankId.B);
    }

    byte[] encode(int sequence) {
        ByteBuffer bytes =
                ByteBuffer.allocate(CHECKED_BYTES + Integer.BYTES).putInt(MAGIC).putInt(sequence);
        for (Slot slot : List.of(a, b)) {
            bytes.put((byte) slot.priority()).put((byte) slot.tries()).put((byte) (slot.successful() ? 1 : 0));
        }
        bytes.putLong(trialId);
        return bytes.putInt(crc(bytes.array())).array();
    }

    static Optional<Copy> read(Reader reader, int index) {
        Optional<byte[]> read = reader.read(index, 0, CHECKED_BYTES + Integer.BYTES);
        if (read.isEmpty()) {
            return Optional.empty();
        }
        ByteBuffer bytes = ByteBuffer.wrap(read.get());
        if (bytes.getInt(0) != MAGIC || bytes.getInt(CHECKED_BYTES) != crc(read.get())) {
            return Optional.empty();
        }
        int sequence = bytes.getInt(4);
        bytes.position(8);
        SlotMetadata metadata = new SlotMetadata(slot(bytes), slot(bytes), bytes.getLong());
        return Optional.of(new Copy(index, sequence, metadata));
    }

    private static Slot slot(ByteBuffer bytes) {
        return new Slot(bytes.get() & 0xff, bytes.get() & 0xff, bytes.get() == 1);
    }

    private static int crc(byte[] bytes) {
        CRC32 crc = new CRC32();
        crc.update(bytes, 0, CHECKED_BYTES);
        return (int) crc.getValue();
    }

    @Override
    public String toString() {
        return "A " + a + ", B " + b + ", trial " + Long.toHexString(trialId);
    }
}
