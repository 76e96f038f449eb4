// SPDX-License-Identifier: Apache-2.0
/**
 * The command {@code otasim}: {@link io.twinbank.simulator.app.Otasim} is its door. Its dependencies (broker, MQTT,
 * command line, log) are optional for those who use the simulator as a library.
 */
@NullMarked
package io.twinbank.simulator.app;

import org.jspecify.annotations.NullMarked;
