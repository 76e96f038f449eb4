// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.network;

import io.twinbank.core.spi.Scheduler;
import io.twinbank.core.spi.UpdateTransport;
import io.twinbank.hal.Platform;
import io.twinbank.mqtt.internal.MessageNetwork;
import java.util.Set;
import java.util.function.Supplier;

/**
 * A seeded bug in how messages are dealt with.
 *
 * @param id such as {@code NB01}, as docs/simulator.md has them
 * @param about what is wrong
 * @param oracles who must notice: one of them is enough
 * @param made makes what puts it into the device; once for each run
 */
public record NetworkBug(String id, String about, Set<String> oracles, Supplier<Seams> made) {
    /** The shipped agent. */
    static final Seams NONE = new Seams() {};

    public NetworkBug {
        oracles = Set.copyOf(oracles);
    }

    Seams seams() {
        return made.get();
    }

    /** Where a bug may be put: what each life of the device gets passes here. */
    public interface Seams {
        /**
         * Returns what the agent takes for its transport.
         *
         * @param transport the shipped one
         * @param life runs tasks of this life
         * @return the same, or what is put before it
         */
        default UpdateTransport transport(UpdateTransport transport, Scheduler life) {
            return transport;
        }

        /**
         * Returns what the transport takes for the network.
         *
         * @param network the model
         * @return the same, or what is put before it
         */
        default MessageNetwork network(MessageNetwork network) {
            return network;
        }

        /**
         * Returns what the agent takes for its board.
         *
         * @param board the board
         * @return the same, or what is put before it
         */
        default Platform platform(Platform board) {
            return board;
        }
    }
}
