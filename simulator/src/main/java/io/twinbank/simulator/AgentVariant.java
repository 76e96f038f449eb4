// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator;

import io.twinbank.core.policy.SitePolicy;
import io.twinbank.core.spi.ComponentHandler;
import io.twinbank.core.spi.PayloadSource;
import io.twinbank.core.spi.Scheduler;
import io.twinbank.core.spi.SelfTest;
import io.twinbank.core.spi.UpdateTransport;
import io.twinbank.hal.Platform;
import io.twinbank.simulator.boot.SimImage;
import java.time.Duration;

/**
 * What stands between the shipped agent and its world: nothing, or what makes it behave like an agent of another age, or
 * like one with a bug. From outside, an agent is the calls that it makes; so a changed call is a changed agent.
 */
public interface AgentVariant {
    /** The agent as it is. */
    AgentVariant SHIPPED = new AgentVariant() {};

    /**
     * Returns the platform that the agent of an image gets.
     *
     * @param board the board
     * @param running what the running image says of itself
     * @return the board, or what is put before it; made anew in each life, for it is RAM
     */
    default Platform platform(SimulatedBoard board, SimImage.Spec running) {
        return board;
    }

    /**
     * Returns the transport that the agent gets.
     *
     * @param board the board
     * @param scheduler of this life
     * @param transport to the server
     * @return the same, or what is put before it
     */
    default UpdateTransport transport(SimulatedBoard board, Scheduler scheduler, UpdateTransport transport) {
        return transport;
    }

    /**
     * Returns the source that the agent gets.
     *
     * @param source of the server's payloads
     * @return the same, or what is put before it
     */
    default PayloadSource payloads(PayloadSource source) {
        return source;
    }

    /**
     * Returns the handler of the component beside the banks that the agent gets.
     *
     * @param board the board
     * @param handler of its component
     * @return the same, or what is put before it; asked anew in each life, before {@link #platform}
     */
    default ComponentHandler component(SimulatedBoard board, ComponentHandler handler) {
        return handler;
    }

    /**
     * Returns the policy that the agent gets, where the site has one.
     *
     * @param board the board
     * @param policy the site's
     * @return the same, or what is put before it; asked anew in each life, before {@link #platform}
     */
    default SitePolicy policy(SimulatedBoard board, SitePolicy policy) {
        return policy;
    }

    /**
     * Tells how long the firmware takes to start the agent.
     *
     * @param running what the running image says of itself
     * @return counted from boot
     */
    default Duration startsAfter(SimImage.Spec running) {
        return Duration.ZERO;
    }

    /**
     * Returns the self-test that the agent gets.
     *
     * @param board the board
     * @param selfTest of the running image
     * @return the same, or what is put before it
     */
    default SelfTest selfTest(SimulatedBoard board, SelfTest selfTest) {
        return selfTest;
    }
}
