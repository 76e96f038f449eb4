// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator;

import io.twinbank.simulator.profile.Profiles;
import java.io.IOException;

/** A bank of four erase units. */
@OnEveryMedium
class ProfileBankContractTest extends BoardBankContract {
    private final Profile profile;

    ProfileBankContractTest(String profile) {
        this.profile = Profiles.named(profile);
    }

    @Override
    SimulatedBoard newBoard() throws IOException {
        Bench bench = new Bench();
        return bench.bootedBoard(
                bench.board().profile(profile).imageBytes(4L * profile.bank(1).eraseSizeBytes()));
    }
}
