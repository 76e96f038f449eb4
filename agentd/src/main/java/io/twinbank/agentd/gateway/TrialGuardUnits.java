// SPDX-License-Identifier: Apache-2.0
package io.twinbank.agentd.gateway;

import io.twinbank.hal.Watchdog;
import java.time.Duration;

/**
 * The watchdog of a trial is systemd's, not the agent's: {@code twinbank-trial.timer} restarts a gateway that is still on trial when it is
 * over, whether or not an agent ever ran, so there is nothing to arm here. The agent's own guard is earlier.
 */
final class TrialGuardUnits implements Watchdog {
    @Override
    public void deadline(Duration sinceBoot) {}

    @Override
    public void cancel() {}
}
