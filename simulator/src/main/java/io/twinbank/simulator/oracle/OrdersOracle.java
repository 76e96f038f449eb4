// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.oracle;

import io.twinbank.hal.HalException;
import io.twinbank.hal.StateKey;
import io.twinbank.hal.StateStore;
import io.twinbank.simulator.BoardRecords;
import io.twinbank.simulator.SimulatedServer;
import io.twinbank.simulator.scenario.World;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.Optional;

/**
 * Knows what commands a device must remember (S19): what the server knows to be acknowledged, read from the record's frozen
 * header by a reader of its own.
 */
final class OrdersOracle {
    /**
     * The frozen header.
     *
     * @param sequence the last command's number; 0 for none
     * @param paused whether the device is paused
     */
    private record Orders(long sequence, boolean paused) {
        static final Orders NONE = new Orders(0, false);
    }

    private final BoardRecords records;
    private final SimulatedServer server;
    private final boolean commanded;

    OrdersOracle(World world) {
        records = world.board().storage().records();
        server = world.server();
        commanded = world.scenario().isCommanded();
    }

    /** What was acknowledged is stored, and what is stored is what the last acknowledged command said. */
    Optional<Violation> remembered() {
        if (!commanded) {
            return Optional.empty();
        }
        Orders stored = stored();
        int newer = Long.compareUnsigned(stored.sequence(), server.acknowledgedCommand());
        if (newer < 0 || (newer == 0 && stored.paused() != server.acknowledgedPause())) {
            return Optional.of(new Violation(
                    "S19",
                    "commands up to " + server.acknowledgedCommand() + " are acknowledged, paused "
                            + server.acknowledgedPause() + ", and the record holds " + stored,
                    Strictness.EXACT));
        }
        return Optional.empty();
    }

    /** A command counts once; one that wasn't acknowledged may be stored again. */
    Optional<Violation> replacedBy(byte[] record) {
        Orders before = stored();
        Orders after = read(record);
        long acknowledged = server.acknowledgedCommand();
        boolean again = Long.compareUnsigned(after.sequence(), before.sequence()) < 0
                || Long.compareUnsigned(after.sequence(), acknowledged) <= 0;
        return again
                ? Optional.of(new Violation(
                        "S19",
                        "a command is stored though those up to " + acknowledged + " were acknowledged before: "
                                + before + " becomes " + after,
                        Strictness.TRUTHFUL))
                : Optional.empty();
    }

    private Orders stored() {
        try {
            return records.peek(StateKey.ORDERS) instanceof StateStore.Found found ? read(found.record()) : Orders.NONE;
        } catch (HalException e) {
            return Orders.NONE;
        }
    }

    private static Orders read(byte[] record) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(record))) {
            boolean known = in.readByte() == 'O';
            in.readByte();
            in.readUnsignedShort();
            return known ? new Orders(in.readLong(), in.readBoolean()) : Orders.NONE;
        } catch (IOException e) {
            return Orders.NONE;
        }
    }
}
