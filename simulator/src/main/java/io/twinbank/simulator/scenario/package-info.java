// SPDX-License-Identifier: Apache-2.0
/**
 * What happens to a gateway: which firmware it runs and is offered, how that behaves, and what must come of it. Start at
 * {@link io.twinbank.simulator.scenario.Scenario}.
 */
@NullMarked
package io.twinbank.simulator.scenario;

import org.jspecify.annotations.NullMarked;
