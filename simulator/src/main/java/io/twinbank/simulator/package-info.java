// SPDX-License-Identifier: Apache-2.0
/**
 * A simulated board that runs the shipped agent: start at {@link io.twinbank.simulator.SimulatedGateway}, which boots a
 * {@link io.twinbank.simulator.SimulatedBoard} through its boot loader until it rests, in virtual time.
 */
@NullMarked
package io.twinbank.simulator;

import org.jspecify.annotations.NullMarked;
