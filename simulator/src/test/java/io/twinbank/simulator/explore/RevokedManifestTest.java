// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.explore;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.twinbank.core.AgentEvent;
import io.twinbank.core.Cause;
import io.twinbank.core.Outcome;
import io.twinbank.core.RejectReason;
import io.twinbank.core.UpdateState;
import io.twinbank.simulator.IdealChip;
import io.twinbank.simulator.boot.BootLoaders;
import io.twinbank.simulator.fault.Schedule;
import io.twinbank.simulator.scenario.Scenarios;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Only the manifest of an update is revoked, and its key stays: at its gate, under way, and wherever the power is cut. */
class RevokedManifestTest {
    private static final Setting SETTING = Setting.of(
            IdealChip.losing(),
            BootLoaders.named("uboot-unverified"),
            Scenarios.named("revoke-manifest").withImageBytes(4096));

    @BeforeAll
    static void rememberSignatures() {
        SignatureMemory.install();
    }

    @Test
    void replay_withoutFaults_endsTheUpdateAtItsGateAndRefusesTheOther() {
        Replay quiet = Replay.of(SETTING, Schedule.NONE);

        assertEquals(List.of(), quiet.violations());
        List<Outcome> outcomes = outcomes(quiet);
        assertEquals(new Outcome.TrustUpdated(1), outcomes.get(0));
        assertEquals(new Outcome.Cancelled(Cause.REVOKED), outcomes.get(1));
        assertEquals(
                RejectReason.REVOKED,
                ((Outcome.Rejected) outcomes.get(2)).rejection().reason());
        assertEquals("2.2", quiet.verdict().permanent());
    }

    @Test
    void explore_everyCut_tellsTheSameOfEachOffer() {
        Exploration found = new Explorer(SETTING, Limits.single()).explore();

        assertEquals(List.of(), found.failures());
        for (Exploration.Cell cell : found.cells()) {
            assertEquals(
                    List.of("TrustUpdated", "Cancelled", "Rejected", "Installed"),
                    cell.verdict().told(),
                    cell.schedule()::toString);
        }
    }

    @Test
    void replay_theTrustManifestAtAnyOperation_endsOrRefusesTheUpdate() {
        Set<UpdateState> revokedIn = EnumSet.noneOf(UpdateState.class);
        Replay replay = Replay.of(SETTING, Schedule.parse("event(1,trust)"));
        for (int n = 2; !replay.fired().isEmpty(); n++) {
            assertEquals(List.of(), replay.violations(), replay.schedule()::toString);
            assertEquals("2.2", replay.verdict().permanent(), replay.schedule()::toString);
            revokedIn.addAll(cancelledIn(replay));
            replay = Replay.of(SETTING, Schedule.parse("event(" + n + ",trust)"));
        }

        assertEquals(EnumSet.of(UpdateState.DOWNLOADING, UpdateState.VERIFYING, UpdateState.STAGED), revokedIn);
    }

    private static List<Outcome> outcomes(Replay replay) {
        return replay.events().stream()
                .filter(AgentEvent.Ended.class::isInstance)
                .map(event -> ((AgentEvent.Ended) event).outcome())
                .toList();
    }

    /** The states that row 9 ended an update in. */
    private static List<UpdateState> cancelledIn(Replay replay) {
        return replay.events().stream()
                .filter(AgentEvent.StateChanged.class::isInstance)
                .map(AgentEvent.StateChanged.class::cast)
                .filter(change -> change.row().equals("9"))
                .map(AgentEvent.StateChanged::from)
                .toList();
    }
}
