// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal;

import io.twinbank.core.suit.InstallPlan;
import io.twinbank.core.suit.InstallStep;
import io.twinbank.hal.ComponentId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** The routes to all that a plan writes. */
final class PlanRoutes {
    private final InstallPlan plan;
    private final Map<ComponentId, StepRoutes> steps = new LinkedHashMap<>();

    PlanRoutes(InstallPlan plan) {
        this.plan = plan;
    }

    boolean isOf(InstallPlan other) {
        return plan.manifestDigest().equals(other.manifestDigest()) && plan.bank() == other.bank();
    }

    boolean isOf(String manifestDigest) {
        return plan.manifestDigest().toString().equals(manifestDigest);
    }

    void put(InstallStep step, StepRoutes routes) {
        steps.put(step.component(), routes);
    }

    StepRoutes of(InstallStep step) {
        return Objects.requireNonNull(steps.get(step.component()));
    }

    /** Returns how many bytes come over the network, by the cheapest of what may be gone. */
    long fetchedBytes() {
        return bytesLeft(0);
    }

    /** Returns about how many are still to come, once so many bytes of what the plan writes are done. */
    long bytesLeft(long doneBytes) {
        long left = 0;
        long done = doneBytes;
        for (InstallStep step : plan.steps()) {
            long part = Math.min(done, step.sizeBytes());
            done -= part;
            left += part == step.sizeBytes() ? 0 : of(step).cheapest(part).predictedBytes(part);
        }
        return left;
    }
}
