// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal;

import io.twinbank.core.RejectReason;
import io.twinbank.core.RejectedException;
import io.twinbank.core.suit.InstallPlan;
import io.twinbank.core.suit.InstallStep;
import io.twinbank.core.suit.PayloadLocation;
import io.twinbank.hal.ComponentId;
import java.util.List;

/** Which plans the engine can carry out, of all that a manifest can come to. */
final class Installable {
    private Installable() {}

    static void require(InstallPlan plan) throws RejectedException {
        List<ComponentId> written =
                plan.steps().stream().map(InstallStep::component).toList();
        if (written.size() - plan.others().size() != 1) {
            throw new RejectedException(
                    RejectReason.UNSUPPORTED,
                    "components that the manifest writes",
                    written,
                    "one in a bank, and any others beside it");
        }
        for (InstallStep step : plan.steps()) {
            if (step.payload() instanceof PayloadLocation.Component source) {
                throw new RejectedException(
                        RejectReason.UNSUPPORTED,
                        "payload of " + step.component(),
                        "a copy of " + source.component(),
                        "one that is fetched or written");
            }
        }
    }
}
