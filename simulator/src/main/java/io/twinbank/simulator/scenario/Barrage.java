// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.scenario;

import io.twinbank.simulator.boot.Behaviour;
import io.twinbank.simulator.boot.SimImage;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** What comes to a gateway again and again for years, and changes nothing: some of it is the same each time, some never. */
final class Barrage {
    private static final int GARBAGE_BYTES = 300;

    private final Scenario scenario;
    private final long sequence;
    private final long security;

    Barrage(Scenario scenario) {
        this.scenario = scenario;
        this.sequence = scenario.next().sequence() + 1;
        this.security = scenario.next().spec().securityVersion();
    }

    /**
     * Makes envelopes: what was installed, and what is newer but not to be had anywhere, below the floor, forged, or garbage.
     *
     * @param round those of two rounds differ
     */
    List<byte[]> offers(int round) {
        List<byte[]> offers = new ArrayList<>();
        offers.add(scenario.installed().envelope());
        offers.add(scenario.expected().envelope());
        offers.add(make("10." + round, security, round));
        byte[] below = make("0." + round, 0, round);
        offers.add(below);
        byte[] forged = below.clone();
        forged[forged.length - 1] ^= 1;
        offers.add(forged);
        byte[] garbage = new byte[GARBAGE_BYTES];
        new SplittableRandom(round).nextBytes(garbage);
        offers.add(garbage);
        return offers;
    }

    private byte[] make(String version, long securityVersion, int round) {
        SimImage.Spec spec = new SimImage.Spec(version, securityVersion, Behaviour.WORKS);
        return scenario.maker()
                .make(spec, sequence + round, Scenario.MIN_IMAGE_BYTES, scenario.byTheLatestKey())
                .envelope();
    }
}
