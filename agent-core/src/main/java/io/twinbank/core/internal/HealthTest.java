// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal;

import io.twinbank.core.spi.SelfTest;

/** The embedder's self-test, and when that has passed, the comparison of the device's health, which the agent thread makes. */
final class HealthTest implements SelfTest {
    private final SelfTest embedders;
    private volatile Result health;

    HealthTest(SelfTest embedders, Result health) {
        this.embedders = embedders;
        this.health = health;
    }

    /** Says how the comparison stands; may be called from the agent thread meanwhile. */
    void health(Result result) {
        health = result;
    }

    @Override
    public Result run() throws Exception {
        Result result = embedders.run();
        return result.verdict() == Verdict.PASS ? health : result;
    }
}
