// SPDX-License-Identifier: Apache-2.0
/**
 * The shipped agent over the shipped MQTT transport, against a model of a broker and of the network before it, in virtual time.
 * Start at {@link io.twinbank.simulator.network.NetworkRun}. Needs {@code agent-mqtt}.
 */
@NullMarked
package io.twinbank.simulator.network;

import org.jspecify.annotations.NullMarked;
