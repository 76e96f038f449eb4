// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.scenario;

import io.twinbank.simulator.SimulatedComponent;
import io.twinbank.simulator.boot.Behaviour;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * An update of the component beside the banks, without an image.
 *
 * @param version for people, and unique in a scenario
 * @param behaviour of the self-test that is asked while the component holds it
 * @param before how many updates with an image were offered earlier
 * @param sequence its manifest's sequence number
 * @param manifest the digest of its manifest, in hexadecimal
 * @param envelope its SUIT envelope; copied in and out
 */
public record ComponentUpdate(
        String version, Behaviour behaviour, int before, long sequence, String manifest, byte[] envelope) {
    public ComponentUpdate {
        envelope = envelope.clone();
    }

    @Override
    public byte[] envelope() {
        return envelope.clone();
    }

    /**
     * Returns what the component holds with it.
     *
     * @return its bytes
     */
    public byte[] content() {
        return contentOf(version, behaviour);
    }

    static byte[] contentOf(String version, Behaviour behaviour) {
        String text = "belongs to components " + version;
        return Scenario.passes(behaviour) ? text.getBytes(StandardCharsets.UTF_8) : SimulatedComponent.broken(text);
    }

    /**
     * Tells whether the self-test passes with it.
     *
     * @return whether it does
     */
    public boolean passes() {
        return Scenario.passes(behaviour);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ComponentUpdate that && Arrays.equals(envelope, that.envelope);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(envelope);
    }

    @Override
    public String toString() {
        return "components " + version;
    }
}
