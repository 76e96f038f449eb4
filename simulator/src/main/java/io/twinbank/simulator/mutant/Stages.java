// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.mutant;

import io.twinbank.simulator.IdealChip;
import io.twinbank.simulator.boot.BootLoaders;
import io.twinbank.simulator.explore.Setting;
import io.twinbank.simulator.profile.Profiles;
import io.twinbank.simulator.scenario.Scenario;
import io.twinbank.simulator.scenario.Scenarios;

/** The settings that bugs are put into: the shipped agent, small images, and no more of a board than a bug needs. */
final class Stages {
    static final String NOR = "nor-w25q128jv";

    private static final int SMALL = 4096;

    private Stages() {}

    /** Everything as it should be: a chip and a boot loader that owe nothing. */
    static Setting ideal(String scenario) {
        return ideal(scenario, "ideal");
    }

    static Setting ideal(String scenario, String loader) {
        return ideal(Scenarios.named(scenario), loader);
    }

    static Setting ideal(Scenario scenario, String loader) {
        return Setting.of(IdealChip.losing(), BootLoaders.named(loader), scenario);
    }

    /** With an image as small as can be, where each operation is to fail in many ways. */
    static Setting small(String scenario, String loader) {
        return ideal(Scenarios.named(scenario).withImageBytes(SMALL), loader);
    }

    /** Serial NOR, with the reference store of records; the image is as small as can be, for a page is an operation. */
    static Setting nor(String scenario, String loader) {
        return small(scenario, loader).with(Profiles.named(NOR));
    }
}
