// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator;

import io.twinbank.hal.BankId;
import io.twinbank.hal.CounterId;
import io.twinbank.hal.HalException;
import io.twinbank.simulator.medium.Durable;
import io.twinbank.simulator.medium.Medium;
import io.twinbank.simulator.medium.Operation.Part;
import io.twinbank.simulator.medium.Region;
import io.twinbank.simulator.medium.Survival;
import io.twinbank.simulator.medium.Touches;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What a board stores on: its banks, its records, and a region for the boot loader's variables, on whatever devices. Saving it
 * saves all of them.
 */
public interface Storage extends Durable, AutoCloseable {
    /**
     * Returns a bank.
     *
     * @param id which bank
     * @return the same each time
     */
    BoardBank bank(BankId id);

    /**
     * Returns the agent's records.
     *
     * @return the same each time
     */
    BoardRecords records();

    /**
     * Returns the boot loader's region.
     *
     * @return at least {@link io.twinbank.simulator.boot.BootHost#VARIABLE_UNITS} erase units
     */
    Region variables();

    /**
     * Makes a counter, where the board keeps its counters on this storage; by default they are fuses. Then it is part of
     * what this saves.
     *
     * @param id which counter
     * @param end the highest value that it can take
     * @param witness told of a value before the agent sets it
     * @return empty for fuses
     */
    default Optional<BoardCounter> counter(CounterId id, long end, LongConsumer witness) {
        return Optional.empty();
    }

    /**
     * Returns a part of the media, for faults and for an observer.
     *
     * @param part which
     * @return empty where it isn't on a medium of units
     */
    default Optional<Region> region(Part part) {
        return Optional.empty();
    }

    /**
     * Returns the one chip that everything is on.
     *
     * @return empty where there is none
     */
    default Optional<Medium> chip() {
        return Optional.empty();
    }

    /**
     * Returns what was read and erased on that chip.
     *
     * @return live; null where it isn't noted
     */
    default @Nullable Touches touches() {
        return chip().map(Medium::touches).orElse(null);
    }

    /**
     * Lists what of the unflushed writes may survive if the power fails now.
     *
     * @return simplest first; one way where nothing is pending
     */
    List<Survival> survivals();

    /**
     * Loses the power.
     *
     * @param survival what of the pending writes survives
     * @throws HalException if the cells themselves fail
     */
    void losePower(Survival survival) throws HalException;

    /**
     * Tells whether all that its drivers know between two calls is what the devices hold and what the agent called in this
     * life.
     *
     * @return false for drivers that keep something in RAM, or may
     */
    default boolean keepsNothing() {
        return false;
    }

    /** Lets go of what the cells hold open. */
    @Override
    void close();
}
