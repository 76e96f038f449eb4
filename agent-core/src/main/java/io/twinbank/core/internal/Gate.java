// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal;

import io.twinbank.core.AgentEvent;
import io.twinbank.core.OtaAgentConfig;
import io.twinbank.hal.HalException;
import java.util.function.Consumer;

/** The embedder's install gate: one that throws is shut, and where what runs is revoked the policy may pass it. */
final class Gate {
    private final OtaAgentConfig config;
    private final Steps steps;
    private final Consumer<AgentEvent> events;

    Gate(OtaAgentConfig config, Steps steps, Consumer<AgentEvent> events) {
        this.config = config;
        this.steps = steps;
        this.events = events;
    }

    boolean isOpen() throws HalException {
        try {
            return config.installGate().isOpen() || emergency();
        } catch (RuntimeException e) {
            events.accept(new AgentEvent.Trouble("the install gate threw and counts as shut: " + e));
            return false;
        }
    }

    private boolean emergency() throws HalException {
        return steps.runningRevoked().isPresent() && config.updatePolicy().emergency();
    }
}
