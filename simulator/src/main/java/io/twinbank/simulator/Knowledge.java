// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator;

import io.twinbank.hal.HalException;
import io.twinbank.simulator.medium.StateHash;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What the agent was told by its board and its server since it was booted. The agent is deterministic: two agents that were
 * told the same, in the same order, are in the same state and have called the same, whatever differs on their boards that
 * they haven't looked at. So an explorer knows the future of a life in the middle of it, not only at its boot.
 */
public final class Knowledge {
    private StateHash told = new StateHash();
    private boolean callBegins = false;
    private boolean wanted = false;

    Knowledge() {}

    /** A call that answers. */
    @FunctionalInterface
    interface Call<T> {
        T answer() throws HalException;
    }

    /** A call that only does. */
    @FunctionalInterface
    interface Deed {
        void done() throws HalException;
    }

    /** RAM is lost. */
    void forget() {
        told = new StateHash();
        callBegins = false;
    }

    /**
     * Tells whether somebody will ask what is known: hashing all that the agent reads costs as much as reading it.
     *
     * @param now from now on
     */
    public void wanted(boolean now) {
        wanted = now;
    }

    boolean isWanted() {
        return wanted;
    }

    void learn(String what) {
        if (wanted) {
            told.add(what);
        }
    }

    void learn(byte[] what) {
        if (wanted) {
            told.add(what);
        }
    }

    void learn(long what) {
        if (wanted) {
            told.add(what);
        }
    }

    /** Learns what a call answers. */
    <T> T ask(Call<T> call, Consumer<T> learning) throws HalException {
        try {
            T answer = call.answer();
            learning.accept(answer);
            return answer;
        } catch (HalException e) {
            learn(e.toString());
            throw e;
        }
    }

    /** Learns whether a call that may change something succeeds. */
    void doing(Deed call) throws HalException {
        callBegins = true;
        try {
            call.done();
        } catch (HalException e) {
            learn(e.toString());
            throw e;
        }
    }

    /**
     * Tells whether an operation is the first of its call: between two calls the drivers have nothing under way, and all that
     * the future depends on is what the board holds and what the agent knows. To be asked once at each operation.
     *
     * @return what the agent knows; null in the middle of a call, and where nobody wants to know
     */
    public StateHash.@Nullable Key beforeCall() {
        boolean first = callBegins;
        callBegins = false;
        return first && wanted ? told.key() : null;
    }
}
