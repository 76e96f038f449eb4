// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.record;

import io.twinbank.core.command.Command;
import io.twinbank.core.command.Order;
import java.util.Map;
import java.util.TreeMap;

/**
 * What signed commands left behind.
 *
 * @param sequence the last command's, unsigned; none counts that isn't higher
 * @param paused whether no update may begin or go on
 * @param settings of the update policy, by name
 */
public record StandingOrders(long sequence, boolean paused, Map<String, String> settings) {
    private static final int KIND = 'O';
    private static final int SCHEMA = 1;

    public StandingOrders {
        settings = new TreeMap<>(settings);
    }

    @Override
    public Map<String, String> settings() {
        return new TreeMap<>(settings);
    }

    /** Returns those of a device that was never commanded. */
    public static StandingOrders none() {
        return new StandingOrders(0, false, Map.of());
    }

    /** Tells whether an order is one that counts, and not one that did. */
    public boolean isNew(Order order) {
        return Long.compareUnsigned(order.sequence(), sequence) > 0;
    }

    /** Returns what holds after an order. */
    public StandingOrders after(Order order) {
        Command command = order.command();
        boolean nowPaused = command instanceof Command.Pause || (paused && !(command instanceof Command.Resume));
        return new StandingOrders(
                order.sequence(), nowPaused, command instanceof Command.Settings set ? set.values() : settings);
    }

    /** Encodes the orders; the largest settings make about 2,700 bytes. */
    public byte[] encode() {
        byte[] header = RecordFormat.bytes(out -> {
            out.writeLong(sequence);
            out.writeBoolean(paused);
        });
        byte[] body = RecordFormat.bytes(out -> {
            out.writeByte(settings.size());
            for (Map.Entry<String, String> setting : settings.entrySet()) {
                out.writeUTF(setting.getKey());
                out.writeUTF(setting.getValue());
            }
        });
        return RecordFormat.join(KIND, SCHEMA, header, body);
    }

    /** Decodes orders. Settings of an unknown schema are none, as the agent that wrote them may have known more. */
    public static StandingOrders decode(byte[] record) throws UnreadableRecordException {
        RecordFormat.Parts parts = RecordFormat.split(KIND, record);
        StandingOrders bare =
                RecordFormat.read(parts.header(), in -> new StandingOrders(in.readLong(), in.readBoolean(), Map.of()));
        if (parts.schema() != SCHEMA) {
            return bare;
        }
        Map<String, String> settings = RecordFormat.read(parts.body(), in -> {
            Map<String, String> values = new TreeMap<>();
            int count = in.readUnsignedByte();
            for (int i = 0; i < count; i++) {
                values.put(in.readUTF(), in.readUTF());
            }
            return values;
        });
        return new StandingOrders(bare.sequence, bare.paused, settings);
    }
}
