// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.scenario;

import io.twinbank.simulator.OperatorMessage;
import java.util.Map;

/** What happens next in a story, when the gateway has come to rest, or waits. */
sealed interface Episode {
    /**
     * Something is offered: firmware, or a trust manifest.
     *
     * @param envelope what
     * @param during what an operator commands in its middle, by the state of the update
     */
    record Offered(byte[] envelope, Map<String, OperatorMessage> during) implements Episode {
        Offered(byte[] envelope) {
            this(envelope, Map.of());
        }
    }

    /** An operator commands, or somebody who would like to be one. */
    record Commanded(OperatorMessage message) implements Episode {}
}
