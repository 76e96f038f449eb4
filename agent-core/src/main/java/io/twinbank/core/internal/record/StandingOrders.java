// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.record;

import io.twinbank.core.command.Command;
import io.twinbank.core.command.Order;
import io.twinbank.core.suit.Digest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What signed commands left behind.
 *
 * @param sequence the last command's, unsigned; none counts that isn't higher
 * @param paused whether no update may begin or go on
 * @param settings of the update policy, by name
 * @param rollouts how far updates were rolled out, the latest last
 */
public record StandingOrders(
        long sequence, boolean paused, Map<String, String> settings, List<Command.Rollout> rollouts) {
    /** For how many updates a share is kept; a device waits for one update at a time. */
    static final int MAX_ROLLOUTS = 4;

    private static final int KIND = 'O';
    /** Agents that know of no rollouts read this one; what they can't read is none. */
    private static final int WITHOUT_ROLLOUTS = 1;

    private static final int SCHEMA = 2;
    private static final StandingOrders NONE = new StandingOrders(0, false, Map.of(), List.of());

    public StandingOrders {
        settings = new TreeMap<>(settings);
        rollouts = List.copyOf(rollouts);
    }

    @Override
    public Map<String, String> settings() {
        return new TreeMap<>(settings);
    }

    /** Returns those of a device that was never commanded. */
    public static StandingOrders none() {
        return NONE;
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
                order.sequence(),
                nowPaused,
                command instanceof Command.Settings set ? set.values() : settings,
                command instanceof Command.Rollout rollout ? with(rollout) : rollouts);
    }

    /** Returns what holds after an order that was refused. */
    public StandingOrders afterRefused(Order order) {
        return new StandingOrders(order.sequence(), paused, settings, rollouts);
    }

    /** Returns how many devices of ten thousand may have an update, by command; 0 if none said so. */
    public int rollout(Digest manifest) {
        return rollouts.stream()
                .filter(known -> known.manifest().equals(manifest))
                .mapToInt(Command.Rollout::perTenThousand)
                .max()
                .orElse(0);
    }

    private List<Command.Rollout> with(Command.Rollout rollout) {
        List<Command.Rollout> next = new ArrayList<>(rollouts);
        next.removeIf(known -> known.manifest().equals(rollout.manifest()));
        next.add(new Command.Rollout(
                rollout.manifest(), Math.max(rollout.perTenThousand(), rollout(rollout.manifest()))));
        return next.subList(Math.max(0, next.size() - MAX_ROLLOUTS), next.size());
    }

    /** Encodes the orders; the largest settings and rollouts make about 2,900 bytes. */
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
            if (!rollouts.isEmpty()) {
                RecordFormat.writeList(out, rollouts, (o, rollout) -> {
                    RecordFormat.writeDigest(o, rollout.manifest());
                    o.writeShort(rollout.perTenThousand());
                });
            }
        });
        return RecordFormat.join(KIND, rollouts.isEmpty() ? WITHOUT_ROLLOUTS : SCHEMA, header, body);
    }

    /** Decodes orders. Settings and rollouts of an unknown schema are none, as the agent that wrote them may have known more. */
    public static StandingOrders decode(byte[] record) throws UnreadableRecordException {
        RecordFormat.Parts parts = RecordFormat.split(KIND, record);
        StandingOrders bare = RecordFormat.read(
                parts.header(), in -> new StandingOrders(in.readLong(), in.readBoolean(), Map.of(), List.of()));
        if (parts.schema() > SCHEMA || parts.schema() < WITHOUT_ROLLOUTS) {
            return bare;
        }
        return RecordFormat.read(parts.body(), in -> {
            Map<String, String> values = new TreeMap<>();
            int count = in.readUnsignedByte();
            for (int i = 0; i < count; i++) {
                values.put(in.readUTF(), in.readUTF());
            }
            List<Command.Rollout> shares = parts.schema() == WITHOUT_ROLLOUTS
                    ? List.of()
                    : RecordFormat.readList(
                            in, each -> new Command.Rollout(RecordFormat.readDigest(each), each.readUnsignedShort()));
            return new StandingOrders(bare.sequence, bare.paused, values, shares);
        });
    }
}
